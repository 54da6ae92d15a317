// The sentences that the server wrote into the page for what the device puts together by itself.

const texts = JSON.parse(document.getElementById("said")?.textContent ?? "{}") as Record<string, string>;

export const t = (key: string, values: Record<string, string | number> = {}): string =>
  (texts[key] ?? `[${key}]`).replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));

export const counted = (key: string, count: number, values: Record<string, string | number> = {}): string => {
  const one = texts.singular === "none" ? false : texts.singular === "0-1" ? count < 2 : count === 1;
  return t(`${key}.${one ? "one" : "other"}`, { count, ...values });
};

/** One decimal, as the language writes it. */
export const decimal = (value: number): string => value.toFixed(1).replace(".", texts.decimal ?? ".");

/** A day as the language says it: of the calendar that its text names, wherever the device is. */
export function dateOf(date: string): string {
  const [year, month, day] = date.slice(0, 10).split("-").map(Number) as [number, number, number];
  return t("date.day", { day, month: t(`date.month.${month}`), year });
}

type Child = Node | string | false | undefined | null;

/** An element with a class and what stands in it; texts are never read as HTML. */
export function el(name: string, className: string, ...children: Child[]): HTMLElement {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

export function link(href: string, ...children: Child[]): HTMLAnchorElement {
  const element = el("a", "", ...children) as HTMLAnchorElement;
  element.href = href;
  return element;
}
