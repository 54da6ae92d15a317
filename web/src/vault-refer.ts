// Referrals that an officer drafts without internet, what became of those that were sent, and the screen that the person is shown.
import type { Box, CaseData, Item, KeptService } from "./vault-box";
import { ageOf, knownOf, maybeChild, saidName, valuesOf } from "./vault-form";
import { decide, standing, type Facts, type Given, type Kind, type Referrals } from "./vault-given";
import { screen, type Answer, type Rules } from "./vault-rules";
import { moment } from "./vault-time";
import { button, tag, value, type Person } from "./vault-views";
import { comma, decimal, el, link, t } from "./said";

/** What the page does for this form. */
interface Desk {
  box: () => Box;
  here: () => Person;
  show: (view: string) => void;
  say: (words: string) => void;
  kept: (words: string, next: () => void) => Promise<void>;
  back: () => void;
  take: (form: HTMLFormElement, act: (form: HTMLFormElement) => unknown) => void;
}

const part = (name: string): HTMLElement => document.getElementById(`vault-${name}`)!;
const form = part("refer").querySelector("form")!;
const rules = JSON.parse(part("referrals").textContent!) as Referrals, screenings = JSON.parse(part("rules").textContent!) as Rules;

const DAY = 86_400_000, PURPOSE = "referral", TOLD = "helpTold_";
/** As the node cuts off a text of this kind. */
const LONGEST = 200;

let desk: Desk;
let open: { record: string; person: Person; compartments: string[]; item?: Item | undefined } | undefined;

/** May be changed and deleted still: what may have arrived may not. */
export const isDraft = ({ kind, state, tried, body }: Item): boolean => kind === "referral" && !!body && (state === "refused" || (state === "waiting" && !tried));

export const referralName = ({ label }: Item): string => t("vault.refer.item", { service: label ?? t("referral.service.confidential") });

/** Everything that somebody has agreed to: at the office, and here since. */
function consentsOf(box: Box, { id, data }: Person): Given[] {
  const known = (data?.consents ?? []).flatMap(({ id: own, consent, withdrawnAt }): Given[] => consent ? [{ ...consent, id: own, withdrawnAt }] : []);
  const here = box.queue.filter(({ kind, person, state, made }) => kind === "consent" && person === id && state !== "refused" && !known.some((one) => one.id === made)).map(({ id: own, made, saidAt, body }): Given => {
    const said = body as unknown as Omit<Given, "exclusions"> & { exclusions: Given["exclusions"][number]["recipient"][] };
    return {
      ...said, id: made ?? own, refuses: !said.scopes.length, exclusions: said.exclusions.map((recipient) => ({ recipient })), grantedAt: saidAt,
      expiresAt: said.expiresAt ?? new Date(Date.parse(saidAt) + rules.days * DAY).toISOString(),
    };
  });
  return [...known, ...here];
}

const forReferrals = (all: Given[]): Given[] => all.filter((given) => given.purpose === PURPOSE && !given.refuses && standing(given, Date.now()) === "inforce");

/** What the rule has to know, as far as this phone does: what may not lie on it, only the office knows. */
function factsOf(box: Box, { id, parts, data }: Person, consents: Given[]): Facts {
  const locks = (found: string[], profiles: string[], lifted: string[] = []): boolean => !lifted.includes("consular_origin") && (found.includes("consular_origin") || profiles.includes("protection_need"));
  const known = knownOf(parts, screenings), identity = parts.identity as { placeOfBirth?: { country?: string }; documents?: { issuer?: string }[] } | undefined;
  return {
    child: maybeChild(parts),
    protection: (data?.screenings ?? []).some(({ standing: stands }) => stands && locks(stands.locks, stands.profiles, stands.lifted))
      || box.queue.some(({ kind, person, body }) => {
        if (kind !== "screening" || person !== id || !body) return false;
        const found = screen(screenings, body.answers as Answer[], known);
        return locks(found.locks, found.profiles);
      }),
    countries: [...(parts.identity?.nationalities ?? []).map(({ code }) => code), identity?.placeOfBirth?.country ?? "", ...(identity?.documents ?? []).map(({ issuer = "" }) => issuer),
      ...consents.flatMap(({ exclusions }) => exclusions).filter(({ recipient }) => recipient.kind === "country").map(({ recipient }) => recipient.code)].filter((code) => code),
    consulate: consents.some((given) => given.purpose === "consular" && !given.refuses && standing(given, Date.now()) === "inforce"),
  };
}

const BANDS: [number, string][] = [[5, "under5"], [12, "from5to11"], [18, "from12to17"], [60, "from18to59"], [Infinity, "from60"]];
const bandOf = (years: number): string => BANDS.find(([below]) => years < below)![1];

/** What the file holds of a field, in words (src/Cases/Referrals/ReferralQuestions.cs). */
function heldOf({ parts: { identity, general } }: Person, field: string): string {
  const age = ageOf(identity?.birth), contact = identity?.contact ?? [], safe = contact.filter((one) => one.safe === true).map((one) => one.value);
  switch (field) {
    case "identity/name": return (identity?.names ?? []).map(saidName).find((name) => name) ?? "";
    // Where nobody has said that a call puts no one at risk, nobody is told to call.
    case "identity/contact": return safe.length ? safe.join(comma) : contact.length ? t("referral.contact.ask") : "";
    case "identity/birth": return identity?.birth?.date ?? "";
    case "general/sex": return identity?.sexRecorded ? value("identity.sexRecorded", identity.sexRecorded) : "";
    case "general/age_band": return age && bandOf(age[0]) === bandOf(age[1]) ? t(`referral.age.${bandOf(age[0])}`) : "";
    case "general/language": return general?.languages?.length ? value("general.languages", general.languages) : "";
    case "general/interpreter": return general?.languages?.length ? t(`cases.answer.${general.languages.some(({ interpreter }) => interpreter) ? "yes" : "no"}`) : "";
    default: return "";
  }
}

const fieldWords = (field: string): string => t(`referral.field.${field.replace("/", ".")}`);
const chosen = (name: string): string => String(new FormData(form).get(name) ?? "").trim();
const serviceOf = (box: Box, id: string): KeptService | undefined => box.services?.list.find((one) => one.id === id);
const isOpen = ({ compartments }: { compartments: string[] }, { home }: Kind): boolean => compartments.includes(home);

function choices(name: string, legend: string, all: [string, string, string?][], picked: string): HTMLElement {
  return el("fieldset", "field", el("legend", "", legend), ...all.map(([code, words, hint]) => {
    const input = Object.assign(document.createElement("input"), { type: "radio", name, value: code, required: true, defaultChecked: code === picked });
    return el("label", "pick", input, el("span", "", words, hint && el("span", "hint", hint)));
  }));
}

/** The form for a kind of help: the services that are kept for it, and what they need to know that no file holds. */
function drawKind(service: string, told: Record<string, string> = {}): void {
  const box = desk.box(), kind = rules.kinds.find(({ code }) => code === chosen("helpKind"));
  const fit = (box.services?.list ?? []).filter(({ needs }) => kind && needs.includes(kind.need)), mine = open?.item?.body?.service as string | undefined;
  const all = fit.map((one): [string, string, string] => [one.id, one.name, [one.by, one.km === undefined ? "" : t("referral.distance", { km: decimal(one.km) }), one.phones[0] ?? ""].filter((words) => words).join(" · ")]);
  // A service that was chosen before stays what it was until somebody chooses another.
  if (mine && mine === service && kind?.code === open!.item!.body!.kind && !fit.some(({ id }) => id === mine)) all.unshift([mine, open!.item!.label ?? t("referral.service.confidential"), ""]);
  part("refer-services").replaceChildren(...(!kind ? [] : all.length ? [choices("helpService", t("referral.service"), all, all.length === 1 ? all[0]![0] : service)] : [el("p", "notice warn", t("vault.refer.no_service"))]));
  const asked = (kind?.fields ?? []).filter((field) => !rules.held.includes(field) && open!.compartments.includes(field.split("/")[0]!));
  part("refer-told").replaceChildren(...(asked.length ? [el("h3", "", t("referral.told")), el("p", "hint", t("referral.told.hint"))] : []), ...asked.map((field) => {
    const box = Object.assign(document.createElement("textarea"), { className: "box", id: `f-${TOLD}${field}`, name: TOLD + field, rows: 2, maxLength: LONGEST, dir: "auto", value: told[field] ?? "" });
    const label = el("label", "", fieldWords(field));
    label.setAttribute("for", box.id);
    return el("div", "field", label, box);
  }));
}

/** What would be handed over, as far as the phone can tell. */
function drawFields(): void {
  const box = desk.box(), kind = rules.kinds.find(({ code }) => code === chosen("helpKind")), service = serviceOf(box, chosen("helpService")), own = chosen("helpConsent"), stop = part("refer-stop");
  stop.hidden = true;
  if (!open || !kind || !service || !own) return part("refer-fields").replaceChildren();
  const consents = consentsOf(box, open.person), { fields, refused } = decide(rules, kind, service, chosen("helpClass"), factsOf(box, open.person, consents), consents, own, Date.now());
  part("refer-fields").replaceChildren(
    el("h3", "", t("referral.fields")),
    el("ul", "", ...fields.map(({ field, allowed, reason }) => el("li", "", `${fieldWords(field)}: `,
      allowed ? (rules.held.includes(field) ? heldOf(open!.person, field) : chosen(TOLD + field)) || t("referral.field.empty") : t("referral.fields.no", { why: t(`disclosure.reason.${reason}`) })))),
    el("p", "hint", t("vault.refer.again")));
  stop.hidden = !refused;
  stop.textContent = refused ? t(`problem.referral.${refused}.detail`) : "";
}

/** Opens the form: for a case, or with a draft that is not sent yet. */
function refer(record: string, compartments: string[], urgency: string, item?: Item): void {
  const box = desk.box(), person = desk.here(), given = forReferrals(consentsOf(box, person)), was = (item?.body ?? {}) as Record<string, string>;
  open = { record, person, compartments, item };
  form.reset();
  part("refer-none").hidden = given.length > 0;
  form.hidden = !given.length;
  const kind = form.elements.namedItem("helpKind") as HTMLSelectElement;
  for (const option of kind.options) option.hidden = option.disabled = !!option.value && !rules.kinds.some((one) => one.code === option.value && isOpen(open!, one));
  kind.value = was.kind ?? "";
  for (const one of form.querySelectorAll<HTMLInputElement>("[name=helpUrgency]")) one.checked = one.value === (was.urgency ?? urgency.toLowerCase());
  (form.elements.namedItem("helpClass") as HTMLSelectElement).value = was.receiverClass ?? "";
  (form.elements.namedItem("helpNote") as HTMLTextAreaElement).value = was.note ?? "";
  (form.elements.namedItem("helpOffer") as HTMLInputElement).checked = !!was.offer;
  const of = (scopes: Given["scopes"]): string => [...new Set(scopes.map(({ category }) => category))].map((category) => t(`cases.compartment.${category}`)).join(comma);
  const meant = box.items.get(was.consent ?? "")?.made ?? was.consent;
  part("refer-consents").replaceChildren(choices("helpConsent", t("referral.consent"), given.map((one) => [one.id, t("referral.consent.until", { until: moment(one.expiresAt), data: of(one.scopes) })]),
    given.length === 1 ? given[0]!.id : meant ?? ""));
  drawKind(was.service ?? "", item?.body?.told as Record<string, string> | undefined);
  drawFields();
  desk.show("refer");
}

async function save(): Promise<void> {
  const box = desk.box(), { helpKind: kind = "", helpUrgency: urgency = "", helpClass, helpNote: note, helpOffer } = valuesOf(form), service = chosen("helpService"), consent = chosen("helpConsent");
  if (!open || !kind || !urgency || !service || !consent) {
    desk.say(t("vault.refer.unfit"));
    return part("state").scrollIntoView();
  }
  const told = Object.fromEntries([...new FormData(form)].filter(([name, words]) => name.startsWith(TOLD) && String(words).trim()).map(([name, words]) => [name.slice(TOLD.length), String(words).trim()]));
  const body = { service, kind, urgency, consent, ...(helpClass ? { receiverClass: helpClass } : {}), ...(Object.keys(told).length ? { told } : {}), ...(note ? { note } : {}), ...(helpOffer ? { offer: true } : {}) };
  const name = serviceOf(box, service)?.name ?? open.item?.label, label = name ? { label: name } : {}, { item, record, person } = open;
  if (!item) await box.add({ kind: "referral", person: person.id, record, body, ...label });
  else if (!await box.revise(item.id, (now) => {
    const { tried: _, code: __, detail: ___, fields: ____, ...rest } = now;
    return isDraft(now) ? { ...rest, body, ...label, state: "waiting" } : undefined;
  })) {
    desk.back();
    return desk.say(t("vault.refer.meanwhile"));
  }
  await desk.kept(t("vault.said.kept"), () => slip(service, name));
}

/** What the person is shown: where to go and when, large, and nothing of their need or of who they are. */
function slip(id: string, name?: string, code?: string): void {
  const box = desk.box(), service = serviceOf(box, id), line = (words: string): HTMLElement => Object.assign(el("p", "", words), { dir: "auto" });
  const hidden = !service || service.hidden;
  part("slip").replaceChildren(
    el("p", "hint", t("vault.refer.show")), el("h2", "", hidden ? t("vault.refer.go_with") : service.name || name || ""),
    ...(hidden ? [] : [...(service.by && service.by !== service.name ? [line(service.by)] : []), ...service.places.flatMap(({ address, hours }) => [address, ...hours].filter((words) => words).map(line)),
      ...service.phones.map((number) => el("p", "", Object.assign(link(`tel:${number.replace(/[^\d+]/g, "")}`, number), { dir: "ltr" })))]),
    el("p", "", code ? t("vault.refer.code", { code }) : t("vault.refer.no_code")),
    ...(box.services && !hidden ? [el("p", "hint", t("vault.refer.as_of", { at: moment(new Date(box.services.at).toISOString()) }))] : []));
  desk.show("slip");
}

async function drop(box: Box, id: string, next: () => void): Promise<void> {
  if (!confirm(t("vault.said.delete.sure.one"))) return;
  const now = box.items.get(id);
  // Sent while somebody thought about it: from then on the office has it.
  if (now && !isDraft(now)) desk.say(t("vault.refer.meanwhile"));
  else await box.keep([], [{ kind: "item", id }]);
  next();
}

/** The buttons of a draft: change it, delete it. */
export const draftActs = (box: Box, item: Item, mend: (id: string) => void, next: () => void): HTMLElement[] =>
  isDraft(item) ? [button(t("vault.refer.edit"), () => mend(item.id)), button(t("vault.said.delete"), () => drop(box, item.id, next))] : [];

const isOf = (item: Item, person: string): boolean => item.kind === "referral" && item.person === person && !!item.body && ["waiting", "refused"].includes(item.state);

/** The referrals of somebody: drafts on this phone, and how those of the case stand at the office. */
export function referralsHere(box: Box, person: string, one?: CaseData): HTMLElement[] {
  const drafts = box.queue.filter((item) => isOf(item, person)), sent = one?.referrals ?? [];
  if (!drafts.length && !sent.length) return [];
  const late = (state: string, by: string | undefined, states: string[]): boolean => !!by && states.includes(state) && Date.parse(by) <= Date.now();
  return [
    el("h3", "", t("referral.case")),
    el("ul", "cards", ...drafts.map((item) => el("li", "card", el("p", "rows", tag(t("vault.said.unsent"), "warn"), el("span", "", referralName(item)), el("span", "soft", t(`referral.kind.${item.body!.kind as string}`))),
      item.state === "refused" && el("p", "notice warn", t("vault.said.refused"), " ", [item.detail, ...Object.values(item.fields ?? {})].filter((words) => words).join(" ")),
      el("p", "acts", button(t("vault.refer.show"), () => slip(item.body!.service as string, item.label)), ...draftActs(box, item, edit, () => desk.back())))),
    ...sent.map((each) => el("li", "card",
      el("p", "rows", tag(t(`referral.state.${each.state}`)), late(each.state, each.answerBy, ["offered"]) && tag(t("referral.late.answer"), "bad"),
        late(each.state, each.contactBy, ["draft", "offered", "accepted", "handed_over"]) && tag(t("referral.late.contact"), "bad"),
        el("span", "", each.name ?? t("referral.service.confidential")), el("span", "soft", t(`referral.kind.${each.kind}`))),
      each.reason ? el("p", "", t(`referral.reason.${each.reason}`)) : false, each.note ? el("p", "soft", each.note) : false,
      el("p", "acts", button(t("vault.refer.show"), () => slip(each.service, each.name, each.code)))))),
  ];
}

/** The button that refers somebody; what is lacking, of somebody who is registered here alone. */
export function referButton(box: Box, person: Person, one: CaseData | undefined, into: string | undefined): HTMLElement[] {
  if (one) return one.referrals && (one.persons.length < 2 || one.person === person.id) ? [button(t("referral.new"), () => refer(one.id, one.open, one.urgency))] : [];
  const compartments = (person.data ? person.open : undefined) ?? box.memory.openOfNew ?? [];
  if (!box.memory.openOfNew?.length) return [];
  const screened = !!person.data?.screenings.length || box.queue.some(({ kind, person: of }) => kind === "screening" && of === person.id);
  if (!into || !screened || !forReferrals(consentsOf(box, person)).length) return [el("span", "soft", t("vault.refer.lacks"))];
  return [button(t("referral.new"), () => refer(into, compartments, (box.items.get(into)?.body?.urgency as string | undefined) ?? "Normal"))];
}

/** Opens a draft once more. */
export function edit(id: string): void {
  const box = desk.box(), item = box.items.get(id), person = desk.here();
  if (item && isDraft(item)) refer(item.record!, box.cases.get(item.record!)?.open ?? (person.data ? person.open : box.memory.openOfNew ?? []), "Normal", item);
}

/** Makes the form work. */
export function referring(on: Desk): void {
  desk = on;
  desk.take(form, save);
  // While somebody types: had it to wait until they leave the field, the button that they tap next would move away under the thumb.
  form.addEventListener("input", ({ target }) => { if (target instanceof HTMLTextAreaElement) drawFields(); });
  form.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLTextAreaElement) return;
    if ((target as HTMLInputElement).name === "helpKind") drawKind(chosen("helpService"), Object.fromEntries([...form.querySelectorAll<HTMLTextAreaElement>(`[name^="${TOLD}"]`)].map(({ name, value: words }) => [name.slice(TOLD.length), words])));
    drawFields();
  });
}
