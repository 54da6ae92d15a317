// Pages of figures: while one is open it asks whether figures have changed, and takes over what has: pictures, tables, sentences.
// Focus stays where it is, and what was opened stays open. Without this a reload does the same. And a picture can be had as PNG.
import { formatsOf, say } from "./page";

const seconds = 10_000;
const page = document.querySelector<HTMLElement>("[data-figures]")!;
let version = page.dataset.version!;
let tag = "";

/** What has the focus is not taken away: it waits until the reader has gone on. */
const isBusy = (part: HTMLElement): boolean => part.contains(document.activeElement) && part !== document.activeElement;

async function renew(): Promise<boolean> {
  const answer = await fetch(location.href, { cache: "no-store", headers: { "Tambo-Asked-By-Itself": "1" } });
  if (!answer.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = fresh.querySelector<HTMLElement>("[data-figures]");
  if (!now) return false;
  let whole = true;
  for (const part of page.querySelectorAll<HTMLElement>("[data-live]")) {
    const next = now.querySelector<HTMLElement>(`[data-live="${CSS.escape(part.dataset.live!)}"]`);
    if (!next || next.innerHTML === part.innerHTML) continue;
    if (isBusy(part)) whole = false;
    else part.replaceChildren(...next.childNodes);
  }
  // A chart that was not there before comes with a reload: only then is it sure where it stands.
  if (whole) version = now.dataset.version!;
  return whole;
}

async function ask(): Promise<void> {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(page.dataset.figures!, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} });
      // Signed out, or the right is gone: nothing more to ask.
      if (answer.status === 401 || answer.status === 404 || answer.redirected) return;
      if (answer.ok) {
        const now = await answer.text();
        if (now === version || (await renew())) tag = answer.headers.get("ETag") ?? "";
        if (now !== page.dataset.version && now === version) {
          page.dataset.version = now;
          say(page, page.dataset.renewed!.replace("{time}", new Date().toLocaleTimeString(formatsOf(document.documentElement.lang), { hour: "2-digit", minute: "2-digit" })));
        }
      }
    } catch {
      // The network is away: the page stays as it is, and asks again.
    }
  }
  setTimeout(() => void ask(), seconds);
}

/** Draws the file of a picture at twice its size, and hands it over. */
async function savePng(button: HTMLButtonElement): Promise<void> {
  const picture = new Image();
  picture.src = button.dataset.png!;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth * 2;
  canvas.height = picture.naturalHeight * 2;
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const bytes = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!bytes) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bytes);
  link.download = button.dataset.name!;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), seconds);
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-png]")) {
  button.hidden = false;
  button.addEventListener("click", () => void savePng(button));
}
setTimeout(() => void ask(), seconds);
