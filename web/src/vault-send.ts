// Sends what waits in a vault and fetches what is to be kept. What was cut off is sent again with the same key, and done once.
import type { Box, CaseData, Conflict, Item, KeptService, PersonData, Services } from "./vault-box";
import { sendFiles, type Tell } from "./vault-files";
import { Refusal, post, sender, type Sender } from "./vault-node";

/** Changes of one request: few, for a weak network. */
const AT_ONCE = 10;

/** Records to be decided about that the node is asked for at a time. */
const MOST_ASKED = 200;

interface Answer { id: string; answer: "done" | "conflict" | "refused" | "waits"; record?: string; upload?: string; conflicts?: Conflict[]; code?: string; detail?: string; fields?: Record<string, string> }
interface Work { clockOff: number; ids: string[]; cases: CaseData[]; persons: PersonData[]; leftOut: number; reached: string[]; named?: { id: string; name: string }[]; referring?: { open: string[]; services?: { tag: string; list?: KeptService[] } } }

/**
 * Consents that shut somebody out, while anything else that was done for the same person is still to be sent: whoever they shut out may be who
 * wrote it, and what was found of a girl in danger must not be refused for that. What rests on such a consent comes after it.
 */
function last(box: Box, items: Item[]): Set<string> {
  // A case of several is of each of them.
  const whose = ({ person, record }: Item): (string | undefined)[] => (person ? [person] : box.cases.get(record ?? "")?.persons ?? [box.items.get(record ?? "")?.person ?? record]);
  const shutting = items.filter(({ kind, body }) => kind === "consent" && (body?.exclusions as unknown[] | undefined)?.length);
  const own = new Set(shutting.map(({ id }) => id));
  const others = items.filter(({ id, kind, body }) => !own.has(id) && kind !== "register" && !own.has(body?.consent as string));
  return new Set(shutting.filter((one) => others.some((other) => whose(other).includes(one.person))).map(({ id }) => id));
}

/** What can be sent now: nothing that belongs to something that was refused, and no file that was announced already. */
function ready(box: Box, done: Set<string>): Item[] {
  const free = sendable(box, done), later = last(box, free);
  return free.filter(({ id, body }) => !later.has(id) && !later.has(body?.consent as string));
}

function sendable(box: Box, done: Set<string>): Item[] {
  const stuck = new Set(box.queue.filter(({ state }) => state === "refused").map(({ id }) => id));
  return box.queue.filter((item) => {
    // A referral waits for its consent to be corrected, as all waits that was made on what the office did not take.
    const free = item.state === "waiting" && ![item.person, item.record, item.body?.consent as string | undefined].some((one) => stuck.has(one ?? ""));
    if (item.state === "waiting" && !free) stuck.add(item.id);
    return free && !item.upload && !done.has(item.id);
  });
}

function settled(box: Box, item: Item, said: Answer): Item | undefined {
  const rest = { ...item };
  delete rest.code;
  delete rest.detail;
  delete rest.fields;
  // What it was made on is at the node by now, and is not kept here for it.
  const known = (id: string | undefined): string | undefined => box.items.get(id ?? "")?.made ?? id, { person, record, body } = rest;
  const own = rest.own ?? box.items.get(person ?? "")?.kind === "register";
  if (said.answer === "refused") return { ...rest, ...(own ? { own } : {}), ...(person ? { person: known(person)! } : {}), ...(record ? { record: known(record)! } : {}), ...(body?.consent ? { body: { ...body, consent: known(body.consent as string) } } : {}), state: "refused", code: said.code ?? "", detail: said.detail ?? "", ...(said.fields ? { fields: said.fields } : {}) };
  // A decision that the node refused leaves what it was to settle open: it is decided anew, for the same conflict, and says why.
  if (said.answer === "conflict" && !said.code) delete rest.settles;
  if (said.answer === "conflict") return { ...rest, ...(said.code ? { code: said.code, detail: said.detail ?? "", ...(said.fields ? { fields: said.fields } : {}) } : {}), state: "conflict", record: said.record ?? item.record!, conflicts: (said.conflicts ?? []).filter(({ taken }) => taken === undefined || taken === null) };
  if (said.answer !== "done") return undefined;
  // A referral that stayed a draft at the office: why, until somebody has read so.
  if (item.kind === "referral" && said.code) return { ...rest, ...(person ? { person: known(person)! } : {}), record: known(record)!, state: "told", code: said.code, detail: said.detail ?? "", ...(said.fields ? { fields: said.fields } : {}) };
  // Announced: what it was put to is known to the node by now, and its bytes follow.
  if (said.upload) return { ...rest, record: known(record)!, upload: said.upload };
  return said.conflicts?.length ? { ...rest, state: "told", record: said.record ?? item.record!, conflicts: said.conflicts } : { ...rest, state: "sent", ...(said.record ? { made: said.record } : {}) };
}

/** Takes away what was sent, once nothing that waits was made on it. */
async function clear(box: Box): Promise<void> {
  const needed = new Set(box.queue.filter(({ state }) => state === "waiting").flatMap(({ person, record, body }) => [person, record, body?.consent as string | undefined]));
  const gone = box.queue.filter(({ id, state }) => state === "sent" && !needed.has(id)).map(({ id }) => ({ kind: "item" as const, id }));
  if (gone.length) await box.keep([], gone);
}

async function check(box: Box, answer: Response): Promise<void> {
  if (answer.ok) return;
  if (answer.status === 410) {
    await box.destroy();
    throw new Refusal("gone");
  }
  throw new Refusal(answer.status === 401 || answer.status === 404 ? "signed-out" : "far");
}

async function sendChanges(box: Box, who: Sender): Promise<void> {
  const done = new Set<string>();
  for (let items = ready(box, done); items.length; items = ready(box, done)) {
    const chosen = items.slice(0, AT_ONCE);
    for (const { id } of chosen) await box.revise(id, (now) => (now.tried ? undefined : { ...now, tried: true }));
    // As they are from now on: what may have arrived is not changed any more.
    const chunk = chosen.flatMap(({ id }) => box.items.get(id) ?? []);
    const answer = await post(who, `/${box.head.device}/changes`, {
      changes: chunk.map(({ id, kind, person, record, body, was, now, settles, saidAt }) => ({ id, kind, person, record, body, was, now, settles, saidAt })),
      unsent: box.unsent, now: new Date().toISOString(),
    });
    await check(box, answer);
    for (const said of (await answer.json() as { answers: Answer[] }).answers) {
      done.add(said.id);
      // Deleted meanwhile by whoever wrote it, it stays so.
      await box.revise(said.id, (now) => settled(box, now, said));
    }
  }
}

/** Of what the node did not take, and of what nobody here can decide any more: that it was so, and nothing of what was said. */
const bare = ({ id, kind, saidAt, order, detail, fields }: Item): Item => ({ id, kind, saidAt, order, state: "refused", ...(detail ? { detail } : {}), ...(fields ? { fields } : {}) });

/**
 * Takes the values out of whatever is of somebody who is not theirs any more; what is to be decided stays as long as the node says that they reach it.
 * What somebody has written of a person whom they registered here, and the node refused, is nowhere else: it stays until they send it anew or delete it.
 */
async function forsake(box: Box, theirs: Set<string>, reached: Set<string>): Promise<void> {
  const out = new Set<string>();
  for (const { id, state, person, record, own } of box.queue) {
    const away = (within: Set<string>): boolean => [person, record].some((one) => one && !within.has(one) && !box.items.has(one));
    // What waits for something that is never sent again does not wait.
    if (state === "refused" ? !own && away(theirs) : state === "waiting" ? out.has(person ?? "") || out.has(record ?? "") : state !== "sent" && away(reached)) out.add(id);
  }
  for (const id of out) {
    if (box.items.get(id)?.state === "told") await box.keep([], [{ kind: "item", id }]);
    else await box.revise(id, bare);
  }
}

const DAY = 86_400_000;

/** The services are asked for once a day, and where they are of another language; the tag of those that are there saves sending them again. */
function askFor(kept: Services | undefined, now = Date.now()): string | undefined {
  const fits = kept?.lang === document.documentElement.lang;
  return fits && now - kept!.at < DAY && now >= kept!.at ? undefined : fits ? kept!.tag : "";
}

function servicesOf(kept: Services | undefined, came: { tag: string; list?: KeptService[] } | undefined): { kind: "services"; id: string; value: Services }[] {
  const list = came?.list ?? kept?.list;
  return came && list ? [{ kind: "services", id: "", value: { tag: came.tag, lang: document.documentElement.lang, at: Date.now(), list } }] : [];
}

async function fetchWork(box: Box, who: Sender): Promise<void> {
  const have = Object.fromEntries([...box.cases.values(), ...box.persons.values()].map(({ id, tag }) => [id, tag]));
  const undecided = [...new Set(box.queue.flatMap(({ state, record }) => (state === "conflict" || state === "told") && record ? [record] : []))];
  const answer = await post(who, `/${box.head.device}/cases`, { have, undecided: undecided.slice(0, MOST_ASKED), services: askFor(box.services), unsent: box.unsent, now: new Date().toISOString() });
  await check(box, answer);
  const { ids, cases, persons, leftOut, clockOff, reached, named = [], referring } = await answer.json() as Work, stay = new Set(ids);
  await forsake(box, stay, new Set([...ids, ...reached, ...undecided.slice(MOST_ASKED)]));
  // What is no longer theirs goes, unless something that was done on it is still to be sent.
  const waiting = new Set(box.queue.filter(({ state }) => state === "waiting").flatMap(({ record, person }) => [record, person]));
  const left = (id: string): boolean => !stay.has(id) && !waiting.has(id);
  const goneCases = [...box.cases.values()].filter(({ id, persons: of }) => left(id) && !of.some((person) => waiting.has(person)));
  const kept = new Set([...box.cases.values()].filter((one) => !goneCases.includes(one)).flatMap(({ persons: of }) => of));
  await box.keep(
    [...cases.map((value) => ({ kind: "case" as const, id: value.id, value })), ...persons.map((value) => ({ kind: "person" as const, id: value.id, value })), { kind: "memory" as const, id: "", value: { ...box.memory, leftOut, clockOff, named, openOfNew: referring?.open } }, ...servicesOf(box.services, referring?.services)],
    [...(referring ? [] : [{ kind: "services" as const, id: "" }]), ...goneCases.map(({ id }) => ({ kind: "case" as const, id })), ...[...box.persons.keys()].filter((id) => left(id) && !kept.has(id)).map((id) => ({ kind: "person" as const, id }))]);
}

/** Sends and fetches; throws with the reason where it could not. Files come last: they take long, and what is new meanwhile goes before. */
export async function sync(box: Box, tell: Tell, fetched: () => void): Promise<void> {
  const who = await sender();
  if (who.user !== box.memory.user) throw new Refusal("signed-out");
  await sendChanges(box, who);
  await fetchWork(box, who);
  await clear(box);
  await box.contact();
  fetched();
  if (!await sendFiles(box, who, () => sendChanges(box, who), tell)) return;
  await fetchWork(box, who);
  await clear(box);
}
