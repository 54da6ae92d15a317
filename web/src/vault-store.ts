// What lies on the device: for each vault a head, and its records. No name, no key of a record and no text stands here in the clear;
// a vault is known by a random number, and whose it is only by a hash that nobody makes who does not know the user's key.
import { change, database, done } from "./database";

type Bytes = Uint8Array<ArrayBuffer>;

/** What stands in the clear of a vault. */
export interface Head {
  id: string;
  /** Of the device's salt and the user's key. */
  owner: string;
  /** The device as the node knows it, and by what it asks whether it is to be wiped; it opens nothing. */
  device: string;
  token: string;
  salt: Bytes;
  iterations: number;
  /** The vault's own key, wrapped by PIN and node's part. */
  wrapped: Bytes;
  /** The node's part, sealed by a key that the browser does not give out; gone after the hours for which it opens without internet. */
  stay?: { key: CryptoKey; part: Bytes } | undefined;
  openHours: number;
  forgetDays: number;
  /** When the node was last in contact, and the latest moment that was ever seen: a clock that goes back opens nothing. */
  contactAt: number;
  latest: number;
  tries: number;
  /** A new PIN of which it is not known yet whether the node has heard: what it wraps, and the hash of the part that belongs to it. */
  next?: { salt: Bytes; iterations: number; wrapped: Bytes; mark: string; at: number } | undefined;
}

export interface Place { vault: string; slot: string }
export interface Row extends Place { version: number; sealed: Bytes }

const vaults = database("tambo-vault", ["heads", "rows", "facts"]);

/** Where pieces of files lie: apart from records, so that a vault is opened without reading them. */
export const filesOf = (vault: string): string => `${vault} files`;

const within = (vault: string): IDBKeyRange => IDBKeyRange.bound([vault], [vault, []]);

export const headOf = async (id: string): Promise<Head | undefined> => done((await vaults()).transaction("heads").objectStore("heads").get(id) as IDBRequest<Head | undefined>);
export const heads = async (): Promise<Head[]> => done((await vaults()).transaction("heads").objectStore("heads").getAll() as IDBRequest<Head[]>);
export const keepHead = (head: Head): Promise<void> => change(vaults(), ["heads"], (store) => store("heads").put(head, head.id));

/** Changes a head as it is by then, whichever page has written it; undefined when it is gone. */
export async function reviseHead(id: string, make: (head: Head) => Head): Promise<Head | undefined> {
  let made: Head | undefined;
  await change(vaults(), ["heads"], (store) => {
    const request = store("heads").get(id) as IDBRequest<Head | undefined>;
    request.onsuccess = () => { if (request.result) store("heads").put(made = make(request.result), id); };
  });
  return made;
}

export const rowsOf = async (vault: string): Promise<Row[]> => done((await vaults()).transaction("rows").objectStore("rows").getAll(within(vault)) as IDBRequest<Row[]>);
export const rowAt = async ({ vault, slot }: Place): Promise<Row | undefined> => done((await vaults()).transaction("rows").objectStore("rows").get([vault, slot]) as IDBRequest<Row | undefined>);
export const slotsOf = async (vault: string): Promise<string[]> => (await done((await vaults()).transaction("rows").objectStore("rows").getAllKeys(within(vault)))).map((key) => (key as string[])[1]!);
export const fact = async <T>(name: string): Promise<T | undefined> => done((await vaults()).transaction("facts").objectStore("facts").get(name) as IDBRequest<T | undefined>);
export const keepFact = (name: string, value: unknown): Promise<void> =>
  change(vaults(), ["facts"], (store) => value === undefined ? store("facts").delete(name) : store("facts").put(value, name));

/** Writes and takes away records of one vault together. */
export const keepRows = (rows: Row[], gone: Place[] = []): Promise<void> => change(vaults(), ["rows"], (store) => {
  for (const row of rows) store("rows").put(row, [row.vault, row.slot]);
  for (const { vault, slot } of gone) store("rows").delete([vault, slot]);
});

/** Destroys a vault: its keys first, then what they sealed, files too. */
export async function destroy(id: string): Promise<void> {
  await change(vaults(), ["heads", "facts"], (store) => {
    store("heads").delete(id);
    const current = store("facts").get("current") as IDBRequest<string | undefined>;
    current.onsuccess = () => { if (current.result === id) store("facts").delete("current"); };
  });
  await change(vaults(), ["rows"], (store) => [id, filesOf(id)].forEach((vault) => store("rows").delete(within(vault))));
}
