// Files in the outbox: what may be brought is looked at when it is chosen, and once the node knows of it its bytes follow, a piece at a
// time, from where it says that they ended. It is done once however often the line breaks: the node alone counts.
import { release } from "./vault-keys";
import { Refusal, type Sender } from "./vault-node";
import type { Box, Item } from "./vault-box";
import { t } from "./said";

/** Tells how much of a file has arrived, 0 to 1. */
export type Tell = (id: string, share: number) => void;

const PATIENCE = 60_000;
/** A line that breaks is tried again so many times in a row, after a pause that doubles. */
const TURNS = 4;
const PAUSE = 250;

/** How files begin that the node takes (src/Cases/Attachments/CleanFile.cs); it looks at the rest itself. */
const BEGINNINGS: [number, number[]][][] = [
  [[0, [0xff, 0xd8, 0xff]]],
  [[0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]],
  [[0, [0x52, 0x49, 0x46, 0x46]], [8, [0x57, 0x45, 0x42, 0x50]]],
  [[0, [0x25, 0x50, 0x44, 0x46, 0x2d]]],
];

/** Why a file cannot be brought, in words; empty where nothing is against it. */
export async function unfit(file: File, most: number): Promise<string> {
  if (file.size > most) return t("problem.cases.attachment.too_large.detail", { megabytes: Math.floor(most / (1024 * 1024)) });
  const first = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  const known = BEGINNINGS.some((parts) => parts.every(([at, bytes]) => bytes.every((byte, n) => first[at + n] === byte)));
  return known ? "" : t("problem.cases.attachment.kind_unknown.detail");
}

/** True where sending a refused file once more may come to another end: what stood against it was not what is in it. */
export const mayAgain = ({ pieces, code = "" }: Item): boolean => !!pieces && (!code.startsWith("cases.attachment.") || /not_there$|not_as_announced$/.test(code));

interface Told { state: string; received: number; code?: string; detail?: string }

/** Sends a piece from a place on, or only asks; tells how far the file is from then on. */
async function step(box: Box, item: Item, { header, token }: Sender, at?: number): Promise<Told> {
  const body = at === undefined ? undefined : await box.bytesOf(item, at);
  try {
    const answer = await fetch(`${item.upload!}?lang=${document.documentElement.lang}`, {
      credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE),
      ...(body ? { method: "PATCH", body, headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at), [header]: token } } : {}),
    });
    if (answer.ok) return { ...await answer.json() as Told, received: Number(answer.headers.get("Upload-Offset")) };
    if (answer.status === 401) throw new Refusal("signed-out");
    // Somewhere else than it was thought to be: the node says where.
    if (answer.status === 409 && body) return await step(box, item, { header, token } as Sender);
    if (answer.status === 400 || answer.status === 408 || answer.status === 429 || answer.status >= 500) throw new Refusal("far");
    return { ...await answer.json() as Told, state: "refused" };
  } catch (failure) {
    throw failure instanceof Refusal ? failure : new Refusal("far");
  } finally {
    if (body) release(body);
  }
}

/** Brings one file to its end; throws where the line stays broken. */
async function bring(box: Box, id: string, who: Sender, between: () => Promise<void>, tell: Tell): Promise<void> {
  let at: number | undefined, most = 0;
  for (let breaks = 0; ;) {
    const item = box.items.get(id);
    // Deleted meanwhile by whoever brought it.
    if (item?.state !== "waiting" || !item.upload) return;
    let told: Told;
    try {
      told = await step(box, item, who, at);
    } catch (failure) {
      if (!(failure instanceof Refusal)) {
        // Its pieces cannot be read any more: nothing else of the outbox waits for that.
        await box.revise(id, (now) => ({ ...now, state: "refused", code: "", detail: t("vault.said.file_lost") }));
        return;
      }
      if (failure.reason !== "far" || breaks === TURNS) throw failure;
      await new Promise((wake) => setTimeout(wake, PAUSE * 2 ** breaks++));
      at = undefined;
      continue;
    }
    if (told.state === "kept") {
      await box.revise(id, ({ pieces: _, ...now }) => ({ ...now, state: "sent" }));
      return;
    }
    if (told.state !== "coming") {
      await box.revise(id, (now) => ({ ...now, state: "refused", code: told.code ?? "", detail: told.detail ?? "" }));
      return;
    }
    // A line on which a little arrives each time is not broken for good.
    if (told.received > most) breaks = 0;
    at = most = told.received;
    tell(id, at / (item.body!.length as number));
    await between();
  }
}

/** Sends the bytes of every file that the node knows of; true when there were any. */
export async function sendFiles(box: Box, who: Sender, between: () => Promise<void>, tell: Tell): Promise<boolean> {
  const tried = new Set<string>(), next = (): Item | undefined => box.queue.find(({ id, state, upload }) => state === "waiting" && upload && !tried.has(id));
  for (let item = next(); item; item = next()) {
    tried.add(item.id);
    await bring(box, item.id, who, between, tell);
  }
  return tried.size > 0;
}
