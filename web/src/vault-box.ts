// One person's vault while it is open: its records in memory, each change written sealed before anything else happens.
import { ITERATIONS, base64, filled, hashOf, keysOf, open, proofOf, random, seal, slotOf, staying, stretch, unbase64, unfilled, wrapping } from "./vault-keys";
import { fact, headOf, heads, keepFact, keepHead, keepRows, rowsOf, type Head, type Row } from "./vault-store";
import { FLAG, isOver, opensAlone, wipe } from "./vault-watch";
import type { Parts } from "./vault-form";

export interface CaseData { id: string; tag: string; ref: string; version: number; state: string; urgency: string; dueAt: string; type?: string; note?: string; profiles: string[]; open: string[]; persons: string[] }
export interface PersonData {
  id: string; tag: string; ref: string; version: number; open: string[]; parts: Parts;
  consents: { id: string; standing: string; expiresAt: string; consent?: { purpose: string } }[]; screenings: { id: string; at: string; urgency: string }[];
}
export interface Conflict { field: string; was?: unknown; theirs?: unknown; mine?: unknown; taken?: unknown }

/** What waits to be sent. Another kind, such as a file, needs a way to be sent in vault-send.ts and nothing here. */
export interface Item {
  id: string;
  kind: string;
  /** The person it is about, or the item that registers them. */
  person?: string;
  record?: string;
  body?: Record<string, unknown>;
  was?: Record<string, unknown>;
  now?: Record<string, unknown>;
  settles?: string;
  saidAt: string;
  order: number;
  /** sent: taken by the node, and kept while something that was made on it waits. told: decided by itself, until somebody has read so. */
  state: "waiting" | "refused" | "conflict" | "sent" | "told";
  /** True once it may have arrived: from then on it is what it was. */
  tried?: boolean;
  /** Of what was sent and made a record: as the node calls it. */
  made?: string;
  conflicts?: Conflict[];
  detail?: string;
  fields?: Record<string, string>;
}
interface Memory { user: string; rights: string; leftOut: number; clockOff: number }
interface Entry { kind: "case" | "person" | "item" | "memory"; id: string; value: CaseData | PersonData | Item | Memory }

export class Refusal extends Error { constructor(readonly reason: "wrong" | "gone" | "far" | "failed" | "many" | "signed-out" | "other", readonly left = 0) { super(reason); } }

/** What the node is asked with: who is signed in, and the token for one more request. */
export interface Sender { user: string; header: string; token: string; now: string }

const PATIENCE = 60_000;

/** Asks the node who is signed in; throws where nobody is, or where there is no network. */
export async function sender(): Promise<Sender> {
  let answer: Response;
  try {
    answer = await fetch("/api/cases/devices/sender", { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });
  } catch {
    throw new Refusal("far");
  }
  if (answer.status === 401 || answer.status === 404) throw new Refusal("signed-out");
  if (!answer.ok) throw new Refusal("far");
  return await answer.json() as Sender;
}

/** Posts as JSON for whoever is signed in; throws where nothing came back. */
export async function post({ header, token }: Sender, path: string, body: unknown, key?: string): Promise<Response> {
  try {
    return await fetch(`/api/cases/devices${path}?lang=${document.documentElement.lang}`, {
      method: "POST", credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE),
      headers: { "Content-Type": "application/json", [header]: token, ...(key ? { "Idempotency-Key": `"${key}"` } : {}) }, body: JSON.stringify(body),
    });
  } catch {
    throw new Refusal("far");
  }
}

async function ownerOf(user: string): Promise<string> {
  let salt = await fact<string>("salt");
  if (!salt) await keepFact("salt", salt = base64(random(32)));
  return hashOf(`${salt} ${user}`);
}

/** The vault to open: of whoever is signed in, or, where the node cannot be asked, of whoever was last and has not signed out. */
export async function vaultFor(user: string | undefined): Promise<Head | undefined> {
  if (!user) {
    const current = await fact<string>("current");
    return current ? headOf(current) : undefined;
  }
  const owner = await ownerOf(user), all = await heads();
  const own = all.find((head) => head.owner === owner);
  // Somebody else has taken the device over: what they cannot open stays, and opens for nobody but by the node.
  for (const head of all) if (head !== own && head.stay) await keepHead({ ...head, stay: undefined });
  await keepFact("current", own?.id);
  return own;
}

interface Given { id: string; part: string; token: string; openHours: number; forgetDays: number; clockOff: number }

const stayOf = async (part: Uint8Array<ArrayBuffer>, id: string, hours: number): Promise<Head["stay"]> => {
  if (!hours) return undefined;
  const key = await staying();
  return { key, part: await seal(key, part, id) };
};

export class Box {
  readonly cases = new Map<string, CaseData>();
  readonly persons = new Map<string, PersonData>();
  readonly items = new Map<string, Item>();
  memory: Memory;
  private readonly versions = new Map<string, number>();
  private line: Promise<unknown> = Promise.resolve();

  private constructor(public head: Head, private readonly keys: { seals: CryptoKey; slots: CryptoKey }, user: string) {
    this.memory = { user, rights: "", leftOut: 0, clockOff: 0 };
  }

  /** Makes a vault on this device for whoever is signed in. */
  static async enrol(name: string, pin: string, rights: string): Promise<Box> {
    const who = await sender(), salt = random(32), stretched = await stretch(pin, salt, ITERATIONS);
    const answer = await post(who, "", { name, proof: await proofOf(stretched), now: new Date().toISOString() }, crypto.randomUUID?.() ?? base64(random(16)));
    if (answer.status === 409) throw new Refusal("many");
    if (answer.status !== 201) throw new Refusal("failed");
    const given = await answer.json() as Given, id = base64(random(16)), own = random(32), part = unbase64(given.part);
    const head: Head = {
      id, owner: await ownerOf(who.user), device: given.id, token: given.token, salt, iterations: ITERATIONS, wrapped: await seal(await wrapping(stretched, part, id), own, id),
      stay: await stayOf(part, id, given.openHours), openHours: given.openHours, forgetDays: given.forgetDays, contactAt: Date.now(), latest: Date.now(), tries: 0,
    };
    const box = new Box(head, await keysOf(own), who.user);
    box.memory = { user: who.user, rights, leftOut: 0, clockOff: given.clockOff };
    localStorage.setItem(FLAG, "1");
    await keepHead(head);
    await keepFact("current", id);
    await box.keep([{ kind: "memory", id: "", value: box.memory }]);
    void navigator.storage?.persist?.();
    return box;
  }

  /** Opens a vault: with the node where it answers, without it for some hours after the last contact. */
  static async unlock(known: Head, pin: string): Promise<Box> {
    // Counted before it is looked at, on the disk: whoever pulls the plug gains no try.
    let head: Head = { ...known, tries: known.tries + 1 };
    await keepHead(head);
    const stretched = await stretch(pin, head.salt, head.iterations);
    const wrong = async (): Promise<never> => {
      if (head.tries < MOST_TRIES) throw new Refusal("wrong", MOST_TRIES - head.tries);
      await wipe(head);
      throw new Refusal("gone");
    };
    let part: Uint8Array<ArrayBuffer> | undefined, given: Given | undefined;
    try {
      const who = await sender();
      if (await ownerOf(who.user) !== head.owner) {
        // Somebody else has taken the device over: from now on it opens by the node alone, for whoever it is of.
        await keepHead({ ...head, tries: known.tries, stay: undefined });
        throw new Refusal("other");
      }
      const answer = await post(who, `/${head.device}/open`, { proof: await proofOf(stretched), now: new Date().toISOString() });
      if (answer.status === 410) {
        await wipe(head);
        throw new Refusal("gone");
      }
      if (answer.status === 403) return await wrong();
      if (!answer.ok) throw new Refusal("far");
      given = await answer.json() as Given;
      part = unbase64(given.part);
    } catch (failure) {
      if (!(failure instanceof Refusal) || failure.reason === "wrong" || failure.reason === "gone" || failure.reason === "other") throw failure;
      // No network, or nobody signed in.
      if (isOver(head)) {
        await wipe(head);
        throw new Refusal("gone");
      }
      if (!opensAlone(head) || !head.stay) {
        await keepHead({ ...head, tries: known.tries, stay: undefined });
        throw failure;
      }
      part = await open(head.stay.key, head.stay.part, head.id);
    }
    let own: Uint8Array<ArrayBuffer>;
    try {
      own = await open(await wrapping(stretched, part, head.id), head.wrapped, head.id);
    } catch {
      return await wrong();
    }
    head = { ...head, tries: 0, latest: given ? Date.now() : Math.max(head.latest, Date.now()) };
    if (given) head = { ...head, contactAt: Date.now(), openHours: given.openHours, forgetDays: given.forgetDays, stay: await stayOf(part, head.id, given.openHours) };
    await keepHead(head);
    const box = new Box(head, await keysOf(own), "");
    await box.load();
    if (given) await box.remember({ clockOff: given.clockOff });
    return box;
  }

  private about = (slot: string, version: number): string => `${this.head.owner} ${slot} ${version}`;

  private async load(): Promise<void> {
    for (const { slot, version, sealed } of await rowsOf(this.head.id)) {
      this.versions.set(slot, version);
      this.take(unfilled<Entry>(await open(this.keys.seals, sealed, this.about(slot, version))));
    }
  }

  private take({ kind, id, value }: Entry): void {
    if (kind === "case") this.cases.set(id, value as CaseData);
    else if (kind === "person") this.persons.set(id, value as PersonData);
    else if (kind === "item") this.items.set(id, value as Item);
    else this.memory = value as Memory;
  }

  /** One write after the other: what is in memory is what lies on the disk. */
  private turn<T>(act: () => Promise<T>): Promise<T> {
    const run = this.line.then(act);
    this.line = run.catch(() => undefined);
    return run;
  }

  /** Writes and takes away records together: all of it, or nothing. */
  keep = (entries: Entry[], gone: { kind: Entry["kind"]; id: string }[] = []): Promise<void> => this.turn(() => this.write(entries, gone));

  /** Changes an item as it is by then; false when it is gone, or is to stay as it is. */
  revise = (id: string, make: (now: Item) => Item | undefined): Promise<boolean> => this.turn(async () => {
    const now = this.items.get(id), made = now && make(now);
    if (made) await this.write([{ kind: "item", id, value: made }], []);
    return !!made;
  });

  private async write(entries: Entry[], gone: { kind: Entry["kind"]; id: string }[]): Promise<void> {
    const rows: Row[] = [];
    for (const entry of entries) {
      const slot = await slotOf(this.keys.slots, `${entry.kind} ${entry.id}`), version = (this.versions.get(slot) ?? 0) + 1;
      rows.push({ vault: this.head.id, slot, version, sealed: await seal(this.keys.seals, filled(entry), this.about(slot, version)) });
    }
    const leave = await Promise.all(gone.map(async ({ kind, id }) => ({ vault: this.head.id, slot: await slotOf(this.keys.slots, `${kind} ${id}`) })));
    await keepRows(rows, leave);
    for (const { slot, version } of rows) this.versions.set(slot, version);
    entries.forEach((entry) => this.take(entry));
    for (const { kind, id } of gone) (kind === "case" ? this.cases : kind === "person" ? this.persons : this.items).delete(id);
  }

  remember = (change: Partial<Memory>): Promise<void> => this.keep([{ kind: "memory", id: "", value: { ...this.memory, ...change } }]);

  /** Puts something into the outbox. */
  async add(item: Omit<Item, "id" | "saidAt" | "order" | "state"> & { id?: string }, gone: { kind: Entry["kind"]; id: string }[] = []): Promise<Item> {
    const made: Item = { ...item, id: item.id ?? uuid(), saidAt: new Date().toISOString(), order: Math.max(0, ...[...this.items.values()].map(({ order }) => order)) + 1, state: "waiting" };
    await this.keep([{ kind: "item", id: made.id, value: made }], gone);
    return made;
  }

  /** What waits or needs somebody, in the order in which it was done. */
  get queue(): Item[] {
    return [...this.items.values()].sort((a, b) => a.order - b.order);
  }

  get unsent(): number {
    return [...this.items.values()].filter(({ state }) => state !== "sent" && state !== "told").length;
  }

  /** The node was in contact: the hours begin anew. */
  async contact(): Promise<void> {
    const head = await headOf(this.head.id);
    if (head) await keepHead(this.head = { ...head, contactAt: Date.now(), latest: Date.now() });
  }

  destroy = (): Promise<void> => wipe(this.head);
}

export const MOST_TRIES = 10;

/** A key that nobody else draws. */
export function uuid(): string {
  const bytes = random(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

