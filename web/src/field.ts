// The form of a group on a phone held in one hand. Without this script it is an ordinary form; with it each group is kept on
// the device first, and sent when there is a network. The page itself is kept by the service worker, and belongs to nobody.
import { FLAG, currentUser, drop, forgetRefused, memoryOf, recordsOf, revise, setCurrentUser, type Kept, type Memory } from "./field-store";
import { sendGroups, type Outcome } from "./field-send";
import { counted, el, t } from "./said";

const COUNTS = ["women", "men", "girls", "boys"];
const CHIPS = ["nationality", "next", "destination"];
const KEPT_CHOICES = ["next", "destination", "transport", "direction", "previous", "origin", "method"];
const MOST_CHIPS = 6;
const AGAIN = 30_000;
const DAY = 86_400_000;
/** As src/Flows/Collecting/CollectGroups.cs: a shift goes on no longer. */
const LONGEST_SHIFT = DAY;
const REFUSED_KEPT = 30 * DAY;

const root = document.getElementById("collect")!;
const part = (name: string): HTMLElement => document.getElementById(`collect-${name}`)!;
const formIn = (name: string): HTMLFormElement | null => part(name)?.querySelector("form");
const group = formIn("group")!;
const { points } = JSON.parse(document.getElementById("places")!.textContent!) as { points: { Code: string; Name: string; Training: boolean }[] };

let user = "";
let memory: Memory = { sent: 0, used: {}, last: {} };
let mending: { id: string; shift?: string; point: string; observedAt: string } | undefined;
let mended: string | undefined;
/** The key of the next record: the same until it is kept, however often the button is tapped. */
let next: string | undefined;
let last: Outcome = "sent";

/** A UUID of version 7: the milliseconds first, the rest drawn. */
function key(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const text = (name: string): string => String(new FormData(group).get(name) ?? "").trim();
const number = (name: string): number | null => (text(name) === "" ? null : Number(text(name)));
const chosen = (name: string): string | undefined => text(`${name}-other`) || text(name) || undefined;

/** As src/Flows/Collecting/GroupForm.cs reads it: without a size what is empty is none, with one it was not asked. */
function read(): { size: number; body: Record<string, unknown>; nationality: string | undefined } {
  const size = number("size");
  const partOf = (suffix: string, whole: number | null): Record<string, unknown> & { persons: number } => {
    const counts = COUNTS.map((name) => number(name + suffix));
    const given = counts.some((count) => count !== null);
    const known = whole === null && given ? counts.map((count) => count ?? 0) : counts;
    return {
      nationality: chosen(`nationality${suffix}`) ?? "_U",
      persons: whole ?? known.reduce<number>((sum, count) => sum + (count ?? 0), 0),
      ...Object.fromEntries(COUNTS.map((name, i) => [name, known[i] ?? undefined])),
    };
  };
  const [first, second] = [partOf("", size), partOf("2", null)];
  if (second.persons && size !== null) first.persons = size - second.persons;
  const parts = second.persons ? [first, second] : [first];
  const care = Object.fromEntries([...group.querySelectorAll<HTMLInputElement>("input[name^=care-]")].filter(({ value }) => value !== "").map(({ name, value }) => [name.slice(5), Number(value)]));
  const total = size ?? parts.reduce((sum, { persons }) => sum + persons, 0);
  return {
    size: total,
    nationality: chosen("nationality"),
    body: {
      direction: chosen("direction") ?? "_U", size: total, parts, origin: chosen("origin"), previous: chosen("previous"), next: chosen("next"), destination: chosen("destination"),
      transport: chosen("transport"), reasons: text("reason") ? [text("reason")] : undefined, vulnerabilities: Object.keys(care).length ? care : undefined, method: text("method") || "OBS", note: text("note") || undefined,
    },
  };
}

function label(): void {
  const { size } = read();
  document.getElementById("collect-save")!.textContent = size > 0 ? t("collect.said.save", { count: size }) : t("collect.said.save_none");
}

/** The name of a country as the long list has it. */
const nameOf = (name: string, code: string): string => group.querySelector(`[name="${name}-other"] option[value="${CSS.escape(code)}"]`)?.textContent ?? code;

function chips(): void {
  for (const name of CHIPS) {
    const field = group.querySelector<HTMLElement>(`[data-chips="${name}"]`)!;
    const counts = memory.used[name] ?? {};
    const codes = Object.keys(counts).sort((a, b) => counts[b]! - counts[a]!).slice(0, MOST_CHIPS);
    field.hidden = !codes.length;
    field.querySelector("div")!.replaceChildren(...codes.map((code) => {
      const input = Object.assign(document.createElement("input"), { type: "radio", name, value: code });
      return el("label", "", input, el("span", "", nameOf(name, code)));
    }));
  }
  for (const name of KEPT_CHOICES) choose(name, memory.last[name]);
}

function choose(name: string, code: string | undefined): void {
  for (const radio of group.querySelectorAll<HTMLInputElement>(`input[type=radio][name="${name}"]`)) radio.checked = radio.value === code;
  const other = group.querySelector<HTMLSelectElement>(`select[name="${name}"], select[name="${name}-other"]`);
  if (!other) return;
  const isChip = !!group.querySelector(`input[type=radio][name="${name}"]:checked`);
  if (other.name === name || (!isChip && code)) other.value = code ?? "";
  else other.value = "";
}

function fresh(): void {
  group.reset();
  for (const box of group.querySelectorAll<HTMLInputElement>("input[type=number], input[name=note]")) box.value = "";
  for (const select of group.querySelectorAll<HTMLSelectElement>("select")) if (select.name !== "method") select.value = "";
  mending = mended = undefined;
  part("time").hidden = true;
  chips();
  label();
}

async function show(): Promise<void> {
  const { shift } = memory;
  part("begin").hidden = !!shift;
  part("group").hidden = part("end").hidden = !shift;
  const point = points.find(({ Code }) => Code === shift?.point);
  document.getElementById("collect-where")!.textContent = point?.Name ?? shift?.point ?? "";
  document.getElementById("collect-training")!.hidden = !point?.Training;
  const records = await recordsOf(user);
  const [waiting, refused] = (["waiting", "refused"] as const).map((state) => records.filter((record) => record.state === state)) as [Kept[], Kept[]];
  const area = part("outbox");
  const stays = waiting.length + refused.length;
  area.hidden = !waiting.length && !refused.length && !memory.sent;
  const groups = waiting.filter(({ kind }) => kind === "group").length;
  area.replaceChildren(
    el("p", "", t("collect.said.counts", { waiting: groups, sent: memory.sent, refused: refused.length }), " ",
      waiting.length ? t(last === "signed-out" ? "collect.said.signed_out" : last === "later" ? "collect.said.offline" : "collect.said.sending") : ""),
    ...(refused.length ? [el("ul", "", ...refused.map(line))] : []),
    ...(stays ? [el("details", "", el("summary", "", t("collect.said.stays")), el("p", "", t("collect.said.stays.what")), el("p", "acts", deleteAll(records)))] : []));
}

function deleteAll(records: Kept[]): HTMLElement {
  const button = Object.assign(el("button", "button plain", t("collect.said.delete_all")), { type: "button" });
  button.addEventListener("click", () => { if (confirm(t("collect.said.delete_all.sure"))) void drop(...records.map(({ id }) => id)).then(show); });
  return button;
}

const clock = (time: string): string => new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function line(record: Kept): HTMLElement {
  const said = JSON.parse(record.body) as { observedAt?: string; startedAt?: string; size?: number };
  const button = (words: string, act: () => Promise<unknown>): HTMLElement => {
    const made = Object.assign(el("button", "button plain", words), { type: "button" });
    made.addEventListener("click", () => void act().then(show));
    return made;
  };
  return el("li", "", el("p", "", el("b", "", said.size ? counted("collect.said.refused", said.size, { time: clock(said.observedAt ?? "") }) : t("collect.said.refused_shift", { time: clock(said.startedAt ?? "") })), " ", record.detail ?? ""),
    el("p", "acts", record.kind === "group" && button(t("collect.said.mend"), async () => mend(record)), button(t("collect.said.delete"), () => drop(record.id))));
}

/** Puts a refused record into the form again. What was never taken keeps its key, unless another record has it. */
function mend(record: Kept): void {
  const said = JSON.parse(record.body) as Record<string, unknown> & { parts: Record<string, unknown>[]; vulnerabilities?: Record<string, number>; reasons?: string[] };
  fresh();
  mended = record.id;
  mending = { id: record.code === "flows.group_key_taken" ? key() : record.id, shift: said.shift as string, point: said.point as string, observedAt: said.observedAt as string };
  const set = (name: string, value: unknown): void => {
    const field = group.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value === undefined ? "" : String(value);
  };
  said.parts.slice(0, 2).forEach((one, i) => {
    const suffix = i ? "2" : "";
    for (const name of COUNTS) set(name + suffix, one[name]);
    if (i) set("nationality2", one.nationality);
    else choose("nationality", one.nationality as string);
  });
  if (!COUNTS.some((name) => said.parts[0]![name] !== undefined)) set("size", said.size);
  for (const name of KEPT_CHOICES) choose(name, said[name] as string | undefined);
  set("reason", said.reasons?.[0]);
  set("note", said.note);
  const at = new Date(mending.observedAt);
  set("observed", new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16));
  part("time").hidden = false;
  for (const [code, count] of Object.entries(said.vulnerabilities ?? {})) set(`care-${code}`, count);
  label();
  group.scrollIntoView();
}

const say = (words: string): void => { part("state").textContent = words; };

let sending: Promise<void> | undefined;

/** Sends in the background; what is recorded meanwhile goes along or at the next turn. */
function send(): Promise<void> {
  return sending ??= sendGroups().then(async (outcome) => {
    last = outcome;
    memory = await memoryOf(user);
    await show();
  }).finally(() => { sending = undefined; });
}

/** The present by the node's clock, as far as the device knows it. */
const now = (): string => new Date(Date.now() + (memory.clockOff ?? 0)).toISOString();

/** Keeps a record together with what is remembered, and sends it in the background. */
async function put(id: string, kind: Kept["kind"], body: object, make: (memory: Memory) => Memory, gone: string[] = []): Promise<void> {
  memory = await revise(user, make, [{ id, kind, body: JSON.stringify(body), user, state: "waiting", clockOff: memory.clockOff ?? 0 }], gone);
  await show();
  void send();
}

const isLong = (shift: NonNullable<Memory["shift"]>): boolean => Date.parse(now()) - Date.parse(shift.startedAt) > LONGEST_SHIFT;

async function open(point: string, enumerators: number): Promise<void> {
  const shift = { id: key(), point, startedAt: now(), enumerators };
  await put(shift.id, "shift", { ...shift, saidAt: shift.startedAt }, (known) => ({ ...known, shift, sent: 0 }));
}

/** A shift that nobody ended was over with its last group. */
async function close(shift: NonNullable<Memory["shift"]>, refusals?: number): Promise<void> {
  const { lastAt, ...said } = shift;
  const endedAt = isLong(shift) ? lastAt ?? shift.startedAt : now();
  await put(shift.id, "shift", { ...said, endedAt, saidAt: now(), refusals }, (known) => ({ ...known, shift: known.shift?.id === shift.id ? undefined : known.shift, over: shift.id }));
}

async function begin(form: HTMLFormElement): Promise<void> {
  const said = new FormData(form);
  const point = String(said.get("point"));
  if (!point) return;
  void navigator.storage?.persist?.();
  memory = await memoryOf(user);
  // Begun in another window of the same phone.
  if (!memory.shift) await open(point, Number(said.get("enumerators")) || 1);
  else await show();
  fresh();
  say("");
}

async function end(form: HTMLFormElement): Promise<void> {
  const refusals = String(new FormData(form).get("refusals") ?? "");
  memory = await memoryOf(user);
  if (memory.shift) await close(memory.shift, refusals === "" ? undefined : Number(refusals));
  else await show();
  form.reset();
  say(t("collect.said.ended"));
}

/** When the group of a mended record passed: to the minute, where somebody has changed it. */
function mendedTime(before: string): string {
  const said = new Date(text("observed"));
  return Number.isNaN(said.getTime()) || Math.abs(said.getTime() - Date.parse(before)) < 60_000 ? before : said.toISOString();
}

async function record(): Promise<void> {
  const { size, body, nationality } = read();
  if (size < 1) {
    say(t("collect.said.nobody"));
    (group.querySelector("[name=women]") as HTMLElement).focus();
    return;
  }
  memory = await memoryOf(user);
  const rolled = !mending && !!memory.shift && isLong(memory.shift);
  if (!mending && memory.shift && rolled) {
    const { point, enumerators } = memory.shift;
    await close(memory.shift);
    await open(point, enumerators);
  }
  const { shift } = memory;
  if (!mending && !shift) {
    // Ended in another window of the same phone.
    await show();
    say(t("collect.said.ended"));
    return;
  }
  const about = mending ? { ...mending, observedAt: mendedTime(mending.observedAt) } : { id: next ??= key(), shift: shift!.id, point: shift!.point, observedAt: now() };
  const used = [["nationality", nationality], ["next", body.next], ["destination", body.destination]].filter(([, code]) => code && !(code as string).startsWith("_")) as [string, string][];
  const last = Object.fromEntries(KEPT_CHOICES.map((name) => [name, name === "method" ? text(name) : chosen(name) ?? ""]));
  await put(about.id, "group", { ...about, ...body }, (known) => ({
    ...known, last,
    used: used.reduce((all, [name, code]) => ({ ...all, [name]: { ...all[name], [code]: (all[name]?.[code] ?? 0) + 1 } }), known.used),
    shift: known.shift && known.shift.id === about.shift ? { ...known.shift, lastAt: about.observedAt } : known.shift,
  }), mended && mended !== about.id ? [mended] : []);
  next = undefined;
  fresh();
  say(`${rolled ? `${t("collect.said.rolled")} ` : ""}${counted("collect.said.kept", size)}`);
  group.scrollIntoView();
}

function take(form: HTMLFormElement | null, act: (form: HTMLFormElement) => Promise<void>): void {
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button:not([type])") as HTMLButtonElement | null;
    if (button?.disabled) return;
    if (button) button.disabled = true;
    void act(form).catch(() => say(t("collect.said.failed"))).finally(() => { if (button) button.disabled = false; });
  });
}

async function start(): Promise<void> {
  const known = root.dataset.user;
  // Only what the node itself has answered says who it is; the page that was kept is opened by whoever was signed in last.
  if (known) await setCurrentUser(known);
  user = known || await currentUser() || "";
  if (!user) {
    for (const name of ["begin", "group", "end"]) part(name).hidden = true;
    say(t("collect.said.nobody_here"));
    return;
  }
  localStorage.setItem(FLAG, "1");
  memory = await memoryOf(user);
  await forgetRefused(Date.now() - REFUSED_KEPT);
  if (!memory.shift && root.dataset.shift) {
    const { id, point, startedAt, enumerators } = JSON.parse(root.dataset.shift) as NonNullable<Memory["shift"]>;
    // What waits here was said later than what the page knows.
    if (id !== memory.over && !(await recordsOf(user)).some((record) => record.id === id))
      memory = await revise(user, (known) => ({ ...known, shift: { id, point, startedAt, enumerators: enumerators ?? 1 } }));
  }
  if (memory.shift && isLong(memory.shift)) {
    await close(memory.shift);
    say(t("collect.said.closed"));
  }
  take(formIn("begin"), begin);
  take(group, record);
  take(formIn("end"), end);
  group.addEventListener("input", label);
  group.addEventListener("change", ({ target }) => {
    const field = target as HTMLInputElement | HTMLSelectElement;
    if (field instanceof HTMLSelectElement && field.dataset.other && field.value) choose(field.dataset.other, field.value);
    else if (field instanceof HTMLInputElement && field.type === "radio") {
      const other = group.querySelector<HTMLSelectElement>(`select[name="${field.name}-other"]`);
      if (other) other.value = "";
    }
    label();
  });
  fresh();
  await show();
  // Heard from the beginning: a network that comes while the first attempt fails is not missed, and one that comes during any
  // attempt is followed by another.
  addEventListener("online", () => void Promise.resolve(sending).then(send));
  await send();
  setInterval(() => { if (!document.hidden) void send(); }, AGAIN);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void send(); });
  if (known) await keepPage();
}

/** The page that opens without internet is fetched anew on each visit: it is the same for everybody, and holds nobody. */
async function keepPage(): Promise<void> {
  const worker = await navigator.serviceWorker?.register("/sw.js").then(() => navigator.serviceWorker.ready).catch(() => undefined);
  worker?.active?.postMessage("keep /staff/flows/collect");
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-step]")) {
  const box = button.parentElement!.querySelector("input")!;
  button.hidden = false;
  button.addEventListener("click", () => {
    box.value = String(Math.max(0, Number(box.value) + Number(button.dataset.step)));
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
if ("indexedDB" in window && window.isSecureContext) void start();
