// What lies on the device: for each vault a head, and its records. No name, no key of a record and no text stands here in the clear;
// a vault is known by a random number, and whose it is only by a hash that nobody makes who does not know the user's key.

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
}

export interface Row { vault: string; slot: string; version: number; sealed: Bytes }

type Name = "heads" | "rows" | "facts";

let opened: Promise<IDBDatabase> | undefined;

const done = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function database(): Promise<IDBDatabase> {
  return opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("tambo-vault", 1);
    request.onupgradeneeded = () => {
      for (const name of ["heads", "rows", "facts"]) request.result.createObjectStore(name);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      opened = undefined;
      reject(request.error);
    };
  });
}

/** All of it or nothing, and on the disk before it is said to be done where the device can do so. */
async function change(names: Name[], act: (store: (name: Name) => IDBObjectStore) => void): Promise<void> {
  const transaction = (await database()).transaction(names, "readwrite", { durability: "strict" });
  const finished = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  act((name) => transaction.objectStore(name));
  await finished;
}

const within = (vault: string): IDBKeyRange => IDBKeyRange.bound([vault], [vault, []]);

export const headOf = async (id: string): Promise<Head | undefined> => done((await database()).transaction("heads").objectStore("heads").get(id) as IDBRequest<Head | undefined>);
export const heads = async (): Promise<Head[]> => done((await database()).transaction("heads").objectStore("heads").getAll() as IDBRequest<Head[]>);
export const keepHead = (head: Head): Promise<void> => change(["heads"], (store) => store("heads").put(head, head.id));
export const rowsOf = async (vault: string): Promise<Row[]> => done((await database()).transaction("rows").objectStore("rows").getAll(within(vault)) as IDBRequest<Row[]>);
export const fact = async <T>(name: string): Promise<T | undefined> => done((await database()).transaction("facts").objectStore("facts").get(name) as IDBRequest<T | undefined>);
export const keepFact = (name: string, value: unknown): Promise<void> =>
  change(["facts"], (store) => value === undefined ? store("facts").delete(name) : store("facts").put(value, name));

/** Writes and takes away records of one vault together. */
export const keepRows = (rows: Row[], gone: { vault: string; slot: string }[] = []): Promise<void> => change(["rows"], (store) => {
  for (const row of rows) store("rows").put(row, [row.vault, row.slot]);
  for (const { vault, slot } of gone) store("rows").delete([vault, slot]);
});

/** Destroys a vault: its keys first, then what they sealed. */
export async function destroy(id: string): Promise<void> {
  await change(["heads", "facts"], (store) => {
    store("heads").delete(id);
    const current = store("facts").get("current") as IDBRequest<string | undefined>;
    current.onsuccess = () => { if (current.result === id) store("facts").delete("current"); };
  });
  await change(["rows"], (store) => store("rows").delete(within(id)));
}
