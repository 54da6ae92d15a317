// Looks after vaults that nobody opens: what was without contact for too long, or is to be wiped, is destroyed by whatever staff page
// is opened next. Whose they are plays no part here.
import { destroy, fact, headOf, heads, keepFact, keepHead, type Head } from "./vault-store";

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Tells staff pages that there is something to look after: when, and nothing else. */
export const FLAG = "tambo-vault";

/** True once it was without contact for too long, by the latest moment that the device has ever seen. */
export const isOver = (head: Head, now = Date.now()): boolean => Math.max(now, head.latest) - head.contactAt > head.forgetDays * DAY;

/** True while it opens without internet. A clock that was put back opens nothing. */
export const opensAlone = (head: Head, now = Date.now()): boolean =>
  !!head.stay && now > head.latest - 300_000 && Math.max(now, head.latest) - head.contactAt < head.openHours * HOUR;

/** Whether a device is to be wiped; undefined when nobody could be asked. */
export async function standing({ device, token }: { device: string; token: string }, wiped = false): Promise<"kept" | "wipe" | "unknown" | undefined> {
  try {
    const answer = await fetch(`/api/cases/devices/${device}/standing`, {
      method: "POST", credentials: "omit", cache: "no-store", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, wiped }), signal: AbortSignal.timeout?.(20_000),
    });
    // Destroyed by nothing but the node's word: whoever else answers, or a node that was restored from before, knows nothing of it.
    return answer.status === 404 ? "unknown" : answer.ok ? (await answer.json() as { standing: "kept" | "wipe" }).standing : undefined;
  } catch {
    return undefined;
  }
}

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
export const close = async (head: Head): Promise<void> => {
  if (head.stay) await keepHead({ ...head, stay: undefined });
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
    const said = await standing(head);
    // By the node's clock where it can be asked, by the device's where it cannot.
    if (said === "wipe" || (said !== "kept" && isOver(head))) await wipe(head);
    else if (head.stay && !opensAlone(head)) await close(head);
    const seen = await headOf(head.id);
    if (seen && Date.now() > seen.latest) await keepHead({ ...seen, latest: Date.now() });
  }
  if (!(await heads()).length && !await fact("wiped")) localStorage.removeItem(FLAG);
}
