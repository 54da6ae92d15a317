// The service worker: keeps public pages on the device, so that they open without internet. It touches nothing but GET of
// public pages and of the files they name; staff pages, data and forms pass as if it were not there. Two staff pages open
// without internet, the form of groups and that of kept cases, as pages of nobody: no name, no token, nothing that anybody has done.
//
// Every file of a page carries the hash of its content in its name, and a page is kept with the files it names: pages of two
// versions lie side by side, and each gets its own. The server writes `self.tambo` before this text.
import { CACHE as fieldName } from "./field-store";
import { sendWaiting } from "./outbox";

/** What the server says: its version, its languages, and whether the operator has switched the worker off. */
interface Node { version: string; languages: string[]; off: boolean }

/** What a language keeps, and the sentences for pages shown without internet, as HTML. */
interface List { pages: string[]; kept: string; missing: string; style: string; date: string; months: string[] }

declare const self: ServiceWorkerGlobalScope & { tambo: Node };

const pagesName = "tambo-pages";
const filesName = "tambo-files";
/** Of pages that a person visited besides those of the list. */
const mostVisited = 60;
/** Staff pages that open without internet, each with its cache and the word by which it asks to be kept. */
const staffPages: Record<string, string> = { "/staff/flows/collect": fieldName, "/staff/cases/offline": "tambo-vault" };
/** A page that is kept is shown when the network has not answered by then. */
const patience = 4000;
const day = 86_400_000;

const { version, languages, off } = self.tambo;
const listOf = (language: string): string => `/${language}/offline.json?v=${version}`;
const languageOf = (path: string): string | undefined => languages.find((code) => path === `/${code}` || path.startsWith(`/${code}/`));
const sentAt = (answer: Response): number => Date.parse(answer.headers.get("date") ?? "") || 0;
const mayBeKept = (answer: Response): boolean =>
  answer.status === 200 && answer.type === "basic" && !answer.redirected && !/no-store/.test(answer.headers.get("cache-control") ?? "no-store");

/** The files that a page or a script cannot do without. */
const filesIn = (text: string): string[] =>
  [...text.matchAll(/(?:(?:href|src)="\/assets|(?:from|import)"\.)\/([\w.-]+)["#]/g)].map((found) => `/assets/${found[1]}`);

/** Keeps a file that never changes, and those it names. */
async function keepFile(path: string): Promise<void> {
  const files = await caches.open(filesName);
  if (await files.match(path)) return;
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(path);
  const text = /script/.test(answer.headers.get("content-type") ?? "") ? await answer.clone().text() : "";
  await Promise.all(filesIn(text).map(keepFile));
  await files.put(path, answer);
}

const keepFilesOf = async (page: Response): Promise<unknown> => Promise.all(filesIn(await page.clone().text()).map(keepFile));

/** Keeps a page once all its files are kept; what is gone is not kept any longer. */
async function keepPage(path: string, answer: Response): Promise<void> {
  const pages = await caches.open(pagesName);
  if (answer.status === 404 || answer.status === 410) await pages.delete(path);
  if (!mayBeKept(answer)) return;
  await keepFilesOf(answer);
  // Takes the place of the one before, and stands last: those before it are left out first.
  await pages.put(path, answer);
}

async function listKept(language: string): Promise<Response | undefined> {
  return (await caches.open(pagesName)).match(`/${language}/offline.json`, { ignoreSearch: true });
}

/** Keeps the pages of a language, all or none. The list is written last: it says that they are there. */
async function keepLanguage(language: string): Promise<void> {
  const answer = await fetch(listOf(language), { cache: "no-cache" });
  if (!answer.ok) throw new Error(language);
  const list = await answer.clone().json() as List;
  await keepFile(list.style);
  const pages = await Promise.all(list.pages.map((path) => fetch(path, { cache: "no-cache" })));
  if (!pages.every(mayBeKept)) throw new Error(language);
  await Promise.all(pages.map(keepFilesOf));
  await Promise.all(pages.map((page, i) => keepPage(list.pages[i]!, page)));
  await (await caches.open(pagesName)).put(listOf(language), answer);
}

/** Leaves out the pages that were visited longest ago. */
async function forgetOldest(list: List): Promise<void> {
  const pages = await caches.open(pagesName);
  const visited = (await pages.keys()).filter(({ url }) => !/\/offline\.json/.test(url) && !list.pages.includes(url.slice(location.origin.length)));
  await Promise.all(visited.slice(0, Math.max(0, visited.length - mostVisited)).map((page) => pages.delete(page)));
}

/** Once a day: what was hidden or corrected meanwhile must not stay on the device as it was. */
async function lookAgain(): Promise<void> {
  for (const { url } of await (await caches.open(pagesName)).keys()) {
    const path = url.slice(location.origin.length);
    if (path.includes("/services")) await keepPage(path, await fetch(path, { cache: "no-cache" }));
  }
}

/** Leaves out the lists of older versions, and the files that no page names any more. */
async function forgetUnused(): Promise<void> {
  const [pages, files] = await Promise.all([caches.open(pagesName), caches.open(filesName)]);
  let named = "";
  for (const request of await pages.keys()) {
    const isOldList = /\/offline\.json/.test(request.url) && !request.url.endsWith(version);
    if (isOldList) await pages.delete(request);
    else named += await (await pages.match(request))!.text();
  }
  for (const [path, cache] of Object.entries(staffPages)) named += await (await (await caches.open(cache)).match(path))?.text() ?? "";
  const all = await files.keys();
  for (const request of all) named += /\.js$/.test(request.url) ? await (await files.match(request))!.text() : "";
  await Promise.all(all.filter(({ url }) => !named.includes(url.slice(url.lastIndexOf("/") + 1))).map((file) => files.delete(file)));
}

async function languagesKept(): Promise<string[]> {
  const found = await Promise.all(languages.map(async (code) => await listKept(code) ? code : ""));
  return found.filter((code) => code);
}

/** A kept page with the sentence that says so and from when it is; null when nothing can be said in its language. */
async function marked(answer: Response, language: string, sentence: "kept" | "missing"): Promise<Response | null> {
  const list = await (await listKept(language))?.json() as List | undefined;
  if (!list) return null;
  const at = new Date(sentAt(answer));
  const date = list.date.replace("{day}", String(at.getDate())).replace("{month}", list.months[at.getMonth()]!).replace("{year}", String(at.getFullYear()));
  const page = await answer.text();
  // A page that shows what lies on the device says by itself from when that is.
  const html = sentence === "kept" && page.includes("data-dated") ? page : page
    .replace("</head>", () => `<link rel="stylesheet" href="${list.style}"></head>`)
    .replace("<header>", () => `<header>${list[sentence].replace("{date}", date)}`);
  const headers = new Headers(answer.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(html, { headers });
}

/** What the network answered, kept for later. */
async function remember(path: string, language: string, answer: Response): Promise<void> {
  await keepPage(path, answer.clone());
  const kept = await listKept(language);
  if (!kept || sentAt(answer) - sentAt(kept) > day) {
    await keepLanguage(language);
    await lookAgain();
  } else await forgetOldest(await kept.json() as List);
}

async function open(event: FetchEvent, url: URL, language: string): Promise<Response> {
  const pages = await caches.open(pagesName);
  const path = url.pathname + url.search;
  const kept = await pages.match(path);
  const asked = fetch(event.request).then((answer) => {
    event.waitUntil(remember(path, language, answer.clone()).catch(() => undefined));
    return answer;
  });
  let answer: Response | undefined;
  try {
    answer = await (kept ? Promise.race([asked, new Promise<undefined>((late) => setTimeout(late, patience))]) : asked);
    // Turned away because many ask from here (429): what is kept helps more than a page that says so.
    if (answer && answer.status < 500 && !(kept && answer.status === 429)) return answer;
  } catch { /* No network: what is kept is shown. */ }
  asked.catch(() => undefined);
  if (kept) return await marked(kept, language, "kept") ?? answer ?? Response.error();
  if (answer) return answer;
  // The form of a message carries a key of its own and is not kept; the one that is kept draws its key on the device.
  const form = url.pathname === `/${language}/feedback` && await pages.match(`/${language}/offline/feedback`);
  if (form) return form;
  for (const code of [language, ...languages]) {
    const fallback = await pages.match(`/${code}/offline`);
    const page = fallback && await marked(fallback, code, "missing");
    if (page) return page;
  }
  return Response.error();
}

/** Where a short link of paper or of a message leads (src/Guide/Pages/ShortLinks.cs), below the language. */
function behind(path: string): string {
  const [, kind, code] = /^\/([sf])\/?([\w-]{22})?$/.exec(path) ?? [];
  const hex = code && [...atob(code.replace(/-/g, "+").replace(/_/g, "/"))].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  const service = hex && `services/${hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`;
  return kind === "f" ? `/feedback${service ? `?about=${service}` : ""}` : service ? `/${service}` : "";
}

/** Without internet the start page, the menu of languages and short links lead on by themselves. */
async function lead(event: FetchEvent, url: URL): Promise<Response> {
  try {
    return await fetch(event.request);
  } catch {
    const target = new URL(url.searchParams.get("to") ?? `/${(await languagesKept())[0] ?? languages[0]}${behind(url.pathname)}`, url);
    return target.origin === url.origin ? Response.redirect(target.href) : Response.error();
  }
}

/** Keeps a staff page, for whoever may open it. */
async function keepStaff(path: string): Promise<void> {
  const answer = await fetch(`${path}/kept`, { credentials: "same-origin", cache: "no-store" });
  if (answer.status !== 200 || answer.redirected) return;
  await keepFilesOf(answer);
  await (await caches.open(staffPages[path]!)).put(path, answer);
}

/** A staff page as the node gives it; as it is kept when no network answers in time. */
async function staff(event: FetchEvent, path: string): Promise<Response> {
  const kept = await (await caches.open(staffPages[path]!)).match(path);
  if (!kept) return fetch(event.request);
  const asked = fetch(event.request);
  asked.catch(() => undefined);
  try {
    const answer = await Promise.race([asked, new Promise<undefined>((late) => setTimeout(late, patience))]);
    if (answer && answer.status < 500 && answer.status !== 429) return answer;
  } catch { /* No network: the form that is kept does as well. */ }
  return kept;
}

async function file(event: FetchEvent, url: URL): Promise<Response> {
  const files = await caches.open(filesName);
  const kept = await files.match(url.pathname);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(files.put(url.pathname, answer.clone()).catch(() => undefined));
  return answer;
}

async function install(): Promise<void> {
  const open = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const paths = open.map(({ url }) => new URL(url)).map(({ pathname, search }) => pathname + search).filter((path) => languageOf(path.split("?")[0]!));
  const wanted = new Set([...await languagesKept(), ...paths.map((path) => languageOf(path.split("?")[0]!)!)]);
  // All or nothing: when one page does not come, the version before stays in charge and this one is tried again.
  await Promise.all([...wanted].map(keepLanguage));
  await Promise.all(paths.map(async (path) => keepPage(path, await fetch(path)).catch(() => undefined)));
  await self.skipWaiting();
}

async function leave(): Promise<void> {
  await Promise.all([pagesName, filesName, ...Object.values(staffPages)].map((name) => caches.delete(name)));
  await self.registration.unregister();
}

self.addEventListener("install", (event) => event.waitUntil(off ? self.skipWaiting() : install()));
self.addEventListener("activate", (event) => event.waitUntil(off ? leave() : forgetUnused().then(() => self.clients.claim())));
// Chromium wakes the worker when there is a network again; elsewhere the next page sends what waits.
self.addEventListener("sync" as "message", (event) => (event as ExtendableEvent).waitUntil(sendWaiting().then((all) => { if (!all) throw new Error("later"); })));
self.addEventListener("message", (event) => { const path = Object.keys(staffPages).find((one) => event.data === `keep ${one}`); if (!off && path) event.waitUntil(keepStaff(path).catch(() => undefined)); });
if (!off) {
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin) return;
    const language = languageOf(url.pathname);
    if (url.pathname.startsWith("/assets/")) event.respondWith(file(event, url));
    else if (request.mode !== "navigate") return;
    else if (language) event.respondWith(open(event, url, language));
    else if (staffPages[url.pathname]) event.respondWith(staff(event, url.pathname));
    else if (/^\/($|language\/|[sf](\/|$))/.test(url.pathname)) event.respondWith(lead(event, url));
  });
}
