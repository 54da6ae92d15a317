// The form of a group on a phone held in one hand. Without this script it is an ordinary form; with it each group is kept on
// the device first, and sent when there is a network. The page itself is kept by the service worker, and belongs to nobody.
import { FLAG, currentUser, drop, keep, memoryOf, recordsOf, remember, setCurrentUser, type Kept, type Memory } from "./field-store";
import { sendGroups, type Outcome } from "./field-send";
import { el, t } from "./said";

const COUNTS = ["women", "men", "girls", "boys"];
const CHIPS = ["nationality", "next", "destination"];
const KEPT_CHOICES = ["next", "destination", "transport", "direction", "previous", "origin", "method"];
const MOST_CHIPS = 6;
const AGAIN = 30_000;

const root = document.getElementById("collect")!;
const part = (name: string): HTMLElement => document.getElementById(`collect-${name}`)!;
const formIn = (name: string): HTMLFormElement | null => part(name)?.querySelector("form");
const group = formIn("group")!;
const { points } = JSON.parse(document.getElementById("places")!.textContent!) as { points: { Code: string; Name: string; Training: boolean }[] };

let user = "";
let memory: Memory = { sent: 0, used: {}, last: {} };
let mending: { id: string; shift?: string; point: string; observedAt: string } | undefined;
let mended: string | undefined;
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
  area.hidden = !waiting.length && !refused.length && !memory.sent;
  const groups = waiting.filter(({ kind }) => kind === "group").length;
  area.replaceChildren(
    el("p", "", t("collect.said.counts", { waiting: groups, sent: memory.sent, refused: refused.length }), " ",
      waiting.length ? t(last === "signed-out" ? "collect.said.signed_out" : last === "later" ? "collect.said.offline" : "collect.said.sending") : ""),
    ...(refused.length ? [el("ul", "", ...refused.map(line))] : []));
}

function line(record: Kept): HTMLElement {
  const said = JSON.parse(record.body) as { observedAt?: string; size?: number };
  const button = (words: string, act: () => Promise<unknown>): HTMLElement => {
    const made = Object.assign(el("button", "button plain", words), { type: "button" });
    made.addEventListener("click", () => void act().then(show));
    return made;
  };
  return el("li", "", el("p", "", el("b", "", t("collect.said.refused", { time: new Date(said.observedAt ?? 0).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }), count: said.size ?? 0 })), " ", record.detail ?? ""),
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
    memory = { ...memory, sent: (await memoryOf(user)).sent };
    await show();
  }).finally(() => { sending = undefined; });
}

async function put(record: Omit<Kept, "user" | "state">): Promise<void> {
  await keep({ ...record, user, state: "waiting" });
  memory = { ...memory, sent: (await memoryOf(user)).sent };
  await remember(user, memory);
  await show();
  void send();
}

async function begin(form: HTMLFormElement): Promise<void> {
  const now = new Date().toISOString();
  const said = new FormData(form);
  const shift = { id: key(), point: String(said.get("point")), startedAt: now, enumerators: Number(said.get("enumerators")) || 1 };
  if (!shift.point) return;
  memory = { ...memory, shift, sent: 0 };
  await remember(user, memory);
  fresh();
  await put({ id: shift.id, kind: "shift", body: JSON.stringify({ ...shift, saidAt: now }) });
  say("");
}

async function end(form: HTMLFormElement): Promise<void> {
  const now = new Date().toISOString();
  const refusals = String(new FormData(form).get("refusals") ?? "");
  const shift = memory.shift!;
  memory = { ...memory, shift: undefined };
  form.reset();
  await put({ id: shift.id, kind: "shift", body: JSON.stringify({ ...shift, endedAt: now, saidAt: now, refusals: refusals === "" ? undefined : Number(refusals) }) });
  say(t("collect.said.ended"));
}

async function record(): Promise<void> {
  const { size, body, nationality } = read();
  if (size < 1) {
    say(t("collect.said.nobody"));
    (group.querySelector("[name=women]") as HTMLElement).focus();
    return;
  }
  const about = mending ?? { id: key(), shift: memory.shift!.id, point: memory.shift!.point, observedAt: new Date().toISOString() };
  for (const [name, code] of [["nationality", nationality], ["next", body.next], ["destination", body.destination]] as [string, string | undefined][]) {
    if (code && !code.startsWith("_")) (memory.used[name] ??= {})[code] = (memory.used[name]?.[code] ?? 0) + 1;
  }
  memory.last = Object.fromEntries(KEPT_CHOICES.map((name) => [name, name === "method" ? text(name) : chosen(name) ?? ""]));
  const before = mended;
  await put({ id: about.id, kind: "group", body: JSON.stringify({ ...about, ...body }) });
  if (before && before !== about.id) await drop(before);
  fresh();
  say(t("collect.said.kept", { count: size }));
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
  if (!memory.shift && root.dataset.shift) {
    const { id, point, startedAt, enumerators } = JSON.parse(root.dataset.shift) as NonNullable<Memory["shift"]>;
    memory = { ...memory, shift: { id, point, startedAt, enumerators: enumerators ?? 1 } };
    await remember(user, memory);
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
  await send();
  addEventListener("online", () => void send());
  setInterval(() => { if (!document.hidden) void send(); }, AGAIN);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void send(); });
  if (known) await keepPage();
}

/** The page that opens without internet is fetched anew on each visit: it is the same for everybody, and holds nobody. */
async function keepPage(): Promise<void> {
  const worker = await navigator.serviceWorker?.register("/sw.js").then(() => navigator.serviceWorker.ready).catch(() => undefined);
  worker?.active?.postMessage("keep-field");
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
