// Sends records of groups that wait on the device: when the form opens, when there is a network again, when it is looked at.
import { drop, keep, memoryOf, recordOf, recordsOf, revise, type Kept } from "./field-store";

/** Records of one request; the node takes more (src/Flows/Collecting/GroupsApi.cs), a weak network less. */
const AT_ONCE = 100;
const PATIENCE = 60_000;
/** A clock that is less wrong than this, in milliseconds, is right. */
const RIGHT = 60_000;
const TIMES = ["observedAt", "startedAt", "endedAt", "saidAt"];

interface Who { user: string; header: string; token: string; now: string; clockOff: number }
interface Answer { answer: string; code?: string; detail?: string }

export type Outcome = "sent" | "later" | "signed-out";

async function who(): Promise<Who | "later" | "signed-out"> {
  try {
    const asked = Date.now();
    const answer = await fetch("/api/flows/collector", { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });
    if (answer.ok) {
      const said = await answer.json() as Who;
      const off = Date.parse(said.now) - (asked + Date.now()) / 2;
      return { ...said, clockOff: Math.abs(off) > RIGHT ? Math.round(off) : 0 };
    }
    return answer.status === 401 || answer.status === 404 ? "signed-out" : "later";
  } catch {
    return "later";
  }
}

const moved = (time: string, by: number): string => new Date(Date.parse(time) + by).toISOString();

/**
 * Sets the times of what was never sent right by the node's clock. It is kept so before it is sent: what is sent again is the
 * same, letter by letter.
 */
async function setRight({ user, clockOff }: Who): Promise<void> {
  for (const record of await recordsOf(user)) {
    if (record.state !== "waiting" || record.clockOff === undefined) continue;
    const by = clockOff - record.clockOff;
    const said = JSON.parse(record.body) as Record<string, unknown>;
    if (by) for (const name of TIMES) if (typeof said[name] === "string") said[name] = moved(said[name], by);
    if (record.kind === "group" && clockOff) said.clockOff = Math.round(clockOff / 1000);
    // Mended or deleted meanwhile, it is looked at again at the next turn.
    if ((await recordOf(record.id))?.body === record.body) await keep({ ...record, body: JSON.stringify(said), clockOff: undefined });
  }
  if (((await memoryOf(user)).clockOff ?? 0) === clockOff) return;
  await revise(user, ({ shift, ...memory }) => {
    const by = clockOff - (memory.clockOff ?? 0);
    return { ...memory, clockOff, shift: shift && { ...shift, startedAt: moved(shift.startedAt, by), ...(shift.lastAt ? { lastAt: moved(shift.lastAt, by) } : {}) } };
  });
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
    return ![...said.groups, ...said.shifts].some(({ answer: one }) => one === "try_again");
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
    if (answer === "try_again") continue;
    if (answer === "refused") await keep({ ...record, state: "refused", code: code ?? "", detail: detail ?? "", refusedAt: Date.now() });
    else if (record.kind === "group") await revise(record.user, (memory) => ({ ...memory, sent: memory.sent + 1 }), [], [record.id]);
    else await drop(record.id);
  }
}

/** Sends what the person who is signed in has waiting; nobody else's. */
export async function sendGroups(): Promise<Outcome> {
  const asked = await who();
  if (typeof asked === "string") return asked;
  while (true) {
    await setRight(asked);
    const waiting = (await recordsOf(asked.user)).filter(({ state, clockOff }) => state === "waiting" && clockOff === undefined).slice(0, AT_ONCE);
    if (!waiting.length) return "sent";
    if (!await post(asked, waiting)) return "later";
  }
}
