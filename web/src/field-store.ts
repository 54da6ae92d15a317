// What the form of groups keeps on the device: records that wait, each with whose it is, and what each person used lately.
// It lies apart from what public pages keep: signing out takes the form away, and never a record that has not been sent.
import { change, database, done } from "./database";

export interface Kept {
  /** The key that the device drew: however often it is sent, it counts once. */
  id: string;
  /** Whose it is: nobody else sees it, and nobody else sends it. */
  user: string;
  kind: "group" | "shift";
  /** What is sent, letter by letter the same each time. */
  body: string;
  state: "waiting" | "refused";
  code?: string;
  detail?: string;
  /** When it was refused: refused records are forgotten after a time. */
  refusedAt?: number;
  /** Milliseconds that its times were set right by when it was made; undefined once it has been sent as it is. */
  clockOff?: number | undefined;
}

/** What the form remembers for one person. */
export interface Memory {
  shift?: { id: string; point: string; startedAt: string; enumerators: number; lastAt?: string } | undefined;
  /** The shift that ended last: what a page from before says of it counts no more. */
  over?: string | undefined;
  /** Milliseconds that the device's clock was behind the node's when they last spoke. */
  clockOff?: number;
  sent: number;
  used: Record<string, Record<string, number>>;
  last: Record<string, string>;
}

/** Tells later staff pages that there is something to take away when somebody signs out. */
export const FLAG = "tambo-field";
export const CACHE = "tambo-field";
const CURRENT = "current";

const field = database("tambo-field", ["records", "memory"]);

export const keep = (record: Kept): Promise<void> => change(field(), ["records"], (store) => store("records").put(record, record.id));
export const drop = (...ids: string[]): Promise<void> => change(field(), ["records"], (store) => ids.forEach((id) => store("records").delete(id)));
export const recordOf = async (id: string): Promise<Kept | undefined> => done((await field()).transaction("records").objectStore("records").get(id) as IDBRequest<Kept | undefined>);

/** One person's records, in the order in which they were made. */
export async function recordsOf(user: string): Promise<Kept[]> {
  const all = await done((await field()).transaction("records").objectStore("records").getAll() as IDBRequest<Kept[]>);
  return all.filter((record) => record.user === user).sort((a, b) => (a.id < b.id ? -1 : 1));
}

const read = async <T>(key: string): Promise<T | undefined> => done((await field()).transaction("memory").objectStore("memory").get(key) as IDBRequest<T | undefined>);

/** Who was signed in last on this device, and has not signed out since. */
export const currentUser = (): Promise<string | undefined> => read<string>(CURRENT);
export const setCurrentUser = (user: string): Promise<void> => change(field(), ["memory"], (store) => store("memory").put(user, CURRENT));

const nothing: Memory = { sent: 0, used: {}, last: {} };

export const memoryOf = async (user: string): Promise<Memory> => await read<Memory>(user) ?? nothing;

/** Changes what is remembered of one person as it is by then, whichever page has written it, and keeps and drops records with it: all or nothing. */
export async function revise(user: string, make: (memory: Memory) => Memory, records: Kept[] = [], gone: string[] = []): Promise<Memory> {
  let made = nothing;
  await change(field(), ["memory", "records"], (store) => {
    const request = store("memory").get(user) as IDBRequest<Memory | undefined>;
    request.onsuccess = () => {
      try {
        made = make(request.result ?? nothing);
        store("memory").put(made, user);
        for (const record of records) store("records").put(record, record.id);
        for (const id of gone) store("records").delete(id);
      } catch {
        request.transaction!.abort();
      }
    };
  });
  return made;
}

/** Forgets what was refused before a moment, whoever it was of: nobody came back to it. */
export async function forgetRefused(before: number): Promise<void> {
  const all = await done((await field()).transaction("records").objectStore("records").getAll() as IDBRequest<Kept[]>);
  const old = all.filter(({ state, refusedAt }) => state === "refused" && (refusedAt ?? 0) < before).map(({ id }) => id);
  if (old.length) await drop(...old);
}

/** Takes the form away, and what its user used lately; what has not been sent stays theirs until they come back. */
export async function forget(): Promise<void> {
  await caches.delete(CACHE);
  const user = await currentUser();
  if (!user) return;
  await revise(user, ({ used, last, ...rest }) => ({ ...rest, used: {}, last: {} }));
  await change(field(), ["memory"], (store) => store("memory").delete(CURRENT));
}
