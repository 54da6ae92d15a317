// Photos and documents that an officer brings to a case: chosen, looked at at once, and kept sealed until they are sent.
import type { Box } from "./vault-box";
import { unfit } from "./vault-files";
import { hex, release } from "./vault-keys";
import { fileName } from "./vault-outbox";
import { el, t } from "./said";

/** What the page does for this form. */
interface Desk {
  box: () => Box;
  show: (view: string) => void;
  say: (words: string) => void;
  kept: (words: string, next: () => void) => Promise<void>;
  back: () => void;
  take: (form: HTMLFormElement, act: (form: HTMLFormElement) => unknown) => void;
}

const area = document.getElementById("vault-file")!;
const form = area.querySelector("form")!;
const input = form.elements.namedItem("file") as HTMLInputElement;

let desk: Desk;

/** To which case a file of somebody goes: the one that is open, or the last that was opened for them here. */
export const caseFor = (box: Box, person: string, of?: string): string | undefined =>
  of ?? box.queue.filter(({ kind, person: whose, state }) => kind === "case" && whose === person && state !== "refused").pop()?.id;

/** The files of a case that are still here. */
export function filesHere(box: Box, record: string | undefined): HTMLElement[] {
  const waiting = box.queue.filter((item) => item.kind === "file" && item.record === record && item.body && (item.state === "waiting" || item.state === "refused"));
  return waiting.length ? [el("h3", "", t("vault.said.files")), el("ul", "", ...waiting.map((item) => el("li", "", `${fileName(item)} · ${t("vault.said.unsent")}`)))] : [];
}

/** Opens the form. */
export function bring(record: string): void {
  form.reset();
  form.dataset.record = record;
  desk.show("file");
}

const why = (file: File): Promise<string> => unfit(file, Number(area.dataset.most));

async function save(): Promise<void> {
  const file = input.files?.[0];
  if (!file) return;
  const against = await why(file);
  if (against) return desk.say(against);
  desk.say(t("vault.said.working"));
  const bytes = new Uint8Array(await file.arrayBuffer()), note = (form.elements.namedItem("fileNote") as HTMLInputElement).value.trim();
  const sha256 = hex(await crypto.subtle.digest("SHA-256", bytes));
  await desk.box().addFile({ kind: "file", record: form.dataset.record!, body: { name: file.name, length: bytes.length, sha256, ...(note ? { note } : {}) } }, bytes);
  release(bytes);
  form.reset();
  await desk.kept(t("vault.said.kept"), desk.back);
}

/** Makes the form work. */
export function bringing(on: Desk): void {
  desk = on;
  desk.take(form, save);
  input.addEventListener("change", () => { if (input.files?.[0]) void why(input.files[0]).then(desk.say); });
}
