// What the scripts of public and staff pages share.

/** Shows a button and what it does. */
export function whenTapped(button: HTMLElement, action: () => unknown): void {
  button.hidden = false;
  button.addEventListener("click", action);
}

/** Writes a sentence into the area's status line, which screen readers read out. */
export function say(area: Element, words: string | undefined): void {
  const line = area.querySelector("[role=status]");
  if (line) line.textContent = words ?? "";
}

/** The locale by whose rules a language writes dates and times: browsers know none of Kreyòl. */
export const formatsOf = (language: string): string => (language === "ht" ? "fr-HT" : language);
