// What a vault holds, in words.
import type { Box, CaseData, Item, PersonData } from "./vault-box";
import { counted, comma, el, t } from "./said";
import { ageOf, saidName, whoIs, withFields, type Birth, type Fields, type Parts } from "./vault-form";
import type { Result, Rules } from "./vault-rules";
import { due, moment } from "./vault-time";

const RANKS = ["Emergency", "Urgent", "Normal"];
export const rankOf = (urgency: string): number => RANKS.findIndex((rank) => rank.toLowerCase() === urgency.toLowerCase());

/** Somebody on the device: as the node gave them, or as they were registered here, with what was changed since. */
export interface Person { id: string; ref: string; parts: Parts; open: string[]; data?: PersonData; draft?: Item }

const pending = (box: Box, id: string): Item[] => box.queue.filter(({ record, state }) => record === id && (state === "waiting" || state === "refused"));
/** What is still to come of changes on a record that somebody has to decide is left out: the node has the rest of it. */
const over = (box: Box, id: string, parts: Parts): Parts => pending(box, id).filter(({ kind }) => kind === "person").reduce((all, { now }) => withFields(all, now as Fields["now"]), parts);

export function personOf(box: Box, id: string): Person | undefined {
  const data = box.persons.get(id), draft = box.items.get(id);
  if (data) return { id, ref: data.ref, parts: over(box, id, data.parts), open: data.open, data };
  if (draft?.kind !== "register") return undefined;
  return { id, ref: t("vault.said.draft"), parts: over(box, id, draft.body as Parts), open: [], draft };
}

export function caseOf(box: Box, id: string): CaseData | undefined {
  const known = box.cases.get(id);
  return known && pending(box, id).filter(({ kind, state }) => kind === "change" || (kind === "state" && state === "waiting")).reduce((one, { now }) => ({
    ...one, ...(now?.state ? { state: now.state as string } : {}), ...(now?.urgency ? { urgency: now.urgency as string } : {}), ...(now && "note" in now ? { note: (now.note as string | null) ?? "" } : {}),
  }), known);
}

export const tag = (words: string, tone = ""): HTMLElement => el("span", `tag ${tone}`.trim(), words);
export const urgencyTag = (urgency: string): HTMLElement => tag(t(`cases.urgency.${urgency.toLowerCase()}`), ["bad", "warn", ""][rankOf(urgency)] ?? "");

export function button(words: string, act: () => unknown, style = "button plain"): HTMLButtonElement {
  const made = Object.assign(el("button", style, words) as HTMLButtonElement, { type: "button" });
  made.addEventListener("click", () => void act());
  return made;
}

/** A card that opens something. */
const card = (title: string, act: () => void, ...rest: (HTMLElement | false)[]): HTMLElement => el("li", "card", el("h2", "", title), el("p", "rows", ...rest), button(t("vault.said.open"), act));

/** The list of work: what was registered here first, then cases by urgency and due. */
export function list(box: Box, open: (person: string, of?: string) => void): HTMLElement[] {
  const waits = (...ids: string[]): HTMLElement | false => {
    const items = box.queue.filter(({ id, person, record }) => [id, person, record].some((one) => one && ids.includes(one)));
    return items.some(({ state }) => state === "conflict") ? tag(t("vault.said.has_conflict"), "bad") : items.some(({ state }) => state === "waiting" || state === "refused") && tag(t("vault.said.unsent"), "warn");
  };
  const drafts = box.queue.filter(({ kind }) => kind === "register").map((item) => card(whoIs(item.body as Parts, t("vault.said.draft")), () => open(item.id), tag(t("vault.said.draft")), waits(item.id)));
  const cases = [...box.cases.keys()].map((id) => caseOf(box, id)!)
    .sort((a, b) => rankOf(a.urgency) - rankOf(b.urgency) || (a.dueAt < b.dueAt ? -1 : 1))
    .map((one) => card(
      whoIs(box.persons.get(one.persons[0] ?? "")?.parts ?? {}, one.ref), () => open(one.persons[0] ?? "", one.id), urgencyTag(one.urgency),
      Date.parse(one.dueAt) < Date.now() && tag(t("cases.late"), "bad"), el("span", "", t("cases.due", { at: due(one.dueAt) })),
      el("span", "soft", [one.type ? t(`cases.kind.${one.type}`) : "", t(`cases.state.${one.state}`), one.ref].filter((part) => part).join(" · ")), waits(one.id, ...one.persons)));
  return [...drafts, ...cases];
}

/** The name that a list of choices of the page gives to a code. */
const chosen = (field: string, code: string): string => document.querySelector(`#vault-person [name="${field}"] option[value="${CSS.escape(code)}"]`)?.textContent ?? code;

const age = (birth: Parameters<typeof ageOf>[0]): string => {
  const range = ageOf(birth);
  return !range ? "" : range[0] === range[1] ? counted("cases.age", range[0]) : t("cases.age.between", { least: range[0], greatest: range[1] });
};

/** A value of a field, in words. */
export function value(field: string, said: unknown): string {
  if (said === null || said === undefined || said === "" || (Array.isArray(said) && !said.length)) return t("vault.said.nothing");
  if (field === "identity.names") return (said as Parameters<typeof saidName>[0][]).map(saidName).join(comma);
  if (field === "identity.sexRecorded") return t(`cases.sex.${said as string}`);
  if (field === "identity.birth") return [age(said as Birth), (said as { date?: string }).date].filter((part) => part).join(comma);
  if (field === "identity.nationalities") return (said as { code: string }[]).map(({ code }) => chosen("nationality", code)).join(comma);
  if (field === "general.languages") return (said as { code: string; interpreter?: boolean }[]).map(({ code, interpreter }) => `${chosen("language", code)}${interpreter ? ` (${t("cases.language.interpreter")})` : ""}`).join(comma);
  if (field === "identity.documents") return (said as { type: string; number: string }[]).map(({ type, number }) => `${t(`cases.document.${type}`)} ${number}`).join(comma);
  if (field === "identity.contact") return (said as { value: string; safe?: boolean }[]).map(({ value: where, safe }) => safe === undefined || safe === null ? where : `${where} (${t(safe ? "cases.contact.safe" : "cases.contact.unsafe")})`).join(comma);
  if (field === "state") return t(`cases.state.${said as string}`);
  if (field === "urgency") return t(`cases.urgency.${(said as string).toLowerCase()}`);
  return typeof said === "boolean" ? t(said ? "cases.answer.yes" : "cases.answer.no") : String(said);
}

/** The name of a field, in words. */
export function fieldName(field: string): string {
  const [group = "", name = ""] = field.split(".");
  if (group === "profiles") return t(`cases.profile.${name.toLowerCase()}`);
  if (field === "urgency" || field === "note") return t(`cases.field.${field}`);
  if (field === "state") return t("vault.field.state");
  return group === "identity" || field === "general.languages" ? t(`vault.field.${name}`) : t(`cases.compartment.${group}`);
}

const facts = (items: [string, string][]): HTMLElement => el("dl", "facts", ...items.map(([name, said]) => el("div", "", el("dt", "", name), el("dd", "", said))));

/** Everything that is kept of somebody. */
export function about(person: Person, one?: CaseData): HTMLElement[] {
  const items: [string, string][] = [];
  for (const [group, fields] of Object.entries(person.parts))
    for (const name of Object.keys(fields ?? {})) {
      const field = `${group}.${name}`, said = (fields as Record<string, unknown>)[name];
      if (name === "confidence" || (name === "noNationalityClaimed" && !said) || said === null || (Array.isArray(said) && !said.length)) continue;
      items.push([fieldName(field), name === "noNationalityClaimed" ? t("cases.nationality.none") : value(field, said)]);
    }
  const { data } = person;
  return [
    ...(one ? [el("p", "rows", urgencyTag(one.urgency), el("span", "", t("cases.due", { at: due(one.dueAt) })), el("span", "soft", one.ref))] : []),
    ...(one ? [facts([...(one.profiles.length ? [[t("cases.field.profiles"), one.profiles.map((code) => t(`cases.profile.${code.toLowerCase()}`)).join(comma)] as [string, string]] : []), ...(one.note ? [[t("cases.field.note"), one.note] as [string, string]] : [])])] : []),
    el("p", "soft", person.ref), facts(items),
    ...(data?.consents.length ? [el("h3", "", t("consent.page.given")), el("ul", "", ...data.consents.map((given) => el("li", "", `${given.consent ? `${given.consent.refuses ? `${t("consent.refuses")} · ` : ""}${t(`consent.purpose.${given.consent.purpose}`)}` : ""} · ${t(`consent.standing.${given.standing}`)} · ${moment(given.expiresAt)}`)))] : []),
    ...(data?.screenings.length ? [el("h3", "", t("screening.page")), el("ul", "", ...data.screenings.map((done) => el("li", "", `${moment(done.at)} · ${t(`screening.urgency.${done.urgency}`)}`)))] : []),
  ];
}

/** What the rules make of answers, the most important before. */
export function outcome(rules: Rules, result: Result): HTMLElement[] {
  const lines = (title: string, all: string[]): HTMLElement[] => all.length ? [el("h3", "", title), el("ul", "", ...all.map((one) => el("li", "", one)))] : [];
  const tone = result.urgency === "emergency" ? "bad" : result.urgency === "urgent" ? "warn" : "";
  const notice = el("div", `notice ${tone}`, el("div", "", el("h2", "", t(`screening.urgency.${result.urgency}`)), el("p", "", t(`vault.said.at_once.${result.urgency}`)),
    ...(result.locks.length ? [el("p", "", el("b", "", t("screening.result.locks"))), el("ul", "", ...result.locks.map((lock) => el("li", "", t(`screening.lock.${lock}`))))] : [])));
  notice.setAttribute("role", "alert");
  return [
    notice, ...lines(t("screening.result.pathways"), result.pathways.map((code) => t(`screening.pathway.${code}`))), ...lines(t("cases.field.profiles"), result.profiles.map((code) => t(`screening.profile.${code}`))),
    ...lines(t("screening.result.why"), rules.rules.filter(({ id }) => result.rules.includes(id)).map(({ text }) => text)),
  ];
}
