// The page of what works without internet: packs are taken along, brought up to date and put away; what else this device
// keeps is listed, and forgotten when asked.
import { all, drop, sendWaiting, type Post } from "./outbox";
import { fetchPack, find, forget, Refusal, type Kept } from "./pack";
import { looked, noPacks } from "./renew";
import { say, whenTapped } from "./page";
import { bare, dateOf, link, t, el, words } from "./said";
import { clear } from "./store";

const language = document.documentElement.lang;

/** Pages that were kept in this page's language, by their title. */
async function listKept(section: HTMLElement): Promise<void> {
  const pages = await caches.open("tambo-pages");
  const list = section.querySelector("ul.kept")!;
  const kept = (await pages.keys()).map(({ url }) => new URL(url)).sort((a, b) => a.href.length - b.href.length);
  for (const url of kept) {
    const path = url.pathname + url.search;
    if (path !== `/${language}` && !path.startsWith(`/${language}/`) || /\/offline(\.json|$|\/)/.test(url.pathname)) continue;
    const page = new DOMParser().parseFromString(await (await pages.match(url.href))!.text(), "text/html");
    const asked = [...url.searchParams.values()].filter((value) => value && value !== "true");
    list.append(el("li", "", link(path, [page.querySelector("h1")?.textContent ?? path, ...asked].join(" · "))));
  }
  section.hidden = !list.childElementCount;
}

async function forgetAll(section: HTMLElement, button: HTMLButtonElement): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith("tambo-")) await caches.delete(name);
  await clear("outbox");
  await clear("packs");
  await clear("keys");
  noPacks();
  section.querySelector("ul.kept")!.replaceChildren();
  await Promise.all(cards.map(show));
  await listPosts();
  say(section, button.dataset.done);
}

interface Card { item: HTMLElement; area: string; key: string; take: HTMLButtonElement; drop: HTMLButtonElement }

async function show({ item, area, take, drop }: Card): Promise<Kept | undefined> {
  const kept = await find(language, area);
  item.querySelector("[data-state]")!.replaceChildren(...words(kept ? t("pack.stored", { date: dateOf(kept.manifest.asOf) }) : ""));
  take.replaceChildren(...words(t(kept ? "pack.renew" : "pack.take")));
  take.hidden = false;
  drop.hidden = !kept;
  const stored = await Promise.all(cards.map((card) => find(language, card.area)));
  document.querySelector<HTMLElement>("[data-find]")!.hidden = !stored.some((one) => one);
  return kept;
}

async function takeAlong(card: Card): Promise<void> {
  card.take.disabled = true;
  say(card.item, bare(t("pack.loading")));
  try {
    const before = await find(language, card.area);
    const kept = await fetchPack(language, card.area, card.key);
    looked();
    // Asked for once something is there that would be missed; browsers answer by themselves.
    void navigator.storage?.persist?.();
    await show(card);
    say(card.item, bare(t(before?.manifest.version === kept.manifest.version ? "pack.same" : "pack.done")));
  } catch (failure) {
    say(card.item, bare(t(`pack.failed.${failure instanceof Refusal ? failure.why : "network"}`)));
  }
  card.take.disabled = false;
}

const cards: Card[] = [...document.querySelectorAll<HTMLElement>("#packs [data-area]")].map((item) => ({
  item,
  area: item.dataset.area!,
  key: document.getElementById("packs")!.dataset.key!,
  take: item.querySelector<HTMLButtonElement>("[data-take]")!,
  drop: item.querySelector<HTMLButtonElement>("[data-drop]")!,
}));
// Without HTTPS there is neither a signature to check nor a page that would be kept.
if (window.isSecureContext && "indexedDB" in window) {
  for (const card of cards) {
    void show(card);
    whenTapped(card.take, () => takeAlong(card));
    card.drop.addEventListener("click", async () => {
      await forget(language, card.area);
      await show(card);
      say(card.item, bare(t("pack.dropped")));
    });
  }
}

/** What was written and the node did not take, so that it can be written again. */
function written(post: Post): HTMLElement {
  const { text } = JSON.parse(post.body) as { text?: string };
  return el("details", "", el("summary", "", t("outbox.show")), el("p", "", text));
}

/** Messages that wait, and codes of those that were sent: not what they are about, for the device may be anybody's. */
async function listPosts(): Promise<void> {
  const area = document.getElementById("waiting")!, list = area.querySelector("ul")!;
  const posts = await all();
  list.replaceChildren(...posts.map((post) => {
    const put = el("button", "button plain", t("pack.drop"));
    put.addEventListener("click", () => void drop(post.key).then(listPosts));
    const state = post.state === "sent" ? post.said.sent.replace("{code}", post.code ?? "") : t(`outbox.${post.state}`);
    return el("li", "card", el("h3", "", t("outbox.message")), el("p", "", dateOf(post.writtenAt), " · ", state), post.state === "refused" && written(post), el("p", "rows", put));
  }));
  area.hidden = !posts.length;
}

if (window.isSecureContext && "indexedDB" in window) void listPosts().then(sendWaiting).then(listPosts);

const section = document.getElementById("kept");
if (section && "caches" in window) {
  void listKept(section);
  const button = section.querySelector<HTMLButtonElement>("[data-forget]")!;
  whenTapped(button, () => forgetAll(section, button));
}
