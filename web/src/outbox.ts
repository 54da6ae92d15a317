// Messages that could not be sent: kept on the device with the key by which the node counts them once, and sent when there is
// a network again, by the page that is opened next or by the service worker.
import { read, readAll, remove, write } from "./store";

export interface Post {
  key: string;
  /** What is sent, letter by letter the same each time; empty once it is sent, for the device may be anybody's. */
  body: string;
  language: string;
  writtenAt: string;
  state: "waiting" | "sent" | "refused";
  code?: string;
  /** The sentences for later pages, which do not have them. */
  said: { sent: string; noted: string };
}

const ADDRESS = "/api/guide/feedback";
/** Tells later pages that there is something to look after. */
const FLAG = "tambo-waiting";
/** Longer than a slow network takes; what came through all the same counts once. */
const PATIENCE = 30_000;

/** Sends a message; what the network, the node's limits or a failure of the node held up stays waiting. */
export async function send(post: Post): Promise<Post> {
  let answer: Response;
  try {
    answer = await fetch(`${ADDRESS}?lang=${post.language}`, {
      method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": post.key }, body: post.body, credentials: "omit",
      signal: AbortSignal.timeout?.(PATIENCE),
    });
    if (answer.status === 201) return { ...post, body: "", state: "sent", code: (await answer.json() as { code: string }).code };
  } catch {
    return post;
  }
  return answer.status === 408 || answer.status === 429 || answer.status >= 500 ? post : { ...post, state: "refused" };
}

/** Keeps a message. */
export async function keep(post: Post): Promise<void> {
  await write("outbox", post.key, post);
  localStorage.setItem(FLAG, "1");
}

/** Asks the browser to wake the service worker once there is a network, where it can. */
export async function sendLater(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration() as (ServiceWorkerRegistration & { sync?: { register: (tag: string) => Promise<void> } }) | undefined;
  await worker?.sync?.register("tambo-outbox").catch(() => undefined);
}

export const drop = (key: string): Promise<void> => remove("outbox", key);
export const all = (): Promise<Post[]> => readAll<Post>("outbox");

/** Sends what waits; true when nothing waits any more. */
export async function sendWaiting(): Promise<boolean> {
  let left = false;
  for (const post of await all()) {
    if (post.state !== "waiting") continue;
    const now = await send(post);
    if (now.state === "waiting") left = true;
    // Whoever deleted it meanwhile has deleted it.
    else if (await read<Post>("outbox", post.key)) await write("outbox", post.key, now);
  }
  return !left;
}

/** On any public page: sends what waits, and shows the code of what was sent until somebody has written it down. */
export async function look(): Promise<void> {
  await sendWaiting();
  const posts = await all();
  if (!posts.length) localStorage.removeItem(FLAG);
  for (const post of posts.filter(({ state }) => state === "sent")) {
    const line = document.createElement("p");
    line.className = "ribbon";
    line.setAttribute("role", "status");
    line.lang = post.language;
    const noted = document.createElement("button");
    noted.className = "button plain";
    noted.textContent = post.said.noted;
    noted.addEventListener("click", () => void drop(post.key).then(() => line.remove()));
    line.append(post.said.sent.replace("{code}", post.code ?? ""), " ", noted);
    document.querySelector("header")?.prepend(line);
  }
}
