// What is asked of a person who stands there: consent, read aloud point by point, and screening, whose rules the device reads itself.
import type { Box, Item } from "./vault-box";
import { alertsOn, knownOf, maybeChild, valuesOf, type Parts } from "./vault-form";
import { isFor, screen, type Answer, type Question, type Result, type Rules } from "./vault-rules";
import { button, caseOf, outcome, personOf, rankOf, type Person } from "./vault-views";
import { el, t } from "./said";
import { formatsOf } from "./page";
import { dayIn, startOf } from "./vault-time";

interface Notices { points: string[]; purposes: { code: string; days: number; apart: boolean }[]; aloud: Record<string, { version: string; says: string[]; purposes: Record<string, string> }> }

/** What the page does for these questions. */
interface Desk {
  box: () => Box;
  at: () => { person: string; of?: string | undefined };
  here: () => Person;
  show: (view: string) => void;
  say: (words: string) => void;
  kept: (words: string, next: () => void) => Promise<void>;
  back: () => void;
  opening: (urgency: string) => void;
  take: (form: HTMLFormElement, act: (form: HTMLFormElement) => unknown) => void;
}

const part = (name: string): HTMLElement => document.getElementById(`vault-${name}`)!;
const formIn = (name: string): HTMLFormElement => part(name).querySelector("form")!;
const json = <T>(name: string): T => JSON.parse(part(name).textContent!) as T;
const rules = json<Rules>("rules"), notices = json<Notices>("notices");

let desk: Desk;
const here = (): Person => desk.here();

function aloud(): void {
  const form = formIn("consent"), { lang = "", purpose = "", until = "" } = valuesOf(form), said = notices.aloud[lang];
  const chosen = notices.purposes.find(({ code }) => code === purpose);
  const day = until ? new Date(`${until}T00:00:00Z`).toLocaleDateString(formatsOf(lang), { dateStyle: "long", timeZone: "UTC" }) : "";
  form.querySelectorAll<HTMLElement>("[data-aloud]").forEach((line, i) => {
    line.lang = lang;
    line.textContent = (said?.says[i] ?? "").replace("{purpose}", said?.purposes[purpose] ?? "").replace("{until}", day);
  });
  part("apart").hidden = !chosen?.apart;
  const last = form.elements.namedItem("until") as HTMLInputElement;
  last.min = dayIn(1);
  last.max = dayIn(chosen?.days ?? 1);
}

/** A consent that the office did not take, while it is corrected. */
let mending: Item | undefined;

/** Of whom a consent is asked; of whom nothing lies here any more, nobody knows whether they are a child. */
const asks = (): Parts => (mending ? personOf(desk.box(), mending.person ?? "")?.parts ?? {} : here().parts);

/** Puts a consent back into its form, but for the points: they are read aloud once more. */
function refill(form: HTMLFormElement, body: Record<string, unknown>): void {
  const said = body as { givenBy: Record<string, string>; capacityNoted?: boolean; capacityNote?: string; form: string; language: string; interpreter?: string; purpose: string; askedApart?: boolean; expiresAt?: string; leftConfirmed?: boolean;
    scopes: { category: string; recipient: { code: string }; action: string }[]; exclusions: { kind: string; code: string }[] };
  const never = (kind: string): string[] => said.exclusions.filter((one) => one.kind === kind).map(({ code }) => code);
  const chosen: Record<string, string[]> = {
    givenBy: [said.givenBy.kind ?? ""], capacity: [String(!!said.capacityNoted)], form: [said.form], apart: [String(!!said.askedApart)], leftConfirmed: [String(!!said.leftConfirmed)],
    scopes: said.scopes.map(({ category }) => category), to: said.scopes.map(({ recipient }) => recipient.code), how: said.scopes.map(({ action }) => action),
    never: never("class"), neverCountry: never("country"), neverOne: never("one"),
  };
  const written: Record<string, string> = {
    who: said.givenBy.who ?? "", whyNoGuardian: said.givenBy.whyNoGuardian ?? "", bestInterestsBy: said.givenBy.bestInterestsBy ?? "", lang: said.language, purpose: said.purpose,
    consentInterpreter: said.interpreter ?? "", capacityNote: said.capacityNote ?? "", neverNamed: never("named").join("\n"), until: said.expiresAt?.slice(0, 10) ?? "",
  };
  for (const one of form.elements) {
    if (one instanceof HTMLInputElement && (one.type === "radio" || one.type === "checkbox")) one.checked = chosen[one.name]?.includes(one.value) ?? false;
    else if ((one instanceof HTMLInputElement || one instanceof HTMLSelectElement || one instanceof HTMLTextAreaElement) && written[one.name]) one.value = written[one.name]!;
  }
}

function consent(item?: Item): void {
  const form = formIn("consent");
  mending = item;
  form.reset();
  part("child").hidden = !maybeChild(asks());
  const known = desk.box().memory.named ?? [];
  // Whom the person named stays named, though the office counts them among nobody's colleagues by now.
  const gone = ((item?.body?.exclusions ?? []) as { kind: string; code: string }[]).filter(({ kind, code }) => kind === "one" && !known.some(({ id }) => id === code));
  const named = [...known, ...gone.map(({ code }) => ({ id: code, name: t("vault.ask.not_listed") }))];
  part("named").hidden = !named.length;
  part("named-choices").replaceChildren(...named.map(({ id, name }) => el("label", "pick", Object.assign(document.createElement("input"), { type: "checkbox", name: "neverOne", value: id }), el("span", "", name))));
  aloud();
  const until = form.elements.namedItem("until") as HTMLInputElement, usual = dayIn(180);
  until.value = usual < until.max ? usual : until.max;
  if (item?.body) refill(form, item.body);
  aloud();
  desk.show("consent");
  if (item) desk.say([item.detail, ...Object.values(item.fields ?? {})].filter((words) => words).join(" "));
}

async function saveConsent(form: HTMLFormElement): Promise<void> {
  const said = new FormData(form), text = (name: string): string => String(said.get(name) ?? "").trim(), all = (name: string): string[] => said.getAll(name).map(String);
  const of = (kind: string, codes: string[]): { kind: string; code: string }[] => codes.map((code) => code.trim()).filter(Boolean).map((code) => ({ kind, code }));
  const body = {
    givenBy: { kind: text("givenBy"), who: text("who"), whyNoGuardian: text("whyNoGuardian"), bestInterestsBy: text("bestInterestsBy") }, capacityNoted: text("capacity") === "true", capacityNote: text("capacityNote"), form: text("form"),
    language: text("lang"), noticeVersion: notices.aloud[text("lang")]?.version ?? "", interpreter: text("consentInterpreter"), explained: notices.points.filter((point) => text(`p_${point}`) === "true"), freeToRefuse: text("p_free_to_refuse") === "true",
    purpose: text("purpose"), askedApart: text("apart") === "true",
    scopes: all("scopes").flatMap((category) => all("to").flatMap((code) => all("how").map((action) => ({ category, recipient: { kind: "class", code }, action })))),
    exclusions: [...of("class", all("never")), ...of("country", all("neverCountry")), ...of("one", all("neverOne")), ...of("named", text("neverNamed").split("\n"))], leftConfirmed: text("leftConfirmed") === "true",
    ...(text("until") ? { expiresAt: startOf(text("until")) } : {}),
  };
  // As src/Cases/Consent/ConsentChecks.cs: without these it is none, and the person is still here to be asked.
  const refuses = !body.scopes.length && body.exclusions.length > 0;
  if ((body.givenBy.kind !== "self" && !body.givenBy.who) || (!refuses && (body.explained.length < notices.points.length || !body.freeToRefuse || !body.scopes.length || (!part("apart").hidden && !body.askedApart)
    || (maybeChild(asks()) && body.givenBy.kind === "self" && (!body.givenBy.whyNoGuardian || !body.givenBy.bestInterestsBy))))) {
    desk.say(t("vault.said.consent_unfit"));
    part("state").scrollIntoView();
    return;
  }
  const old = mending;
  mending = undefined;
  if (!old) await desk.box().add({ kind: "consent", person: desk.at().person, body });
  // Under its own key: what rests on it waited for it, and the office has kept nothing of what it refused.
  else await desk.box().revise(old.id, ({ code: _, detail: __, fields: ___, ...draft }) => (draft.state === "refused" ? { ...draft, body, state: "waiting" } : undefined));
  await desk.kept(t("vault.said.kept"), desk.back);
}

let asked: number[] = [];

function field(question: Question): HTMLElement {
  const name = `a_${question.id}`, legend = question.observed ? t("screening.page.observed", { what: question.text }) : question.text;
  const help = question.help && el("p", "hint", question.help);
  if (question.kind === "whole_number") {
    const input = Object.assign(document.createElement("input"), { className: "box brief", id: name, name, type: "number", min: String(question.least ?? 0), max: String(question.most ?? ""), inputMode: "numeric" });
    const label = el("label", "", legend);
    label.setAttribute("for", name);
    return el("div", "field", label, help, input);
  }
  const unsaid: [string, string][] = [["declined", t("screening.answer.declined")], ["not_asked", t("screening.answer.not_asked")]];
  const choices: [string, string][] = question.observed ? [["yes", t("screening.answer.observed_yes")], ["no", t("screening.answer.observed_no")], ["not_asked", t("screening.page.not_looked")]]
    : question.kind === "yes_no" ? [["yes", t("screening.answer.yes")], ["no", t("screening.answer.no")], ...unsaid] : question.kind === "many_of" ? [...question.choices ?? [], unsaid[0]!] : [...question.choices ?? [], ...unsaid];
  return el("fieldset", "field", el("legend", "", legend), help, ...choices.map(([code, words]) => {
    const input = Object.assign(document.createElement("input"), { type: question.kind === "many_of" ? "checkbox" : "radio", name, value: code, defaultChecked: code === "not_asked" });
    return el("label", "pick", input, el("span", "", words));
  }));
}

/** How the person is talked with, as src/Cases/Screening/ScreeningCircumstances.cs: whatever is not said is not known. */
function circumstances(): Record<string, string> {
  const said = valuesOf(formIn("screen"));
  const all = { setting: said.c_setting, area: said.c_area, private: said.c_private, interpreter: said.c_interpreter, trained: said.c_trained, asAsked: said.c_as_asked };
  return Object.fromEntries(Object.entries(all).filter((one): one is [string, string] => !!one[1]));
}

const known = (): ReturnType<typeof knownOf> => knownOf(here().parts, rules, circumstances().area);

function add(modules: number[]): void {
  const now = known(), overheard = circumstances().private === "no";
  part("questions").append(...modules.flatMap((place) => {
    const module = rules.modules[place]!;
    return [el("h3", "", module.title), module.alone && overheard ? el("div", "notice bad", el("p", "", t("screening.page.not_now"))) : "", el("p", "", module.privacy), module.notes ? el("p", "soft", module.notes) : "",
      ...rules.questions.filter((question) => question.module === place && isFor(question, now)).map(field)].filter((one): one is HTMLElement => one !== "");
  }));
  asked.push(...modules);
}

function screening(): void {
  asked = [];
  formIn("screen").reset();
  part("questions").replaceChildren();
  const alerts = alertsOn(rules.alerts), areas = formIn("screen").elements.namedItem("c_area") as HTMLSelectElement;
  part("area").hidden = !alerts.length;
  areas.replaceChildren(areas.options[0]!, ...alerts.map(({ area, name }) => Object.assign(document.createElement("option"), { value: area, textContent: name })));
  add(rules.modules.flatMap(({ step }, place) => step === 1 ? [place] : []));
  desk.show("screen");
}

function answers(form: HTMLFormElement): Answer[] {
  const said = new FormData(form);
  return rules.questions.flatMap((question): Answer[] => {
    const values = said.getAll(`a_${question.id}`).map(String).filter((one) => one !== "");
    if (!values.length || values.includes("not_asked")) return [];
    return values.includes("declined") ? [{ question: question.id, way: "declined" }] : [{ question: question.id, way: question.observed ? "observed" : "said", values }];
  });
}

function next(form: HTMLFormElement): void {
  const said = answers(form), result = screen(rules, said, known()), more = result.triggered.filter((module) => !asked.includes(module));
  if (more.length) {
    const before = part("questions").lastElementChild;
    add(more);
    const heading = before?.nextElementSibling as HTMLElement | undefined;
    heading?.setAttribute("tabindex", "-1");
    heading?.focus();
    return;
  }
  part("result").replaceChildren(el("h2", "", t("screening.result")), ...warnings(), ...outcome(rules, result), el("p", "acts", button(t("screening.result.save"), () => saveScreening(said, result), "button")));
  desk.show("result");
}

/** What has to be known of the answers. */
function warnings(): HTMLElement[] {
  const { private: heard, interpreter, trained, asAsked } = circumstances();
  const all = [heard === "no" && "overheard", interpreter === "relative" && "relative", trained === "no" && "untrained", asAsked === "no" && "not_as_asked"].filter((one): one is string => !!one);
  return all.length ? [el("div", "notice warn", el("div", "", el("h2", "", t("screening.warnings")), el("ul", "", ...all.map((one) => el("li", "", t(`screening.warning.${one}`))))))] : [];
}

async function saveScreening(said: Answer[], result: Result): Promise<void> {
  await desk.box().add({ kind: "screening", person: desk.at().person, body: { answers: said, circumstances: circumstances() } });
  const urgency = result.urgency[0]!.toUpperCase() + result.urgency.slice(1), one = desk.at().of ? caseOf(desk.box(), desk.at().of!) : undefined;
  // A case is at least as urgent as what a screening of its person found.
  if (one && rankOf(urgency) < rankOf(one.urgency)) await desk.box().add({ kind: "change", record: one.id, was: { urgency: one.urgency }, now: { urgency } });
  await desk.kept(t("vault.said.kept"), () => (desk.at().of ? desk.back() : desk.opening(urgency)));
}

/** What the page opens when a button is pressed. */
export const ask = { consent, screening };

/** Makes the forms of these questions work. */
export function asking(on: Desk): void {
  desk = on;
  desk.take(formIn("consent"), saveConsent);
  desk.take(formIn("screen"), next);
  formIn("consent").addEventListener("change", aloud);
}
