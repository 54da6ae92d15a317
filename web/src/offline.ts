// The page of what works without internet: it lists what this device keeps, and lets it forget.
import { say, whenTapped } from "./page";

/** Pages that were kept in this page's language, by their title. */
async function listKept(section: HTMLElement): Promise<void> {
  const language = document.documentElement.lang;
  const pages = await caches.open("tambo-pages");
  const list = section.querySelector("ul.kept")!;
  const kept = (await pages.keys()).map(({ url }) => new URL(url)).sort((a, b) => a.href.length - b.href.length);
  for (const url of kept) {
    const path = url.pathname + url.search;
    if (path !== `/${language}` && !path.startsWith(`/${language}/`) || /\/offline(\.json|$)/.test(path)) continue;
    const page = new DOMParser().parseFromString(await (await pages.match(url.href))!.text(), "text/html");
    const link = document.createElement("a");
    link.href = path;
    const asked = [...url.searchParams.values()].filter((value) => value && value !== "true");
    link.textContent = [page.querySelector("h1")?.textContent ?? path, ...asked].join(" · ");
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  section.hidden = !list.childElementCount;
}

async function forget(section: HTMLElement, button: HTMLButtonElement): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith("tambo-")) await caches.delete(name);
  section.querySelector("ul.kept")!.replaceChildren();
  say(section, button.dataset.done);
}

const section = document.getElementById("kept");
if (section && "caches" in window) {
  void listKept(section);
  const button = section.querySelector<HTMLButtonElement>("[data-forget]")!;
  whenTapped(button, () => forget(section, button));
}
