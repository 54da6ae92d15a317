// Databases of this device, opened alike by whatever keeps something in one.

/** What a request comes to. */
export const done = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Opens a database the first time it is asked for; where that fails, the next time anew. */
export function database(name: string, stores: readonly string[]): () => Promise<IDBDatabase> {
  let opened: Promise<IDBDatabase> | undefined;
  return () => opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => stores.forEach((store) => request.result.createObjectStore(store));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      opened = undefined;
      reject(request.error);
    };
  });
}

/** All of it or nothing, and on the disk before it is said to be done where the device can do so. */
export async function change<Name extends string>(opened: Promise<IDBDatabase>, names: Name[], act: (store: (name: Name) => IDBObjectStore) => void): Promise<void> {
  const transaction = (await opened).transaction(names, "readwrite", { durability: "strict" });
  const finished = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  act((name) => transaction.objectStore(name));
  await finished;
}
