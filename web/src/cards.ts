// The page of cards: reads a sentence aloud, where the device itself has a voice for its language, closes with Escape, and
// keeps every language on the device for who asks for that.
import { say, whenTapped } from "./page";

/** Voices that live on a server would send the sentence to a company; only the device's own are used. */
function voiceFor(language: string): SpeechSynthesisVoice | undefined {
  const primary = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0]!;
  return speechSynthesis.getVoices().find((voice) => voice.localService && primary(voice.lang) === primary(language));
}

const buttons = [...document.querySelectorAll<HTMLButtonElement>("button[data-say]")];

function offerVoices(): void {
  for (const button of buttons) button.hidden = !voiceFor(button.dataset.say!);
}

function read(button: HTMLButtonElement): void {
  const words = button.closest("li")?.querySelector(".theirs")?.textContent;
  const voice = voiceFor(button.dataset.say!);
  if (!words || !voice) return;
  const spoken = new SpeechSynthesisUtterance(words);
  spoken.voice = voice;
  spoken.lang = voice.lang;
  spoken.rate = 0.9;
  speechSynthesis.cancel();
  speechSynthesis.speak(spoken);
}

if ("speechSynthesis" in window) {
  offerVoices();
  // Chromium learns its voices only after the page has asked once.
  speechSynthesis.addEventListener?.("voiceschanged", offerVoices);
  for (const button of buttons) button.addEventListener("click", () => read(button));
}

document.addEventListener("keydown", (event) => {
  const shut = event.key === "Escape" ? document.querySelector<HTMLAnchorElement>("li:target .shut") : null;
  shut?.click();
});

// A pair has one address, under which it is kept; a form would write out what goes without saying.
const form = document.querySelector<HTMLFormElement>("form.pair");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const asked = new URLSearchParams();
  for (const name of ["mine", "with"]) {
    const { value } = form.elements.namedItem(name) as HTMLSelectElement;
    if (value && (name === "with" || value !== document.documentElement.lang)) asked.set(name, value);
  }
  location.href = form.action + (`${asked}` ? `?${asked}` : "");
});

async function keepAll(area: HTMLElement, button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  try {
    const pages = await caches.open("tambo-pages");
    await pages.addAll([...document.querySelectorAll<HTMLAnchorElement>(".tongues-list a")].map((link) => link.href));
    say(area, button.dataset.done);
  } catch {
    button.disabled = false;
    say(area, button.dataset.failed);
  }
}

const keep = document.querySelector<HTMLButtonElement>("button[data-keep]");
if (keep && "caches" in window && "serviceWorker" in navigator) {
  // Only where the worker is there to show them; it has kept the files that all of them share.
  void navigator.serviceWorker.ready.then(() => whenTapped(keep, () => keepAll(keep.parentElement!, keep)));
}
