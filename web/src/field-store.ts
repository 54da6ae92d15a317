// What the form of groups keeps on the device: records that wait, each with whose it is, and what each person used lately.
// It lies apart from what public pages keep: signing out takes the form away, and never a record that has not been sent.

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
}

/** What the form remembers for one person. */
export interface Memory {
  shift?: { id: string; point: string; startedAt: string; enumerators: number } | undefined;
  sent: number;
  used: Record<string, Record<string, number>>;
  last: Record<string, string>;
}

/** Tells later staff pages that there is something to take away when somebody signs out. */
export const FLAG = "tambo-field";
export const CACHE = "tambo-field";
const CURRENT = "current";

let opened: Promise<IDBDatabase> | undefined;

const done = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function database(): Promise<IDBDatabase> {
  return opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("tambo-field", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("records");
      request.result.createObjectStore("memory");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      opened = undefined;
      reject(request.error);
    };
  });
}

async function change(name: "records" | "memory", act: (store: IDBObjectStore) => void): Promise<void> {
  const transaction = (await database()).transaction(name, "readwrite");
  act(transaction.objectStore(name));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const keep = (record: Kept): Promise<void> => change("records", (store) => store.put(record, record.id));
export const drop = (id: string): Promise<void> => change("records", (store) => store.delete(id));
export const recordOf = async (id: string): Promise<Kept | undefined> => done((await database()).transaction("records").objectStore("records").get(id) as IDBRequest<Kept | undefined>);

/** One person's records, in the order in which they were made. */
export async function recordsOf(user: string): Promise<Kept[]> {
  const all = await done((await database()).transaction("records").objectStore("records").getAll() as IDBRequest<Kept[]>);
  return all.filter((record) => record.user === user).sort((a, b) => (a.id < b.id ? -1 : 1));
}

const read = async <T>(key: string): Promise<T | undefined> => done((await database()).transaction("memory").objectStore("memory").get(key) as IDBRequest<T | undefined>);

/** Who was signed in last on this device, and has not signed out since. */
export const currentUser = (): Promise<string | undefined> => read<string>(CURRENT);
export const setCurrentUser = (user: string): Promise<void> => change("memory", (store) => store.put(user, CURRENT));

export const memoryOf = async (user: string): Promise<Memory> => await read<Memory>(user) ?? { sent: 0, used: {}, last: {} };
export const remember = (user: string, memory: Memory): Promise<void> => change("memory", (store) => store.put(memory, user));

/** Counts what was sent, in one step with what is there by then. */
export async function countSent(user: string, count: number): Promise<void> {
  const memory = await memoryOf(user);
  await remember(user, { ...memory, sent: memory.sent + count });
}

/** Takes the form away, and what its user used lately; what has not been sent stays theirs until they come back. */
export async function forget(): Promise<void> {
  await caches.delete(CACHE);
  const user = await currentUser();
  if (!user) return;
  const { shift, sent } = await memoryOf(user);
  await remember(user, { shift, sent, used: {}, last: {} });
  await change("memory", (store) => store.delete(CURRENT));
}
