// One person's vault while it is open: its records in memory, each change written sealed before anything else happens.
import { filled, open, random, release, rounded, seal, slotOf, unfilled } from "./vault-keys";
import { Refusal } from "./vault-node";
import { filesOf, keepRows, reviseHead, rowAt, rowsOf, slotsOf, type Head, type Place, type Row } from "./vault-store";
import { wipe } from "./vault-watch";
import type { Parts } from "./vault-form";
import type { Given, Receiver } from "./vault-given";

export interface CaseData { id: string; tag: string; ref: string; version: number; state: string; urgency: string; dueAt: string; type?: string; note?: string; profiles: string[]; open: string[]; persons: string[]; person?: string; referrals?: ReferralData[] }
/** A referral as it stands at the node. */
export interface ReferralData { id: string; code: string; state: string; kind: string; urgency: string; service: string; name?: string; reason?: string; answerBy?: string; contactBy?: string; note?: string }
/** A service as the node gives it to be referred to. */
export interface KeptService extends Receiver { name: string; by: string; places: { address: string; hours: string[] }[]; phones: string[]; km?: number; hidden?: boolean }
/** The services of the area, with the tag and the language in which they came, and when. */
export interface Services { tag: string; lang: string; at: number; list: KeptService[] }
export interface PersonData {
  id: string; tag: string; ref: string; version: number; open: string[]; parts: Parts;
  consents: { id: string; standing: string; expiresAt: string; withdrawnAt?: string | null; consent?: Given }[];
  screenings: { id: string; at: string; urgency: string; standing?: { locks: string[]; profiles: string[]; lifted: string[] } }[];
}
export interface Conflict { field: string; was?: unknown; theirs?: unknown; mine?: unknown; taken?: unknown }

/** What waits to be sent. A file is a change that announces it; its bytes follow (vault-files.ts). */
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
  /** True of what was refused and is of somebody whom this user has registered here: it is nowhere else. */
  own?: boolean;
  /** Of what was sent and made a record: as the node calls it. */
  made?: string;
  conflicts?: Conflict[];
  /** Why it was refused: the code, and in words. */
  code?: string;
  detail?: string;
  fields?: Record<string, string>;
  /** Of a referral: what the service is called. It is not sent. */
  label?: string;
  /** Of a file: under which name its pieces lie here, and where the node takes them once it was announced. */
  pieces?: string;
  upload?: string;
}
/** An item as it is made: the rest comes by itself. */
export type NewItem = Omit<Item, "id" | "saidAt" | "order" | "state"> & { id?: string };
interface Memory { user: string; rights: string; leftOut: number; clockOff: number; named?: { id: string; name: string }[]; openOfNew?: string[] | undefined }
interface Entry { kind: "case" | "person" | "item" | "services" | "memory"; id: string; value: CaseData | PersonData | Item | Services | Memory }

/** Bytes of a piece of a file: what is in memory of it at a time, sent at a time, and sent again at most where the line breaks. */
export const PIECE = 1 << 19;

export class Box {
  readonly cases = new Map<string, CaseData>();
  readonly persons = new Map<string, PersonData>();
  readonly items = new Map<string, Item>();
  services: Services | undefined;
  memory: Memory;
  private readonly versions = new Map<string, number>();
  private line: Promise<unknown> = Promise.resolve();

  constructor(public head: Head, private readonly keys: { seals: CryptoKey; slots: CryptoKey }, user: string, rights = "", clockOff = 0) {
    this.memory = { user, rights, leftOut: 0, clockOff };
  }

  private about = (slot: string, version: number): string => `${this.head.owner} ${slot} ${version}`;

  /** Reads what lies there, and takes away what nothing belongs to. */
  async load(): Promise<void> {
    for (const { slot, version, sealed } of await rowsOf(this.head.id)) {
      this.versions.set(slot, version);
      this.take(unfilled<Entry>(await open(this.keys.seals, sealed, this.about(slot, version))));
    }
    // Pieces of a file that never came to be one: the page was closed while it was taken in.
    const known = new Set((await Promise.all([...this.items.values()].map((item) => this.places(item)))).flat().map(({ slot }) => slot));
    const vault = filesOf(this.head.id), strays = (await slotsOf(vault)).filter((slot) => !known.has(slot));
    if (strays.length) await keepRows([], strays.map((slot) => ({ vault, slot })));
  }

  private take({ kind, id, value }: Entry): void {
    if (kind === "case") this.cases.set(id, value as CaseData);
    else if (kind === "person") this.persons.set(id, value as PersonData);
    else if (kind === "item") this.items.set(id, value as Item);
    else if (kind === "services") this.services = value as Services;
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
    const leave: Place[] = await Promise.all(gone.map(async ({ kind, id }) => ({ vault: this.head.id, slot: await slotOf(this.keys.slots, `${kind} ${id}`) })));
    // The bytes of a file go together with what says that it is there.
    const stay = new Set(entries.flatMap(({ value }) => (value as Item).pieces ?? []));
    for (const { kind, id } of [...entries, ...gone]) {
      const was = kind === "item" ? this.items.get(id) : undefined;
      if (was?.pieces && !stay.has(was.pieces)) leave.push(...await this.places(was));
    }
    await keepRows(rows, leave);
    for (const { slot, version } of rows) this.versions.set(slot, version);
    entries.forEach((entry) => this.take(entry));
    for (const { kind, id } of gone) {
      if (kind === "services") this.services = undefined;
      else (kind === "case" ? this.cases : kind === "person" ? this.persons : this.items).delete(id);
    }
  }

  remember = (change: Partial<Memory>): Promise<void> => this.keep([{ kind: "memory", id: "", value: { ...this.memory, ...change } }]);

  /** Puts something into the outbox. */
  add = (item: NewItem, gone: { kind: Entry["kind"]; id: string }[] = []): Promise<Item> => this.turn(() => this.put(item, gone));

  private async put(item: NewItem, gone: { kind: Entry["kind"]; id: string }[]): Promise<Item> {
    const made: Item = { ...item, id: item.id ?? uuid(), saidAt: new Date().toISOString(), order: Math.max(0, ...[...this.items.values()].map(({ order }) => order)) + 1, state: "waiting" };
    await this.write([{ kind: "item", id: made.id, value: made }], gone);
    return made;
  }

  /** Puts a file into the outbox: every piece lies sealed on the disk before anything says that it is there. */
  addFile = (item: NewItem & { body: { length: number } }, bytes: Uint8Array<ArrayBuffer>): Promise<Item> => this.turn(async () => {
    const named = { ...item, pieces: uuid() }, places = await this.places(named);
    try {
      for (const [n, place] of places.entries()) {
        const plain = rounded(bytes.subarray(n * PIECE, (n + 1) * PIECE)), sealed = await seal(this.keys.seals, plain, this.about(place.slot, 1));
        release(plain);
        await keepRows([{ ...place, version: 1, sealed }]);
        release(sealed);
      }
      return await this.put(named, []);
    } catch (failure) {
      await keepRows([], places).catch(() => undefined);
      throw failure instanceof DOMException && failure.name === "QuotaExceededError" ? new Refusal("full") : failure;
    }
  });

  /** The bytes of a file from a place on, up to the end of the piece; none at its end. */
  async bytesOf(item: Item, from: number): Promise<Uint8Array<ArrayBuffer>> {
    const n = Math.floor(from / PIECE), length = item.body!.length as number;
    if (from >= length) return new Uint8Array(0);
    const place = await this.place(item.pieces!, n), row = await rowAt(place);
    const plain = await open(this.keys.seals, row!.sealed, this.about(place.slot, row!.version));
    release(row!.sealed);
    return plain.subarray(from - n * PIECE, Math.min(PIECE, length - n * PIECE));
  }

  /** Where the pieces of a file lie. */
  private places = ({ pieces, body }: Pick<Item, "pieces" | "body">): Promise<Place[]> =>
    Promise.all(pieces ? Array.from({ length: Math.ceil((body!.length as number) / PIECE) }, (_, n) => this.place(pieces, n)) : []);

  private place = async (pieces: string, n: number): Promise<Place> => ({ vault: filesOf(this.head.id), slot: await slotOf(this.keys.slots, `piece ${pieces} ${n}`) });

  /** What waits or needs somebody, in the order in which it was done. */
  get queue(): Item[] {
    return [...this.items.values()].sort((a, b) => a.order - b.order);
  }

  get unsent(): number {
    return [...this.items.values()].filter(({ state }) => state !== "sent" && state !== "told").length;
  }

  /** The node was in contact: the hours begin anew. */
  async contact(): Promise<void> {
    this.head = await reviseHead(this.head.id, (now) => ({ ...now, contactAt: Date.now(), latest: Date.now() })) ?? this.head;
  }

  destroy = (): Promise<void> => wipe(this.head);
}

/** A key that nobody else draws. */
export function uuid(): string {
  const bytes = random(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

