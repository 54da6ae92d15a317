// What pages keep on the device besides pages: packs, the key they are signed by, and posts that wait to be sent.
import { change, database, done } from "./database";

type Name = "packs" | "keys" | "outbox";

const kept = database("tambo", ["packs", "keys", "outbox"]);

export const read = async <T>(name: Name, key: string): Promise<T | undefined> => done((await kept()).transaction(name).objectStore(name).get(key) as IDBRequest<T | undefined>);
export const readAll = async <T>(name: Name): Promise<T[]> => done((await kept()).transaction(name).objectStore(name).getAll() as IDBRequest<T[]>);

/** Writes all or nothing: what was there stays when there is no room. */
export const write = (name: Name, key: string, value: unknown): Promise<void> => change(kept(), [name], (store) => store(name).put(value, key));
export const remove = (name: Name, key: string): Promise<void> => change(kept(), [name], (store) => store(name).delete(key));
export const clear = (name: Name): Promise<void> => change(kept(), [name], (store) => store(name).clear());
