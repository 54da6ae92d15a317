// Progressive enhancement of the public pages. Every page works without this file; what needs it is hidden until
// it runs (attribute `hidden`), so nobody sees a button that does nothing.
import { say, whenTapped } from "./page";

/** Two decimals of a degree are about one kilometre: near enough for a shelter, too coarse for a tent. */
export const rounded = (degrees: number): string => degrees.toFixed(2);

function offerPosition(form: HTMLFormElement): void {
  if (!navigator.geolocation || !window.isSecureContext) return;
  form.hidden = false;
  let found = false;
  form.addEventListener("submit", (event) => {
    if (found) return;
    event.preventDefault();
    say(form, form.dataset.asking);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        (form.elements.namedItem("lat") as HTMLInputElement).value = rounded(coords.latitude);
        (form.elements.namedItem("lon") as HTMLInputElement).value = rounded(coords.longitude);
        found = true;
        form.submit();
      },
      () => say(form, form.dataset.failed),
      // Coarse and recent is enough, and spares the battery.
      { enableHighAccuracy: false, maximumAge: 300_000, timeout: 20_000 },
    );
  });
}

function offerShare(button: HTMLButtonElement): void {
  const address = (document.querySelector<HTMLLinkElement>("link[rel=canonical]")?.href ?? location.href).split("#")[0]!;
  if (navigator.share) {
    whenTapped(button, () => void navigator.share({ title: document.title, url: address }).catch(() => undefined));
  } else if (navigator.clipboard) {
    whenTapped(button, async () => {
      await navigator.clipboard.writeText(address);
      button.textContent = button.dataset.copied ?? "";
    });
  }
}

function offerCopy(button: HTMLButtonElement): void {
  const text = document.getElementById(button.dataset.copy!) as HTMLTextAreaElement | null;
  if (!text || !navigator.clipboard) return;
  whenTapped(button, async () => {
    await navigator.clipboard.writeText(text.value);
    button.textContent = button.dataset.copied ?? "";
  });
}

function offerMap(area: HTMLElement): void {
  const button = area.querySelector("button");
  if (!button) return;
  whenTapped(button, async () => {
    button.disabled = true;
    try {
      const { openMap } = await import("./map");
      await openMap(area);
      button.hidden = true;
    } catch {
      button.disabled = false;
      say(area, area.dataset.failed);
    }
  });
}

// The server keeps path and query in the links to other languages; the place on the page is known only here.
for (const link of document.querySelectorAll<HTMLAnchorElement>(".tongues a")) {
  link.addEventListener("click", () => { link.hash = location.hash; });
}
document.querySelectorAll<HTMLFormElement>("form[data-near]").forEach(offerPosition);
document.querySelectorAll<HTMLButtonElement>("button[data-share]").forEach(offerShare);
document.querySelectorAll<HTMLButtonElement>("button[data-copy]").forEach(offerCopy);
document.querySelectorAll<HTMLButtonElement>("button[data-print]").forEach((b) => whenTapped(b, () => window.print()));
document.querySelectorAll<HTMLElement>("[data-map]").forEach(offerMap);
document.getElementById("errors")?.focus();
// Only pages that stand below their language are kept on the device: neither sign-in nor what contributors look at.
if ("serviceWorker" in navigator && location.pathname.split("/")[1] === document.documentElement.lang) {
  addEventListener("load", () => void navigator.serviceWorker.register("/sw.js").catch(() => undefined));
}
// What was written without internet is sent by the page that is opened next.
try {
  if (localStorage.getItem("tambo-waiting")) void import("./outbox").then(({ look }) => look()).catch(() => undefined);
  // Either way: the clock of a device may stand anywhere.
  const looked = localStorage.getItem("tambo-packs");
  if (looked && Math.abs(Date.now() - Number(looked)) > 86_400_000) void import("./renew").then(({ renewPacks }) => renewPacks()).catch(() => undefined);
} catch { /* Storage is switched off: nothing can wait. */ }
