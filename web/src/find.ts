// Finds help inside the packs of this device: lists, one service in full, a map. Nothing asked here leaves the device.
import { dayHours, dayOf, hoursOf, isKnown, weekday } from "./hours";
import { wallMinute } from "./clock";
import { Field, Flag, type Kept, type Row } from "./pack";
import { fold } from "./fold";
import { Directory, plain, pointOf, type Answer, type Found, type Point, type Vocabulary } from "./seek";
import { bare, comma, counted, dateOf, decimal, el, link, put, t, words } from "./said";
import { inWords, ranges, shortDate } from "./state";
import { readAll } from "./store";
import { concerns, isTold, type Told } from "./told";
import { say } from "./page";

/** From this age on a pack says loudly that it is old, and what is open is not told from it. */
const OLD_DAYS = 30;
const PAGE = 25;
/** More than a phone shows before anybody scrolls. */
const AT_ONCE = 6;
const PRACTICE = 8;

const language = document.documentElement.lang;
const by = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const icon = (place: number): Node => by<HTMLTemplateElement>("icons").content.children[place]!.cloneNode(true);
const flags = (row: Row, flag: Flag): boolean => (Number(row[Field.Flags]) & flag) !== 0;
const lines = (row: Row, field: Field): string[] => String(row[field]).split("\n").filter((line) => line);

let directory: Directory;
let position: Point | undefined;
let found: Answer;
const cards: Card[] = [];

/** What a device may not claim: that hours hold, when the pack is old or its own clock stands before the pack. */
function doubt(kept: Kept, now: number): string | undefined {
  const from = Date.parse(kept.manifest.asOf), days = Math.floor((now - from) / 86_400_000);
  if (now >= from - 86_400_000 && days <= OLD_DAYS) return undefined;
  const date = dateOf(kept.manifest.asOf);
  return days > OLD_DAYS ? t("pack.old", { date, days }) : t("pack.clock", { date });
}

/** A language as the reader calls it, as far as their browser knows. */
function named(tongue: string): string {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(tongue) ?? tongue;
  } catch {
    return tongue;
  }
}

/** What is said behind a text that is not in the reader's language, or that a machine translated and nobody has read over. */
function mark(said: string): HTMLElement | undefined {
  if (said[0] !== "\t") return undefined;
  const tongue = said.slice(1, said.indexOf("\t", 1));
  const element = el("span", "soft small", ` (${tongue === "~" ? t("service.machine.short") : named(tongue)})`);
  element.lang = language;
  return element;
}

/** Writes a text into an element, with its language when it is not the reader's. */
function speak(element: HTMLElement, said: string, ...behind: (Node | undefined)[]): HTMLElement {
  put(element, plain(said), ...behind);
  if (said[0] === "\t" && said[1] !== "~") {
    element.lang = said.slice(1, said.indexOf("\t", 1));
    element.dir = "auto";
  } else if (element.lang) {
    element.removeAttribute("lang");
    element.removeAttribute("dir");
  }
  return element;
}

const spoken = (name: string, className: string, said: string): HTMLElement => speak(el(name, className), said);

/** The same with what is said behind it. */
const text = (name: string, className: string, said: string): HTMLElement => speak(el(name, className), said, mark(said));

function tag(tone: string, words: string, clock: boolean, element = el("span", "")): HTMLElement {
  const className = tone ? `tag ${tone}` : "tag";
  if (element.className !== className) element.className = className;
  put(element, clock && (element.querySelector("svg") ?? icon(0)), words);
  return element;
}

function stateTag(row: Row, element?: HTMLElement): HTMLElement {
  const now = Date.now(), callable = String(row[Field.Phones]) !== "";
  if (flags(row, Flag.Suspended)) return tag("bad", t("service.suspended"), false, element);
  if (doubt(directory.kept, now)) return tag("", t("pack.ask_hours"), true, element);
  const state = directory.stateOf(row, now);
  const wall = wallMinute(String(row[Field.Zone]), now) ?? 0;
  return tag(state.is === "open" ? "good" : state.is === "closed" ? "bad" : "", inWords(state, wall, callable), true, element);
}

function distance({ metres, about }: Found): string {
  if (about !== undefined) return t("search.about_kilometres", { km: Math.max(about, 10) });
  if (metres === undefined) return "";
  if (metres < 950) return t("search.metres", { metres: Math.max(50, Math.round(metres / 50) * 50) });
  return t("search.kilometres", { km: metres < 10_000 ? decimal(metres / 1000) : Math.round(metres / 1000) });
}

function address(row: Row): string {
  const country = directory.head.countries.find(([code]) => code === row[Field.Country])?.[1] ?? "";
  return [...new Set([String(row[Field.Street]), String(row[Field.City]), country].filter((part) => part))].join(", ");
}

const needNames = (row: Row): string => String(row[Field.Needs]).split(" ").filter((need) => need).map((need) => t(`need.${need}`)).join(" · ");

/** A card of the list. It is written anew for each answer: making elements and finding their style costs a phone more than changing their words. */
class Card {
  readonly item = el("li", "card");
  private readonly name = el("bdi", "");
  private readonly link = link("", this.name);
  private readonly heading = el("h2", "");
  private readonly numeral: HTMLElement;
  private readonly organization = el("p", "soft");
  private readonly state = el("span", "tag");
  private readonly free = tag("info", t("service.free"), false);
  private readonly tags = el("p", "rows");
  private readonly far = el("strong", "");
  private readonly where = el("p", "");
  private readonly town = el("span", "soft small", ` (${t("search.town_only")})`);
  private readonly needs = el("p", "soft small");

  constructor(number: number) {
    this.numeral = el("span", "num", String(number));
    this.item.id = `s${number}`;
    // What lies below the first screens is laid out when it is scrolled to.
    if (number > AT_ONCE && CSS.supports("contain-intrinsic-size", "auto 1px"))
      this.item.style.cssText = "content-visibility: auto; contain-intrinsic-size: auto 13rem";
  }

  write(hit: Found): HTMLElement {
    const { row } = hit, name = String(row[Field.Name]), organization = String(row[Field.Organization]);
    const far = distance(hit), where = address(row), needs = needNames(row);
    speak(this.name, name);
    this.link.href = `#${String(row[Field.Id])}`;
    put(this.heading, this.numeral, " ", this.link, mark(name));
    if (organization) speak(this.organization, organization, mark(organization));
    stateTag(row, this.state);
    put(this.tags, this.state, flags(row, Flag.Free) && this.free);
    put(this.far, far);
    put(this.where, far && this.far, far && where && " · ", where, flags(row, Flag.Approximate) && this.town);
    put(this.needs, needs);
    put(this.item, this.heading, organization && this.organization, this.tags, (far || where) && this.where, needs && this.needs);
    return this.item;
  }
}

function svg(name: string, attributes: Record<string, string | number>, ...children: (Node | string)[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** The numbers of a list on the land of the pack, as near as they allow; nothing when none has a place. */
function map(hits: Found[], first: number): HTMLElement | undefined {
  const [land, left, top, scale, width, height] = directory.head.map;
  if (land === undefined) return undefined;
  const at = ({ latitude, longitude }: Point): [number, number] => {
    const sine = Math.sin(latitude * Math.PI / 180);
    return [((longitude + 180) / 360 - left! / 1e9) * scale!, (.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) - top! / 1e9) * scale!];
  };
  const placed = hits.flatMap(({ row }, i) => { const point = pointOf(row); return point ? [{ spot: at(point), number: first + i, row }] : []; });
  if (!placed.length) return undefined;
  const [xs, ys] = [0, 1].map((axis) => placed.map(({ spot }) => spot[axis]!)) as [number[], number[]];
  const middle = (all: number[]): number => (Math.min(...all) + Math.max(...all)) / 2;
  const spread = (all: number[]): number => Math.max(...all) - Math.min(...all);
  // The outline is as fine as the whole area needs: nearer than this it would only be angular.
  const zoom = Math.max(1, Math.min(20, (width! - 60) / (spread(xs) || 1), (height! - 60) / (spread(ys) || 1)));
  const [dx, dy] = [width! / 2 - middle(xs) * zoom, height! / 2 - middle(ys) * zoom];
  const drawn = ([x, y]: [number, number]): [number, number] => [Math.round(x * zoom + dx), Math.round(y * zoom + dy)];
  const taken: [number, number][] = [];
  const isFree = (x: number, y: number, wide: number): boolean => !taken.some(([a, b]) => Math.abs(a - x) < wide && Math.abs(b - y) < 18);
  // What would lie upon another number is left out: the list has it.
  const marks = placed.flatMap(({ spot, number, row }) => {
    const [x, y] = drawn(spot);
    if (!isFree(x, y, 18)) return [];
    taken.push([x, y]);
    return [svg("a", { href: `#${String(row[Field.Id])}` }, svg("title", {}, `${number} ${plain(row[Field.Name])}`),
      svg("rect", { x: x - 11, y: y - 11, width: 22, height: 22, rx: 11 }), svg("text", { x, y: y + 4 }, String(number)))];
  });
  const towns = directory.head.towns.flatMap(([name, , latitude, longitude]) => {
    const [x, y] = drawn(at({ latitude: latitude / 1e4, longitude: longitude / 1e4 }));
    if (x < 5 || y < 12 || x > width! - 60 || y > height! - 8 || !isFree(x, y, 70) || taken.length > marks.length + 5) return [];
    taken.push([x + 30, y]);
    return [svg("g", {}, svg("circle", { cx: x, cy: y, r: 2 }), svg("text", { x: x + 5, y: y + 4 }, name))];
  });
  const drawing = svg("svg", { direction: "ltr", viewBox: `0 0 ${width} ${height}`, width: width!, height: height!, role: "group", "aria-label": bare(t("search.map")), "font-size": 11 },
    svg("rect", { class: "map-water", width: width!, height: height! }),
    svg("path", { class: "map-land", d: land, transform: `translate(${Math.round(dx)} ${Math.round(dy)}) scale(${zoom.toFixed(2)})`, "vector-effect": "non-scaling-stroke" }),
    svg("g", { class: "map-place", "aria-hidden": "true" }, ...towns),
    svg("g", { class: "map-point", "text-anchor": "middle" }, ...marks));
  return el("figure", "point-map", drawing, el("figcaption", "map-attribution", t("search.map.source")));
}

/** After the frame that shows what stands in the page now. */
const onceShown = (work: () => void): void => { requestAnimationFrame(() => setTimeout(work)); };

/** The first screens at once, the rest of the page of a list and the map as soon as these are shown. */
function list(from = 0): void {
  const all = found, some = all.slice(from, from + PAGE);
  const write = (first: number, last: number): void => some.slice(first, last).forEach((hit, i) => {
    const place = from + first + i, item = (cards[place] ??= new Card(place + 1)).write(hit);
    if (!item.isConnected) by("found").append(item);
  });
  for (let place = from + Math.min(some.length, AT_ONCE); place < cards.length; place++) cards[place]!.item.remove();
  write(0, AT_ONCE);
  onceShown(() => {
    if (found !== all) return;
    write(AT_ONCE, PAGE);
    const drawn = from ? undefined : map(some, 1);
    if (!from) by("map").replaceChildren(...drawn ? [drawn] : []);
    by("more").hidden = from + PAGE >= found.length;
  });
  by("more").onclick = () => list(from + PAGE);
}

/** Answers the question of the form. */
function ask(): void {
  const form = by<HTMLFormElement>("ask");
  const value = (name: string): string => (form.elements.namedItem(name) as HTMLInputElement).value.trim();
  const near = value("near");
  if (near && near !== t("search.here")) position = undefined;
  const start = near && !position ? directory.town(near) : undefined;
  const open = (form.elements.namedItem("open") as HTMLInputElement).checked && !doubt(directory.kept, Date.now());
  const from = position ?? start?.point;
  by("told").replaceChildren(...told(directory.kept, from));
  found = directory.search({ words: value("q"), need: value("need"), from, openAt: open ? Date.now() : undefined });
  const place = position ? t("search.here") : start?.name;
  const summary = found.length ? counted(place ? "search.found_near" : "search.found", found.length, { place: place ?? "" }) : `${t("search.none")}. ${t("search.none.hint")}`;
  by("summary").replaceChildren(...words(near && !from ? `${t("search.place_unknown", { place: near })} ${summary}` : summary));
  list();
}

function facts(items: [string, (Node | string)[]][]): HTMLElement {
  return el("dl", "facts", ...items.filter(([, content]) => content.length).map(([name, content]) =>
    el("div", "", el("dt", "", name), el("dd", "", ...content.map((one) => el("div", "", one))))));
}

/** The hours of the coming seven days, with the dates that differ. */
function week(row: Row): HTMLElement {
  const now = Date.now(), hours = hoursOf(String(row[Field.Hours])), holidays = directory.holidaysOf(String(row[Field.Country]));
  const wall = row[Field.Hours] ? wallMinute(String(row[Field.Zone]), now) : undefined;
  if (wall === undefined) return el("p", "", t(row[Field.Phones] ? "hours.unknown_call" : "hours.unknown"));
  const today = Math.floor(wall / 1440);
  return facts(Array.from({ length: 7 }, (_, i) => {
    const day = today + i, stays = dayHours(hours, day, holidays);
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
    const holiday = directory.head.holidays.find(([country, on]) => country === row[Field.Country] && on === date)?.[2];
    return [`${t(`hours.day.${weekday(day) + 1}`)}, ${shortDate(day)}`, [
      stays.length ? ranges(stays) : t(isKnown(hours, day, holidays) ? "hours.closed" : "hours.unknown"),
      holiday && el("span", "soft small", t("pack.holiday", { name: holiday })),
    ].filter((one): one is string | HTMLElement => !!one)] as [string, (Node | string)[]];
  }));
}

function phone(line: string): Node {
  const [number, note] = line.split("\t") as [string, string?];
  const dial = number.replace(/[^\d+*#]/g, "");
  return el("span", "", dial.length >= 3 ? link(`tel:${dial}`, number) : number, note && el("span", "soft", ` ${note}`));
}

/** Free places, with when that was said; a pack from before these were in it has none. */
const capacity = (row: Row): string[] => String(row[Field.Capacity] ?? "").split("\n").filter((line) => line).map((line) => {
  const [available, unit, day] = line.split("\t") as [string, string, string];
  return t("service.available", { available, unit, date: day ? dateOf(day) : t("shell.unknown") });
});

function webPage(address: string): URL | undefined {
  try {
    const page = new URL(address);
    return /^https?:$/.test(page.protocol) ? page : undefined;
  } catch {
    return undefined;
  }
}

/** A service in full, at each of its places. */
function one(rows: Row[]): void {
  const row = rows[0]!, article = by("one");
  const back = link("#", icon(3), el("span", "", t("pack.back")));
  back.className = "go";
  const live = link(`/${language}/services/${String(row[Field.Id])}`, t("pack.live"));
  const numbers = [...new Set(rows.flatMap((at) => lines(at, Field.Phones)))];
  const call = numbers.length ? (phone(numbers[0]!) as HTMLElement).querySelector("a") : null;
  if (call) {
    call.className = "button";
    call.replaceChildren(icon(1), t("service.call"));
  }
  const confirmed = String(row[Field.Confirmed]), due = String(row[Field.ReviewDue]);
  const sure = !confirmed ? t("service.never_confirmed")
    : row[Field.ConfirmedBy] ? t("service.confirmed_by", { date: dateOf(confirmed), who: String(row[Field.ConfirmedBy]) }) : t("service.confirmed", { date: dateOf(confirmed) });
  const callFirst = !confirmed && numbers.length ? ` ${t("service.call_if_you_can")}` : "";
  const late = confirmed && due && dayOf(due) * 86_400_000 < Date.now() ? ` ${t("service.review_overdue")}` : "";
  const page = webPage(String(row[Field.Url]));
  const texts = (field: Field): Node[] => lines(row, field).map((line) => text("span", "", line));
  article.replaceChildren(
    el("p", "", back),
    text("h1", "", String(row[Field.Name])),
    ...row[Field.Organization] ? [text("p", "lead", String(row[Field.Organization]))] : [],
    ...row[Field.Alert] ? [el("div", "notice warn", text("p", "", String(row[Field.Alert])))] : [],
    el("p", "rows", rows.length === 1 && stateTag(row), ...String(row[Field.Needs]).split(" ").filter((need) => need).map((need) => tag("info", t(`need.${need}`), false))),
    ...call ? [el("p", "acts", call)] : [],
    ...row[Field.Description] ? [text("p", "", String(row[Field.Description]))] : [],
    ...rows.map((at, i) => {
      const point = flags(at, Flag.Approximate) ? undefined : pointOf(at);
      const hidden = flags(at, Flag.AreaOnly) ? "service.area_only" : flags(at, Flag.ContactOnly) ? "service.contact_only" : "";
      return el("section", "",
        rows.length > 1 && el("h2", "", t("service.place", { number: i + 1 })),
        rows.length > 1 && el("p", "rows", stateTag(at)),
        el("h3", "", t("service.hours")), week(at), ...lines(at, Field.Notes).map((note) => text("p", "soft", note)),
        el("h3", "", t("service.where")),
        hidden && el("p", "", t(hidden), at[Field.Phones] ? ` ${t(`${hidden}.call`)}` : ""),
        address(at) ? el("p", "", address(at), flags(at, Flag.Approximate) && el("span", "soft", ` (${t("search.town_only")})`)) : !hidden && el("p", "soft", t("service.address_unknown")),
        at[Field.Directions] ? text("p", "", String(at[Field.Directions])) : undefined,
        point && el("p", "", link(`geo:${point.latitude},${point.longitude}?q=${point.latitude},${point.longitude}(${encodeURIComponent(plain(at[Field.Name]))})`, icon(2), t("service.open_map"))),
        at[Field.Accessibility] ? el("p", "", `${t("service.accessibility")}: ${lines(at, Field.Accessibility).map(plain).join(comma)}`) : undefined);
    }),
    el("h2", "", t("service.good_to_know")),
    facts([
      [t("service.phones"), numbers.map(phone)],
      [t("service.email"), row[Field.Email] ? [link(`mailto:${String(row[Field.Email])}`, String(row[Field.Email]))] : []],
      [t("service.web"), page ? [link(page.href, page.host)] : []],
      [t("service.languages"), row[Field.Languages] ? [String(row[Field.Languages])] : []],
      [t("service.interpretation"), texts(Field.Interpretation)],
      [t("service.eligibility"), texts(Field.Eligibility)],
      [t("service.documents"), texts(Field.Documents)],
      [t("service.application"), texts(Field.Application)],
      [t("service.capacity"), capacity(row)],
      [t("service.costs"), row[Field.Costs] ? texts(Field.Costs) : [t("shell.unknown")]],
    ]),
    el("div", `notice ${confirmed && !late ? "good" : "warn"}`, el("div", "", el("p", "", sure + late + callFirst), row[Field.Source] ? el("p", "small", t("pack.source", { source: String(row[Field.Source]) })) : undefined)),
    el("p", "", live),
    el("p", "", link(`/${language}/feedback?about=services/${String(row[Field.Id])}`, t("service.tell_us"))));
  document.title = plain(row[Field.Name]);
}

function turn(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  const rows = id ? directory.rows.filter((row) => row[Field.Id] === id) : [];
  by("seek").hidden = !!rows.length;
  by("one").hidden = !rows.length;
  document.querySelector<HTMLElement>("main > h1")!.hidden = !!rows.length;
  if (!rows.length) return;
  one(rows);
  by("one").querySelector("h1")!.tabIndex = -1;
  by("one").querySelector("h1")!.focus();
  scrollTo(0, 0);
}

/** What staff have written for these days; by a clock that cannot be right, all of it. What is for other areas than the one asked about stands folded up below. */
function told(kept: Kept, from?: Point): HTMLElement[] {
  const sure = !doubt(kept, Date.now());
  const all = (kept.manifest.notices ?? []).filter((notice) => !sure || isTold(notice, Date.now()));
  const where = from && all.length ? directory.where(from) : undefined;
  const here = all.filter((notice) => !where || concerns(notice, where, fold)), elsewhere = all.filter((notice) => !here.includes(notice));
  return [...here.map(notice), ...elsewhere.length ? [el("details", "", el("summary", "", counted("pack.told_elsewhere", elsewhere.length)), ...elsewhere.map(notice))] : []];
}

function notice({ title, text: rest, language: tag, unread, urgent, when }: Told): HTMLElement {
  const said = (words: string): string => tag ? `\t${tag}\t${words}` : unread ? `\t~\t${words}` : words;
  const head = spoken("strong", "", said(title)), paragraph = el("p", "", head, mark(said(title)));
  head.dir = "auto";
  return el("div", `notice ${urgent ? "bad" : ""}`.trim(), el("div", "", paragraph,
    ...rest.split("\n").filter((line) => line).map((line) => {
      const part = spoken("p", "", said(line));
      part.dir = "auto";
      return part;
    }),
    when && el("p", "soft small", when)));
}

/**
 * Asks a few questions that nobody asked, one whenever the page has nothing to do: what the pack and the engine work out only
 * once is then not waited for by the first who asks.
 */
function practise(turns = PRACTICE): void {
  const mine = directory, row = mine.rows[Math.floor(mine.rows.length * turns / (PRACTICE + 1))];
  const turn = (): void => {
    if (mine !== directory || !row) return;
    mine.town(plain(row[Field.City]).slice(1));
    mine.search({ words: plain(row[Field.Name]).slice(1), need: "", from: pointOf(row), openAt: turns % 2 ? Date.now() : undefined }).slice(0, PAGE);
    if (turns > 1) practise(turns - 1);
  };
  if ("requestIdleCallback" in window) requestIdleCallback(turn);
  else setTimeout(turn, 200);
}

function open(kept: Kept): void {
  directory = new Directory(kept, JSON.parse(by("vocabulary").textContent!) as Vocabulary);
  by("which").replaceChildren(...words(`${kept.manifest.name} · ${t("pack.as_of", { date: dateOf(kept.manifest.asOf) })}`));
  const why = doubt(kept, Date.now());
  by("old").hidden = !why;
  by("old").querySelector("p")!.replaceChildren(...words(why ?? ""));
  position = undefined;
  ask();
  turn();
  onceShown(() => practise());
}

function offerPosition(): void {
  const button = by("here"), near = by<HTMLFormElement>("ask").elements.namedItem("near") as HTMLInputElement;
  button.hidden = !navigator.geolocation;
  button.addEventListener("click", () => {
    by("summary").textContent = button.dataset.asking ?? "";
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      position = coords;
      near.value = t("search.here");
      ask();
    }, () => say(by("seek"), button.dataset.failed), { enableHighAccuracy: false, maximumAge: 300_000, timeout: 20_000 });
  });
}

async function begin(): Promise<void> {
  // Where nothing may be kept, nothing is.
  const packs = (await readAll<Kept>("packs").catch(() => [] as Kept[])).filter(({ manifest }) => manifest.language === language).sort((a, b) => b.rows.length - a.rows.length);
  by("none").hidden = !!packs.length;
  by("seek").hidden = !packs.length;
  if (!packs.length) return;
  const choice = by<HTMLSelectElement>("area");
  choice.append(...packs.map(({ manifest }) => new Option(manifest.name, manifest.area)));
  choice.parentElement!.hidden = packs.length < 2;
  choice.addEventListener("change", () => open(packs[choice.selectedIndex]!));
  by("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  offerPosition();
  addEventListener("hashchange", turn);
  open(packs[0]!);
}

void begin();
