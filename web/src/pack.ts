// Offline packs on the device: fetched whole or by what has changed, and put in place of the one before only when the node's
// signature and the hash of the content are right.
import { read, remove, write } from "./store";
import type { Told } from "./told";

/** The places of a row's fields; src/Guide/Offline/PackRow.cs writes them in this order. */
export const enum Field {
  Country, City, Organization, Name, Id, Street, Latitude, Longitude, Flags, Needs, Languages, Hours, Zone, Phones, Email, Url,
  Description, Alert, Eligibility, Documents, Application, Costs, Interpretation, Directions, Accessibility, Notes,
  Confirmed, ConfirmedBy, ReviewDue, Source, Capacity,
}

export const enum Flag { Placed = 1, Approximate = 2, Accessible = 4, Free = 8, Children = 16, Suspended = 32, AreaOnly = 64, ContactOnly = 128 }

export type Row = (string | number)[];

export interface Head {
  countries: [string, string][];
  holidays: [string, string, string][];
  holidaysUntil: string;
  towns: [string, string, number, number][];
  map: [string, number, number, number, number, number] | [];
}

export interface Manifest {
  node: string; area: string; name: string; language: string; version: string; bytes: number; count: number; asOf: string; license: string;
  /** What readers of the area should know these days and the next; packs from before there were any have none. */
  notices?: Told[];
}

/** A pack as it is kept: head and rows are JSON, as they were hashed. */
export interface Kept { manifest: Manifest; head: string; rows: string[] }

type Column = Row | { d: Row; i: number[] } | { n: number[] };

/** Why a pack was not taken; the page has a sentence for each. */
export class Refusal extends Error {
  constructor(readonly why: "network" | "tampered" | "key" | "full") { super(why); }
}

const keyOf = (language: string, area: string): string => `${language}/${area}`;
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

export const find = (language: string, area: string): Promise<Kept | undefined> => read<Kept>("packs", keyOf(language, area));
export const forget = (language: string, area: string): Promise<void> => remove("packs", keyOf(language, area));

/** Rows out of columns: lists of values, of places in a list of different values, or of differences. */
export function rowsOf(columns: Column[]): string[] {
  const lists = columns.map((column) => {
    if (Array.isArray(column)) return column;
    if ("d" in column) return column.i.map((place) => column.d[place]!);
    let sum = 0;
    return column.n.map((difference) => sum += difference);
  });
  return lists[0]!.map((_, row) => JSON.stringify(lists.map((list) => list[row])));
}

// By UTF-16 units, as the node orders them.
const ordered = (rows: string[]): string[] => rows.sort((a, b) => a < b ? -1 : a > b ? 1 : 0);

export async function versionOf(head: string, rows: string[]): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytesOf([head, ...rows].join("\n")));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}

const groupOf = (row: string, groups: number): number => hashOf((JSON.parse(row) as Row)[Field.Id] as string) & (groups - 1);

export const groupsFor = (rows: number): number => Math.min(4096, Math.max(16, 2 ** Math.floor(Math.log2(Math.max(1, rows)))));

/** Two bytes for the head and for each group of rows, by which the node sees what differs. */
export function marksOf(head: string, rows: string[], groups: number): Uint8Array<ArrayBuffer> {
  const grouped: string[][] = Array.from({ length: groups }, () => []);
  for (const row of rows) grouped[groupOf(row, groups)]!.push(row);
  const marks = new DataView(new ArrayBuffer(2 * (groups + 1)));
  const put = (place: number, text: string): void => {
    const hash = hashOf(text);
    marks.setUint16(2 * place, (hash ^ hash >>> 16) & 0xffff);
  };
  put(0, head);
  grouped.forEach((its, group) => { if (its.length) put(group + 1, its.join("\n")); });
  return new Uint8Array(marks.buffer);
}

export interface Delta { version: string; head?: Head; groups: number[]; columns: Column[] }

/** The rows after a change: those of the groups that it names are replaced by its own. */
export function applied(delta: Delta, head: string, rows: string[], groups: number): { head: string; rows: string[] } {
  const replaced = new Set(delta.groups);
  return {
    head: delta.head ? JSON.stringify(delta.head) : head,
    rows: ordered([...rows.filter((row) => !replaced.has(groupOf(row, groups))), ...rowsOf(delta.columns)]),
  };
}

async function json<T>(address: string, options?: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(address, options);
    if (!answer.ok) throw new Error(String(answer.status));
    return await answer.json() as T;
  } catch {
    throw new Refusal("network");
  }
}

/**
 * What the node says of a pack, once its signature has been checked with the key that the page brought over HTTPS. The first
 * key a device sees is remembered: another one later is refused until the person forgets what is kept.
 */
async function manifestOf(language: string, area: string, key: string): Promise<Manifest> {
  const known = await read<string>("keys", "packs");
  if (known && known !== key) throw new Refusal("key");
  const { manifest, signature } = await json<{ manifest: string; signature: string }>(`/packs/${language}/${area}.json`, { cache: "no-cache" });
  const publicKey = await crypto.subtle.importKey("spki", fromBase64(key), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  let right = false;
  try {
    right = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, publicKey, fromBase64(signature), bytesOf(manifest));
  } catch { /* Not even base64: not right. */ }
  const said = right ? JSON.parse(manifest) as Manifest : undefined;
  if (said?.area !== area || said.language !== language) throw new Refusal("tampered");
  return said;
}

/** Fetches a pack, or what has changed of one that is kept. The kept one stays until the new one has proved right. */
export async function fetchPack(language: string, area: string, key: string): Promise<Kept> {
  const manifest = await manifestOf(language, area, key);
  const kept = await find(language, area);
  // A device whose pack is newer than what it is now told is being shown old news.
  if (kept && manifest.asOf < kept.manifest.asOf) throw new Refusal("tampered");
  let content = kept && kept.manifest.version === manifest.version ? kept : kept && await changed(kept, manifest);
  if (!content) {
    const whole = await json<{ head: Head; columns: Column[] }>(`/packs/${language}/${area}/${manifest.version}.json`);
    try {
      content = { manifest, head: JSON.stringify(whole.head), rows: ordered(rowsOf(whole.columns)) };
    } catch {
      throw new Refusal("tampered");
    }
    if (await versionOf(content.head, content.rows) !== manifest.version) throw new Refusal("tampered");
  }
  const fresh: Kept = { manifest, head: content.head, rows: content.rows };
  try {
    await write("packs", keyOf(language, area), fresh);
    await write("keys", "packs", key);
  } catch {
    throw new Refusal("full");
  }
  return fresh;
}

/** What is kept, brought up to the manifest; nothing when that does not lead to its hash: then the whole is fetched. */
async function changed(kept: Kept, manifest: Manifest): Promise<Kept | undefined> {
  const groups = groupsFor(kept.rows.length);
  try {
    const delta = await json<Delta>(`/packs/${manifest.language}/${manifest.area}/delta`, {
      method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: marksOf(kept.head, kept.rows, groups),
    });
    const { head, rows } = applied(delta, kept.head, kept.rows, groups);
    return await versionOf(head, rows) === manifest.version ? { manifest, head, rows } : undefined;
  } catch {
    return undefined;
  }
}
