// Looks after vaults that nobody opens: what was without contact for too long, or is to be wiped, is destroyed by whatever staff page
// is opened next. Whose they are plays no part here.
import { destroy, fact, heads, keepFact, reviseHead, type Head } from "./vault-store";

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Tells staff pages that there is something to look after: when, and nothing else. */
export const FLAG = "tambo-vault";

/** True once it was without contact for too long, by the latest moment that the device has ever seen. */
export const isOver = (head: Head, now = Date.now()): boolean => Math.max(now, head.latest) - head.contactAt > head.forgetDays * DAY;

/** True while it opens without internet. A clock that was put back opens nothing. */
export const opensAlone = (head: Head, now = Date.now()): boolean =>
  !!head.stay && now > head.latest - 300_000 && Math.max(now, head.latest) - head.contactAt < head.openHours * HOUR;

interface Standing { standing: "kept" | "wipe" | "unknown"; current?: boolean }

/** Whether a device is to be wiped, and whether the node has a part by now; undefined when nobody could be asked. */
export async function standing({ device, token }: { device: string; token: string }, wiped = false, part?: string): Promise<Standing | undefined> {
  try {
    const answer = await fetch(`/api/cases/devices/${device}/standing`, {
      method: "POST", credentials: "omit", cache: "no-store", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, wiped, part }), signal: AbortSignal.timeout?.(20_000),
    });
    // Destroyed by nothing but the node's word: whoever else answers, or a node that was restored from before, knows nothing of it.
    return answer.status === 404 ? { standing: "unknown" } : answer.ok ? await answer.json() as Standing : undefined;
  } catch {
    return undefined;
  }
}

/** For so long a request that was cut off may still arrive. */
const UNDERWAY = 120_000;

/** Of two PINs the one that the node has the part for; both stay while nobody can tell. */
export async function decidePin(head: Head, current: boolean | undefined): Promise<Head> {
  const { next: meant } = head;
  if (!meant || current === undefined || (!current && Date.now() - meant.at < UNDERWAY)) return head;
  return await reviseHead(head.id, ({ next, ...now }) => next?.mark !== meant.mark ? { ...now, next }
    : current ? { ...now, salt: meant.salt, iterations: meant.iterations, wrapped: meant.wrapped, stay: undefined, tries: 0 } : now) ?? head;
}

/** Asks the node which of two PINs counts, where that is not known. */
export const settlePin = async (head: Head): Promise<Head> => head.next ? decidePin(head, (await standing(head, false, head.next.mark))?.current) : head;

/** Destroys a vault, and says so to the node, later where there is no network. */
export async function wipe(head: Head): Promise<void> {
  const told = await fact<{ device: string; token: string }[]>("wiped") ?? [];
  await keepFact("wiped", [...told, { device: head.device, token: head.token }]);
  await destroy(head.id);
  await tell();
}

async function tell(): Promise<void> {
  const left = [];
  for (const one of await fact<{ device: string; token: string }[]>("wiped") ?? []) if (!await standing(one, true)) left.push(one);
  await keepFact("wiped", left.length ? left : undefined);
}

/** The opening without internet ends: what it needed is destroyed. */
export const close = async ({ id, stay }: Head): Promise<void> => {
  if (stay) await reviseHead(id, (head) => ({ ...head, stay: undefined }));
};

/** Whoever signs out locks: from then on the node has to be asked, and the page is gone too. */
export async function signOut(): Promise<void> {
  await caches.delete("tambo-vault");
  for (const head of await heads()) await close(head);
  await keepFact("current", undefined);
}

/** Looks at every vault of the device. */
export async function watch(): Promise<void> {
  await tell();
  for (const head of await heads()) {
    const told = await standing(head, false, head.next?.mark), said = told?.standing;
    // By the node's clock where it can be asked, by the device's where it cannot.
    if (said === "wipe" || (said !== "kept" && isOver(head))) await wipe(head);
    else if (head.stay && !opensAlone(head)) await close(head);
    await decidePin(head, told?.current);
    await reviseHead(head.id, (seen) => ({ ...seen, latest: Math.max(seen.latest, Date.now()) }));
  }
  if (!(await heads()).length && !await fact("wiped")) localStorage.removeItem(FLAG);
}
