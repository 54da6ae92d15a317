// The page on which an officer works without internet. The page itself is kept by the service worker and belongs to nobody; what it
// shows lies sealed in a vault (vault-box.ts) that is open while this page is, and closed by leaving it, by time or by a button.
import type { Box, CaseData } from "./vault-box";
import { ask, asking } from "./vault-ask";
import { bring, bringing, caseFor, filesHere } from "./vault-bring";
import { changed, fill, formOf, valuesOf, withFields, type Fields, type Parts } from "./vault-form";
import { isWeak } from "./vault-keys";
import { Refusal } from "./vault-node";
import { MOST_TRIES, changePin, enrol, unlock, vaultFor } from "./vault-open";
import { arrived, outbox } from "./vault-outbox";
import { edit as editReferral, referButton, referralsHere, referring } from "./vault-refer";
import { sync } from "./vault-send";
import type { Head } from "./vault-store";
import { about, button, caseOf, fieldName, list, personOf, value, type Person } from "./vault-views";
import { FLAG, watch } from "./vault-watch";
import { counted, el, t } from "./said";

const IDLE = 600_000;
const AGAIN = 60_000;

const root = document.getElementById("vault")!;
const part = (name: string): HTMLElement => document.getElementById(`vault-${name}`)!;
const formIn = (name: string): HTMLFormElement => part(name).querySelector("form")!;
const VIEWS = ["enrol", "open", "work", "case", "person", "consent", "screen", "result", "opening", "refer", "slip", "file", "pin", "conflict"];

/** Which state may follow which (src/Cases/Register/CaseStates.cs). */
const moves = JSON.parse(part("moves").textContent!) as Record<string, string[]>;

let box: Box | undefined;
let head: Head | undefined;
let at: { person: string; of?: string | undefined } | undefined;
let underWay = 0, ended = 0;
/** What the open form was filled with: what arrives meanwhile is no change of whoever types. */
let filled: { parts: Parts; one?: CaseData | undefined } = { parts: {} };
/** Who stands there: on the screen still, though what was registered here has arrived meanwhile. */
let shown: Person | undefined;
let busy: Promise<void> | undefined;
let asked = false;
let touched = Date.now();

const say = (words: string): void => { part("state").textContent = words; };

/** Counts in the page what was begun and what has come to its end: whoever waits for something sees when it is over. */
async function watched<T>(work: Promise<T>): Promise<T> {
  root.dataset.begun = String(++underWay);
  return work.finally(() => { root.dataset.ended = String(++ended); });
}

function show(view: string): void {
  for (const name of VIEWS) part(name).hidden = name !== view;
  part("back").hidden = ["enrol", "open", "work"].includes(view);
  part(view).querySelector<HTMLElement>("h2")?.setAttribute("tabindex", "-1");
  if (view !== "work" && view !== "enrol") part(view).querySelector<HTMLElement>(view === "open" ? "input" : "h2, input")?.focus();
  scrollTo(0, 0);
}

function work(): void {
  if (!box) return;
  at = undefined;
  part("work").querySelector<HTMLElement>("[data-do=new]")!.hidden = !box.memory.rights.includes("register");
  part("list").replaceChildren(...list(box, openPerson));
  outbox(box, { decide, mend, work, send: () => void send() });
  show("work");
}

function openPerson(id: string, of?: string): void {
  const person = personOf(box!, id), one = of ? caseOf(box!, of) : undefined;
  if (!person) return work();
  at = { person: id, of };
  shown = person;
  part("who").textContent = person.parts.identity?.names?.length ? value("identity.names", person.parts.identity.names.slice(0, 1)) : person.ref;
  const into = caseFor(box!, id, of);
  part("facts").replaceChildren(...about(person, one), ...referralsHere(box!, id, one), ...filesHere(box!, into), ...(one?.persons ?? []).slice(1).map((other) => button(value("identity.names", personOf(box!, other)?.parts.identity?.names), () => openPerson(other, of))));
  const may = (right: string): boolean => box!.memory.rights.includes(right);
  part("steps").replaceChildren(
    button(t("vault.said.edit"), () => edit(id)), ...(may("register") ? [button(t("consent.page"), () => ask.consent())] : []), ...(may("screen") ? [button(t("screening.page"), ask.screening)] : []),
    ...(may("register") && !one ? [button(t("vault.said.open_case"), () => opening())] : []), ...(into ? [button(t("vault.said.add_file"), () => bring(into))] : []), ...referButton(box!, person, one, into));
  const change = part("change") as HTMLFormElement;
  change.hidden = !one;
  filled = { parts: person.parts, one };
  if (one) {
    fill(change, { urgency: one.urgency, note: one.note ?? "" });
    const next = change.elements.namedItem("state") as HTMLSelectElement;
    for (const option of next.options) option.hidden = option.disabled = !!option.value && !moves[one.state]?.includes(option.value);
    (change.elements.namedItem("note") as HTMLTextAreaElement).defaultValue = one.note ?? "";
  }
  show("case");
}

const back = (): void => (at ? openPerson(at.person, at.of) : work());

/** Whatever was put into the outbox is on the disk; it is sent as soon as there is a network, and nobody waits for that. */
async function kept(words: string, next: () => void): Promise<void> {
  next();
  say(words);
  void send();
}

/** Opens what the office did not take, or what was not sent yet, to be corrected. */
function mend(id: string): void {
  const { kind, person = "", record = "" } = box!.items.get(id)!;
  if (kind === "consent") {
    at = undefined;
    return ask.consent(box!.items.get(id));
  }
  if (kind !== "referral") return edit(id);
  openPerson(person, box!.cases.has(record) ? record : undefined);
  if (at) editReferral(id);
}

function edit(id?: string): void {
  const form = formIn("person"), person = id ? personOf(box!, id) : undefined;
  at = id ? { person: id, of: at?.of } : undefined;
  for (const area of form.querySelectorAll<HTMLElement>("[data-compartment]")) area.hidden = !!person?.data && !person.open.includes(area.dataset.compartment!);
  filled = { parts: person?.parts ?? {} };
  fill(form, { birthBasis: "declared", ...formOf(filled.parts) });
  show("person");
}

async function savePerson(form: HTMLFormElement): Promise<void> {
  const fields = changed(form, filled.parts);
  if (at && !fields) return back();
  if (!at) {
    const made = await box!.add({ kind: "register", body: withFields({}, fields?.now ?? {}) });
    return kept(t("vault.said.kept"), () => openPerson(made.id));
  }
  // A draft that cannot have arrived is changed itself; what may have is changed as the node's own record is.
  const still = await box!.revise(at.person, ({ detail: _, fields: __, ...draft }) =>
    draft.kind === "register" && (!draft.tried || draft.state === "refused") ? { ...draft, body: withFields(draft.body as Parts, fields!.now), state: "waiting" } : undefined);
  if (!still) await box!.add({ kind: "person", record: at.person, ...(fields as Fields) });
  return kept(t("vault.said.kept"), back);
}

async function saveChange(form: HTMLFormElement): Promise<void> {
  const one = filled.one!, { urgency, note = "", state } = valuesOf(form), fields: { was: Record<string, unknown>; now: Record<string, unknown> } = { was: {}, now: {} };
  if (urgency && urgency !== one.urgency) [fields.was.urgency, fields.now.urgency] = [one.urgency, urgency];
  if (note !== (one.note ?? "")) [fields.was.note, fields.now.note] = [one.note ?? null, note];
  if (!state && !Object.keys(fields.now).length) return;
  if (Object.keys(fields.now).length) await box!.add({ kind: "change", record: one.id, ...fields });
  // By itself: whether a state may follow is asked of the node's rules when it comes.
  if (state) await box!.add({ kind: "state", record: one.id, was: { state: one.state }, now: { state } });
  await kept(t("vault.said.kept"), back);
}

function opening(urgency = "Normal"): void {
  const form = formIn("opening");
  fill(form, { kind: "protection", caseUrgency: urgency, caseNote: "" });
  show("opening");
}

async function saveCase(form: HTMLFormElement): Promise<void> {
  const { kind, caseUrgency, caseNote } = valuesOf(form);
  await box!.add({ kind: "case", person: at!.person, body: { type: kind, urgency: caseUrgency, ...(caseNote ? { note: caseNote } : {}) } });
  await kept(t("vault.said.kept"), back);
}

function decide(id: string): void {
  const item = box!.items.get(id)!, form = formIn("conflict");
  at = undefined;
  form.dataset.item = id;
  const why = [item.detail, ...Object.values(item.fields ?? {})].filter((words) => words).join(" ");
  part("choices").replaceChildren(...(why ? [el("p", "notice warn", t("vault.said.refused"), " ", why)] : []), ...(item.conflicts ?? []).map(({ field: name, was, theirs, mine }) => {
    const pick = (whose: string, words: string): HTMLElement => {
      const input = Object.assign(document.createElement("input"), { type: "radio", name, value: whose, required: true });
      return el("label", "pick", input, el("span", "", words));
    };
    return el("fieldset", "field", el("legend", "", fieldName(name)), el("p", "hint", t("vault.said.was", { value: value(name, was) })),
      pick("mine", t("vault.said.mine", { value: value(name, mine) })), pick("theirs", t("vault.said.theirs", { value: value(name, theirs) })));
  }));
  show("conflict");
}

async function saveDecision(form: HTMLFormElement): Promise<void> {
  const item = box!.items.get(form.dataset.item!), said = new FormData(form), was: Record<string, unknown> = {}, now: Record<string, unknown> = {};
  // Out of reach meanwhile, or decided: there is nothing left to say.
  if (item?.state !== "conflict") return work();
  for (const { field: name, theirs, mine } of item.conflicts ?? []) {
    const [group, own] = name.includes(".") ? name.split(".") as [string, string] : ["", name];
    const into = (all: Record<string, unknown>): Record<string, unknown> => group ? (all[group] ??= {}) as Record<string, unknown> : all;
    into(was)[own] = theirs ?? null;
    into(now)[own] = (said.get(name) === "mine" ? mine : theirs) ?? null;
  }
  await box!.add({ kind: item.kind, record: item.record!, was, now, settles: item.settles ?? item.id }, [{ kind: "item", id: item.id }]);
  await kept(t("vault.said.kept"), work);
}

/** Locks: what was open is forgotten with the page. */
const lock = (): void => location.reload();

/** Nothing stays on the screen. */
function cover(words: string): void {
  box = head = undefined;
  for (const name of VIEWS) part(name).hidden = true;
  for (const name of ["who", "facts", "steps", "list", "outbox", "choices", "questions", "result", "refer-services", "refer-consents", "refer-told", "refer-fields", "refer-stop", "slip"]) part(name).replaceChildren();
  root.querySelectorAll("form").forEach((form) => form.reset());
  part("back").hidden = true;
  say(words);
}

/** Nobody has touched it for a while: it locks, at once or, where something is being sent, after that. */
function leave(): void {
  if (!busy) return lock();
  cover(t("vault.said.sending"));
  void busy.finally(lock);
}

function refused(failure: unknown): void {
  if (!(failure instanceof Refusal)) return say(t("vault.said.failed"));
  if (failure.reason === "gone") return cover(t("vault.said.gone"));
  if (failure.reason === "wrong") return say(counted("vault.said.wrong", failure.left));
  const words = { "signed-out": "signed_out", many: "many", other: "nobody_here", full: "no_room", unsure: "pin_unsure" } as Record<string, string>;
  say(t(`vault.said.${words[failure.reason] ?? (box ? "offline" : "needs_node")}`));
}

const redraw = (): void => { if (box && !part("work").hidden) work(); };

async function round(): Promise<void> {
  if (!box) return;
  try {
    const before = box.unsent;
    await sync(box, arrived, redraw);
    if (!box) return;
    say(before || box.unsent ? t("vault.said.sent", { left: box.unsent }) : t("vault.said.fresh"));
  } catch (failure) {
    refused(failure);
  }
  redraw();
}

/** Sends and fetches, one turn at a time; what was asked for meanwhile has a turn of its own. */
function send(): Promise<void> {
  asked = true;
  busy ??= (async () => {
    while (asked) {
      asked = false;
      await round();
    }
  })().finally(() => { busy = undefined; });
  // Each who asks waits for its end, whoever began it.
  return watched(busy);
}

async function opened(made: Box): Promise<void> {
  box = made;
  if (root.dataset.user) await box.remember({ rights: root.dataset.rights ?? "" });
  work();
  say(t("vault.said.opened"));
  await keepPage();
  await send();
}

function take(form: HTMLFormElement, act: (form: HTMLFormElement) => unknown): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const submit = form.querySelector<HTMLButtonElement>("button:not([type])");
    if (submit?.disabled) return;
    if (submit) submit.disabled = true;
    void watched(Promise.resolve().then(() => act(form)).catch(refused).finally(() => { if (submit) submit.disabled = false; }));
  });
}

/** A PIN and the same again; empty where it is none, which is said. */
function pinOf(form: HTMLFormElement, name: string): string {
  const [pin, again] = [name, `${name}Again`].map((one) => (form.elements.namedItem(one) as HTMLInputElement).value) as [string, string];
  if (!isWeak(pin) && pin === again) return pin;
  say(t(pin !== again ? "vault.said.pins_differ" : "vault.said.pin_weak"));
  return "";
}

async function setUp(form: HTMLFormElement): Promise<void> {
  const { deviceName = "" } = valuesOf(form), pin = pinOf(form, "pin");
  if (!pin) return;
  say(t("vault.said.working"));
  const made = await enrol(deviceName, pin, root.dataset.rights ?? "");
  form.reset();
  await opened(made);
}

async function savePin(form: HTMLFormElement): Promise<void> {
  const pin = pinOf(form, "newPin"), before = (form.elements.namedItem("oldPin") as HTMLInputElement).value;
  if (!pin) return;
  form.reset();
  say(t("vault.said.working"));
  try {
    await changePin(box!, before, pin);
  } catch (failure) {
    if (!(failure instanceof Refusal) || failure.reason !== "far") throw failure;
    return say(t("vault.said.pin_needs_node"));
  }
  work();
  say(t("vault.said.pin_changed"));
}

async function letIn(form: HTMLFormElement): Promise<void> {
  const input = form.elements.namedItem("openPin") as HTMLInputElement, pin = input.value;
  if (!pin) return;
  input.value = "";
  say(t("vault.said.working"));
  try {
    await opened(await unlock(head!, pin));
  } catch (failure) {
    head = await vaultFor(root.dataset.user || undefined);
    throw failure;
  }
}

/** The page that opens without internet is fetched anew on each visit: it is the same for everybody, and holds nobody. */
async function keepPage(): Promise<void> {
  if (!root.dataset.user) return;
  const worker = await navigator.serviceWorker?.register("/sw.js").then(() => navigator.serviceWorker.ready).catch(() => undefined);
  worker?.active?.postMessage("keep /staff/cases/offline");
}

async function start(): Promise<void> {
  part("script").hidden = true;
  // One page at a time: two that write the same records would write over each other.
  if (navigator.locks && !await new Promise<boolean>((alone) => void navigator.locks.request("tambo-vault", { ifAvailable: true }, (held) => {
    alone(!!held);
    return held ? new Promise(() => undefined) : undefined;
  }))) return say(t("vault.said.elsewhere"));
  const before = await vaultFor(root.dataset.user || undefined);
  if (before || localStorage.getItem(FLAG)) await watch();
  head = await vaultFor(root.dataset.user || undefined);
  if (before && !head) return refused(new Refusal("gone"));
  for (const [name, act] of Object.entries({ enrol: setUp, open: letIn, person: savePerson, opening: saveCase, pin: savePin, conflict: saveDecision })) take(formIn(name), act);
  take(part("change") as HTMLFormElement, saveChange);
  asking({ box: () => box!, at: () => at!, here: () => personOf(box!, at!.person) ?? shown!, show, say, kept, back, opening, take });
  referring({ box: () => box!, here: () => personOf(box!, at!.person) ?? shown!, show, say, kept, back, take });
  bringing({ box: () => box!, show, say, kept, back, take });
  const acts: Record<string, () => unknown> = { new: () => edit(), send, lock, pin: () => show("pin"), back: () => (part("case").hidden ? back() : work()) };
  for (const one of root.querySelectorAll<HTMLElement>("[data-do]")) one.addEventListener("click", () => void acts[one.dataset.do!]!());
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => { touched = Date.now(); });
  setInterval(() => {
    if (!box) return;
    if (Date.now() - touched > IDLE) leave();
    else if (!document.hidden) void send();
  }, AGAIN);
  addEventListener("online", () => void send());
  // A page that comes back out of the browser's memory would be open without anybody having opened it.
  addEventListener("pageshow", (event) => { if (event.persisted) lock(); });
  if (head) show("open");
  else if (root.dataset.user) show("enrol");
  else say(t("vault.said.nobody_here"));
  if (head?.tries) say(counted("vault.said.wrong", MOST_TRIES - head.tries));
}

if ("indexedDB" in window && window.isSecureContext && crypto.subtle) void start();
