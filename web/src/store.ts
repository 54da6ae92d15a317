// What pages keep on the device besides pages: packs, the key they are signed by, and posts that wait to be sent.

type Name = "packs" | "keys" | "outbox";

let opened: Promise<IDBDatabase> | undefined;

const done = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function database(): Promise<IDBDatabase> {
  return opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("tambo", 1);
    request.onupgradeneeded = () => {
      for (const name of ["packs", "keys", "outbox"]) request.result.createObjectStore(name);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      opened = undefined;
      reject(request.error);
    };
  });
}

export async function read<T>(name: Name, key: string): Promise<T | undefined> {
  return done((await database()).transaction(name).objectStore(name).get(key) as IDBRequest<T | undefined>);
}

export async function readAll<T>(name: Name): Promise<T[]> {
  return done((await database()).transaction(name).objectStore(name).getAll() as IDBRequest<T[]>);
}

/** Writes all or nothing: what was there stays when there is no room. */
export async function write(name: Name, key: string, value: unknown): Promise<void> {
  const transaction = (await database()).transaction(name, "readwrite");
  transaction.objectStore(name).put(value, key);
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export async function remove(name: Name, key: string): Promise<void> {
  await done((await database()).transaction(name, "readwrite").objectStore(name).delete(key));
}

export async function clear(name: Name): Promise<void> {
  await done((await database()).transaction(name, "readwrite").objectStore(name).clear());
}
