// How the page of a vault speaks to the node.

export class Refusal extends Error { constructor(readonly reason: "wrong" | "gone" | "far" | "failed" | "many" | "signed-out" | "other" | "unsure" | "full", readonly left = 0) { super(reason); } }

/** What the node is asked with: who is signed in, and the token for one more request. */
export interface Sender { user: string; header: string; token: string; now: string }

const PATIENCE = 60_000;

/** Asks the node who is signed in; throws where nobody is, or where there is no network. */
export async function sender(): Promise<Sender> {
  let answer: Response;
  try {
    answer = await fetch("/api/cases/devices/sender", { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });
  } catch {
    throw new Refusal("far");
  }
  if (answer.status === 401 || answer.status === 404) throw new Refusal("signed-out");
  if (!answer.ok) throw new Refusal("far");
  return await answer.json() as Sender;
}

/** Posts as JSON for whoever is signed in; throws where nothing came back. */
export async function post({ header, token }: Sender, path: string, body: unknown, key?: string): Promise<Response> {
  try {
    return await fetch(`/api/cases/devices${path}?lang=${document.documentElement.lang}`, {
      method: "POST", credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE),
      headers: { "Content-Type": "application/json", [header]: token, ...(key ? { "Idempotency-Key": `"${key}"` } : {}) }, body: JSON.stringify(body),
    });
  } catch {
    throw new Refusal("far");
  }
}
