// What waits to be sent, what was refused and what is to be decided, in words.
import type { Box, Item } from "./vault-box";
import { mayAgain } from "./vault-files";
import { moment } from "./vault-time";
import { button, fieldName, value } from "./vault-views";
import { draftActs, referralName } from "./vault-refer";
import { counted, el, t } from "./said";

const DAY = 86_400_000;
const RIGHT_CLOCK = 300;

/** What the page does for the lines. */
interface Desk { decide: (id: string) => void; mend: (id: string) => void; work: () => void; send: () => void }

const shares = new Map<string, number>();
const sentId = (id: string): string => `vault-sent-${id}`;
const percent = (id: string): string => (shares.has(id) ? t("vault.said.arrived", { percent: Math.floor(shares.get(id)! * 100) }) : "");

/** Shows how much of a file has arrived. */
export function arrived(id: string, share: number): void {
  shares.set(id, share);
  const line = document.getElementById(sentId(id));
  if (line) line.textContent = percent(id);
}

/** A file of the outbox by its name and size; nothing where its name may lie here no more. */
export const fileName = ({ body }: Item): string => body ? t("vault.said.file", { name: body.name as string, kilobytes: Math.ceil((body.length as number) / 1024) }) : "";

async function forget(box: Box, id: string, desk: Desk): Promise<void> {
  // What was made on it goes with it: alone it would wait for good.
  const gone = new Set([id]);
  for (const { id: own, person, record } of box.queue) if (gone.has(person ?? "") || gone.has(record ?? "")) gone.add(own);
  if (!confirm(counted("vault.said.delete.sure", gone.size))) return;
  // Of a file that the node may know of by now it is told that it does not come any more, as soon as there is a network.
  const known = [...gone].map((one) => box.items.get(one)).filter((item): item is Item => item?.kind === "file" && (item.state === "waiting" ? !!(item.tried || item.upload) : !!item.upload && !item.code));
  await box.keep([], [...gone].map((one) => ({ kind: "item", id: one })));
  for (const { id: file } of known) await box.add({ kind: "cancel", record: file });
  desk.work();
  if (known.length) desk.send();
}

/** What the office refused, once more as it is: what stood against it there may have gone. */
async function resend(box: Box, id: string, desk: Desk): Promise<void> {
  await box.revise(id, ({ code: _, detail: __, fields: ___, ...draft }) => (draft.state === "refused" ? { ...draft, state: "waiting" } : undefined));
  desk.work();
  desk.send();
}

/** The same bytes once more, under a new key. */
async function again(box: Box, { id, kind, record, body, pieces }: Item, desk: Desk): Promise<void> {
  await box.add({ kind, record: record!, body: body!, pieces: pieces! }, [{ kind: "item", id }]);
  desk.work();
}

/** Draws the outbox. */
export function outbox(box: Box, desk: Desk): void {
  const { queue, memory, head: { contactAt, forgetDays } } = box, area = document.getElementById("vault-outbox")!;
  const of = (state: string): Item[] => queue.filter((item) => item.state === state);
  const left = forgetDays - Math.floor((Date.now() - contactAt) / DAY);
  const line = (words: (Node | string)[], ...acts: HTMLElement[]): HTMLElement => el("li", "", el("p", "", ...words), acts.length > 0 && el("p", "acts", ...acts));
  const remove = (id: string): HTMLElement => button(t("vault.said.delete"), () => forget(box, id, desk));
  area.replaceChildren(
    el("p", "", t("vault.said.counts", { waiting: of("waiting").length, refused: of("refused").length, conflicts: of("conflict").length }), " ", t("vault.said.contact", { at: moment(new Date(contactAt).toISOString()) })),
    ...(left <= 3 ? [el("p", "notice warn", counted("vault.said.days_left", Math.max(0, left)))] : []),
    ...(Math.abs(memory.clockOff) >= RIGHT_CLOCK ? [el("p", "notice warn", t("vault.said.clock", { minutes: Math.round(Math.abs(memory.clockOff) / 60) }))] : []),
    ...(memory.leftOut ? [el("p", "soft", counted("vault.said.left_out", memory.leftOut))] : []),
    el("ul", "", ...of("conflict").map((item) => line([[t("vault.said.conflict"), item.detail, ...Object.values(item.fields ?? {})].filter((words) => words).join(" ")], button(t("vault.said.decide"), () => desk.decide(item.id), "button"))),
      ...of("told").flatMap((item) => (item.conflicts ?? []).map(({ field: name, mine, theirs, taken }) => line(
        [t("vault.said.told", { field: fieldName(name), mine: value(name, mine), theirs: value(name, theirs), taken: value(name, taken) })],
        button(t("vault.said.read"), async () => { await box.keep([], [{ kind: "item", id: item.id }]); desk.work(); })))),
      ...of("told").filter(({ kind }) => kind === "referral").map((item) => line(
        [[referralName(item), t("vault.refer.not_offered"), item.detail, ...Object.values(item.fields ?? {})].filter((words) => words).join(" ")],
        button(t("vault.said.read"), async () => { await box.keep([], [{ kind: "item", id: item.id }]); desk.work(); }))),
      ...of("refused").map((item) => line([[item.kind === "referral" && item.body ? referralName(item) : fileName(item), t("vault.said.refused"), item.detail, ...Object.values(item.fields ?? {})].filter((words) => words).join(" ")],
        ...(item.kind === "consent" && item.body ? [button(t("vault.said.mend"), () => desk.mend(item.id))] : []),
        ...((item.kind === "screening" || item.kind === "case") && item.body ? [button(t("vault.said.again"), () => resend(box, item.id, desk))] : []),
        ...(item.kind === "register" && !item.person ? [button(t("vault.said.mend"), () => desk.mend(item.id))] : []),
        ...(mayAgain(item) ? [button(t("vault.said.again"), () => again(box, item, desk))] : []), ...(item.kind === "referral" && item.body ? draftActs(box, item, desk.mend, desk.work) : [remove(item.id)]))),
      ...of("waiting").filter(({ kind }) => kind === "referral").map((item) => line([referralName(item), " · ", t("vault.said.unsent")], ...draftActs(box, item, desk.mend, desk.work))),
      ...of("waiting").filter(({ kind }) => kind === "file").map((item) => line(
        [fileName(item), " · ", t("vault.said.unsent"), " ", Object.assign(el("span", "soft", percent(item.id)), { id: sentId(item.id) })], remove(item.id)))));
  area.hidden = false;
}
