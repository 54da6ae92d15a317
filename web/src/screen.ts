// A wall screen that runs for days without a hand: turns its slides, says whether a door is open at each turn, asks for news
// each minute, and goes on with what it has while the network is away.
export {};

type State = [from: number, words: string, tone: string];

const minute = 60_000;
const day = 24 * 60 * minute;
const main = document.querySelector<HTMLElement>("main.screen")!;
const address = new URL(location.href);
address.searchParams.delete("slide");

/** How far the device's clock is off the node's, learned from each answer. */
let offset = 0;
/** When the node last answered, by its own clock; at first when it made this page. */
let heard = Number(main.dataset.made) * 1000;
let away = false;

const now = (): number => Date.now() + offset;
const slides = (): HTMLElement[] => [...main.querySelectorAll<HTMLElement>(".slide")];

function clockOf(moment: number): string {
  try {
    return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: main.dataset.zone || undefined }).format(moment);
  } catch {
    return new Date(moment).toTimeString().slice(0, 5);
  }
}

/** What a door says now: of the states ahead the last that has begun. Outside of what is known nothing is said. */
function tellState(slide: HTMLElement): void {
  const line = slide.querySelector<HTMLElement>(".state");
  if (!line) return;
  const second = now() / 1000;
  const known = second >= Number(main.dataset.made) - 120 && second < Number(main.dataset.until);
  const states = JSON.parse(line.dataset.states!) as State[];
  const state = states.filter(([from]) => from <= second).pop() ?? states[0]!;
  line.hidden = !known;
  line.className = `state ${state[2]}`;
  // A sentence that is not in the language of its slide stands between two signs (src/Platform/Languages/FallbackMark.cs).
  const span = line.querySelector("span")!;
  span.lang = state[1].startsWith("\uFDD0") ? main.dataset.fallback ?? "" : slide.lang;
  span.dir = span.lang === slide.lang ? slide.dir : "auto";
  span.textContent = state[1].replace(/[\uFDD0\uFDD1]/g, "");
}

function tellAway(slide: HTMLElement): void {
  const line = slide.querySelector<HTMLElement>(".stale")!;
  line.hidden = !away;
  line.textContent = line.dataset.text!.replace("{time}", clockOf(heard));
}

/** True when something of a slide is cut off, or stands where something else is. */
function isCut(slide: HTMLElement): boolean {
  const wide = (part: Element): boolean => part.scrollWidth > part.clientWidth + 1;
  const told = slide.querySelector<HTMLElement>(".tell")!, code = slide.querySelector<HTMLElement>(".code")!;
  return slide.scrollHeight > slide.clientHeight || told.offsetHeight > slide.clientHeight || wide(slide) || wide(told) || wide(code)
    || [...told.querySelectorAll("h1, .where, .line, .state, .phone")].some((line) => line.scrollHeight > line.clientHeight + 1 || wide(line));
}

/** Says everything as large as the wall allows: what has little to say fills it too, and nothing is cut off. */
function fill(slide: HTMLElement): void {
  const say = (more: number): void => slide.style.setProperty("--more", String(more));
  let [least, most] = [1, 3];
  for (let look = 0; look < 7; look++) {
    const more = (least + most) / 2;
    say(more);
    if (isCut(slide)) most = more;
    else least = more;
  }
  say(least);
}

function show(next: HTMLElement): void {
  tellState(next);
  tellAway(next);
  for (const slide of slides()) slide.classList.toggle("on", slide === next);
  fill(next);
}

const onWall = (): HTMLElement | null => main.querySelector<HTMLElement>(".slide.on");

/** A notice that is over is passed by, also when the node cannot be asked. */
const isOver = (slide: HTMLElement): boolean => !!slide.dataset.ends && now() / 1000 >= Number(slide.dataset.ends);

function turn(): void {
  const all = slides(), at = all.findIndex((slide) => slide.classList.contains("on"));
  const following = all.map((_, place) => all[(at + 1 + place) % all.length]!);
  show(following.find((slide) => !isOver(slide)) ?? following[0]!);
  setTimeout(turn, Number(main.dataset.seconds) * 1000);
}

const filesOf = (page: Document): string =>
  [...page.querySelectorAll("link[rel=stylesheet], script[src]")].map((file) => file.getAttribute("href") ?? file.getAttribute("src")).join();

async function askForNews(): Promise<void> {
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(20_000) });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector<HTMLElement>("main.screen");
    if (!fresh?.querySelector(".slide")) throw new Error("no slides");
    const said = Date.parse(answer.headers.get("date") ?? "");
    offset = said ? said - Date.now() : offset;
    heard = now();
    away = false;
    // A new version of the program, or a day: only now is it sure that the page will come.
    if (filesOf(page) !== filesOf(document) || performance.now() > day) return location.reload();
    const shown = onWall()?.dataset.key;
    for (const name of ["seconds", "zone", "made", "until"]) main.dataset[name] = fresh.dataset[name];
    main.replaceChildren(...fresh.childNodes);
    const all = slides();
    show(all.find((slide) => slide.dataset.key === shown) ?? all[0]!);
  } catch {
    away = true;
    const slide = onWall();
    if (slide) show(slide);
  }
}

function tellTime(): void {
  const clock = main.querySelector(".clock");
  const words = clockOf(now());
  if (clock && clock.textContent !== words) clock.textContent = words;
}

/** Where the browser can, the screen is kept from going dark. */
function stayAwake(): void {
  if (document.visibilityState === "visible") void navigator.wakeLock?.request("screen").catch(() => undefined);
}

async function keepAsking(): Promise<void> {
  await askForNews();
  setTimeout(() => void keepAsking(), minute);
}

function fillWall(): void {
  const slide = onWall();
  if (slide) fill(slide);
}

fillWall();
void document.fonts.ready.then(fillWall);
addEventListener("resize", fillWall);
setTimeout(turn, Number(main.dataset.seconds) * 1000);
setInterval(tellTime, 1000);
addEventListener("online", () => void askForNews());
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
void keepAsking();
