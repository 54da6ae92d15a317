// Sends records of groups that wait on the device: when the form opens, when there is a network again, when it is looked at.
import { countSent, drop, keep, recordOf, recordsOf, type Kept } from "./field-store";

/** Records of one request; the node takes more (src/Flows/Collecting/GroupsApi.cs), a weak network less. */
const AT_ONCE = 100;
const PATIENCE = 60_000;

interface Who { user: string; header: string; token: string }
interface Answer { answer: string; code?: string; detail?: string }

export type Outcome = "sent" | "later" | "signed-out";

async function who(): Promise<Who | "later" | "signed-out"> {
  try {
    const answer = await fetch("/api/flows/collector", { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });
    return answer.ok ? await answer.json() as Who : answer.status === 401 || answer.status === 404 ? "signed-out" : "later";
  } catch {
    return "later";
  }
}

async function post({ header, token }: Who, records: Kept[]): Promise<boolean> {
  const [groups, shifts] = (["group", "shift"] as const).map((kind) => records.filter((record) => record.kind === kind)) as [Kept[], Kept[]];
  const list = (some: Kept[]): string => `[${some.map(({ body }) => body).join(",")}]`;
  try {
    const answer = await fetch(`/api/flows/groups?lang=${document.documentElement.lang}`, {
      method: "POST", credentials: "same-origin", signal: AbortSignal.timeout?.(PATIENCE),
      headers: { "Content-Type": "application/json", [header]: token }, body: `{"groups":${list(groups)},"shifts":${list(shifts)}}`,
    });
    if (!answer.ok) return false;
    const said = await answer.json() as { groups: Answer[]; shifts: Answer[] };
    await settle(groups, said.groups);
    await settle(shifts, said.shifts);
    return true;
  } catch {
    return false;
  }
}

/** What was taken, now or before, goes from the device; what was refused stays, with the reason. */
async function settle(records: Kept[], answers: Answer[]): Promise<void> {
  for (const [i, record] of records.entries()) {
    const { answer, code, detail } = answers[i]!;
    // Mended or deleted meanwhile: what was sent is not what stands there now.
    const now = await recordOf(record.id);
    if (now?.body !== record.body) continue;
    if (answer === "refused") await keep({ ...record, state: "refused", code: code ?? "", detail: detail ?? "" });
    else {
      await drop(record.id);
      if (record.kind === "group") await countSent(record.user, 1);
    }
  }
}

/** Sends what the person who is signed in has waiting; nobody else's. */
export async function sendGroups(): Promise<Outcome> {
  const asked = await who();
  if (typeof asked === "string") return asked;
  while (true) {
    const waiting = (await recordsOf(asked.user)).filter(({ state }) => state === "waiting").slice(0, AT_ONCE);
    if (!waiting.length) return "sent";
    if (!await post(asked, waiting)) return "later";
  }
}
