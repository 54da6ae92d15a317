// The form of a person on the device, as src/Cases/Desk/PersonForm.cs reads it, and the fields that were changed in it.
import type { Alert, Known, Surroundings } from "./vault-rules";
import { wall } from "./vault-time";

export interface Name { kind?: string; given?: string[]; family1?: string; full?: string; [more: string]: unknown }
export interface Birth { date?: string; inYear?: number; earliest?: string; latest?: string; earliestYear?: number; latestYear?: number; basis?: string; disputed?: boolean; precision?: string }
export interface Identity {
  names?: Name[]; sexRecorded?: string; birth?: Birth; nationalities?: { code: string }[]; noNationalityClaimed?: boolean;
  documents?: { type: string; number: string; seenOriginal?: boolean }[]; contact?: { kind: string; value: string; safe?: boolean }[];
}
export interface General { languages?: { code: string; interpreter?: boolean }[]; notes?: string }
export type Parts = { identity?: Identity; general?: General } & Record<string, Record<string, unknown> | undefined>;

const iso = (day: Date): string => day.toISOString().slice(0, 10);

/** The day so many years before, as calendars count: 29 February becomes the 28th. */
function yearsBefore(today: Date, years: number): Date {
  const day = new Date(Date.UTC(today.getUTCFullYear() - years, today.getUTCMonth(), today.getUTCDate()));
  if (day.getUTCMonth() !== today.getUTCMonth()) day.setUTCDate(0);
  return day;
}

/** The least and the greatest age that a birth allows on the day that it is where the node is. */
export function ageOf(birth: Birth | undefined, today = wall()): [number, number] | undefined {
  if (!birth) return undefined;
  const { date, inYear, earliest, latest, earliestYear, latestYear } = birth;
  const days = date ? [date, date] : inYear ? [`${inYear}-01-01`, `${inYear}-12-31`] : earliest && latest ? [earliest, latest]
    : earliestYear && latestYear ? [`${earliestYear}-01-01`, `${latestYear}-12-31`] : undefined;
  if (!days) return undefined;
  const now = iso(today);
  const age = (day: string): number => Math.max(0, Number(now.slice(0, 4)) - Number(day.slice(0, 4)) - (now.slice(5) < day.slice(5) ? 1 : 0));
  return [age(days[1]!), age(days[0]!)];
}

/** The alerts that are in force on the day that it is where the node is. */
export const alertsOn = (alerts: Alert[] | undefined, today = iso(wall())): Alert[] => (alerts ?? []).filter(({ from, until }) => (!from || from <= today) && today <= until);

/** What rules know of a person beside the answers, and of the area where they stand: an empty one is none with an alert. */
export function knownOf({ identity, general }: Parts, { region, consulates, alerts }: Surroundings, area = "", today?: string): Known {
  const age = ageOf(identity?.birth);
  // As src/Cases/Screening/Surroundings.cs: true of every nationality, and of each it is known which country that is.
  const none = (of: string[] | undefined): boolean => !!of?.length && !!identity?.nationalities?.length && identity.nationalities.every(({ code }) => /^[A-Z]{2}$/.test(code) && !of.includes(code));
  return {
    least: age?.[0], most: age?.[1], disputed: !!identity?.birth?.disputed, sex: identity?.sexRecorded,
    interpreter: !!general?.languages?.some(({ interpreter }) => interpreter), noNationality: !!identity?.noNationalityClaimed,
    outside: none(region), noConsulate: none(consulates), disaster: alertsOn(alerts, today).some((alert) => alert.area === area),
  };
}

/** A child, or somebody who may be one, as far as consent goes. */
export function maybeChild({ identity }: Parts): boolean {
  const age = ageOf(identity?.birth);
  return !age || !!identity?.birth?.disputed || age[0] < 18;
}

export const saidName = (name: Name): string => name.full?.trim() || [...name.given ?? [], name.patronymic, name.grandfather, name.particle, name.family1, name.family2].filter(Boolean).join(" ");

/** How a person is called in lists. */
export const whoIs = (parts: Parts, otherwise: string): string => (parts.identity?.names ?? []).map(saidName).find((name) => name) ?? otherwise;

type Values = Record<string, string>;

/** What stands in the form, field by field. */
export const valuesOf = (form: HTMLFormElement): Values => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));

/** A person as the form asks for them. */
export function formOf(parts: Parts): Values {
  const { identity = {}, general = {} } = parts;
  const [name, other] = [identity.names?.find(({ kind }) => kind !== "alias"), identity.names?.find(({ kind }) => kind === "alias")];
  const phone = identity.contact?.find(({ kind }) => kind === "phone"), paper = identity.documents?.[0], tongue = general.languages?.[0];
  const age = identity.birth?.earliest ? ageOf(identity.birth) : undefined;
  const values: Record<string, string | number | undefined> = {
    given: name ? name.given?.length ? name.given.join(" ") : name.family1 ? "" : saidName(name) : "", family: name?.family1, otherName: other && saidName(other),
    sex: identity.sexRecorded, ageLeast: age?.[0], ageMost: age && age[1] !== age[0] ? age[1] : undefined, birthYear: identity.birth?.inYear, birthDay: identity.birth?.date,
    birthBasis: identity.birth?.basis ?? "declared", ageDisputed: identity.birth?.disputed ? "true" : "", nationality: identity.noNationalityClaimed ? "none" : identity.nationalities?.[0]?.code,
    language: tongue?.code, interpreter: tongue?.interpreter ? "true" : "", phone: phone?.value, phoneSafe: !phone ? "" : phone.safe === true ? "yes" : phone.safe === false ? "no" : "not_asked",
    documentType: paper?.type, document: paper?.number, documentSeen: paper?.seenOriginal ? "true" : "", notes: general.notes,
    ...Object.fromEntries(Object.entries(parts).filter(([compartment]) => compartment !== "identity" && compartment !== "general").map(([compartment, one]) => [`notes-${compartment}`, (one as { notes?: string } | undefined)?.notes])),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== "").map(([key, value]) => [key, String(value)]));
}

/** Puts values into the form. */
export function fill(form: HTMLFormElement, values: Values): void {
  form.reset();
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox")) field.checked = values[field.name] === field.value;
    else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) field.value = values[field.name] ?? "";
  }
}

const list = <T>(one: T | undefined): T[] => one === undefined ? [] : [one];

function nameOf({ given = "", family = "" }: Values): Name | undefined {
  return given || family ? { given: given.split(" ").filter((part) => part), ...(family ? { family1: family } : {}), full: [given, family].filter((part) => part).join(" ") } : undefined;
}

function birthOf({ birthDay, birthYear, ageLeast, ageMost, birthBasis, ageDisputed }: Values, today = wall()): Birth | undefined {
  const how = { basis: birthBasis || "declared", disputed: ageDisputed === "true" };
  if (birthDay) return { date: birthDay, ...how };
  if (birthYear) return { inYear: Number(birthYear), ...how };
  if (!ageLeast && !ageMost) return undefined;
  const least = Number(ageLeast || ageMost), most = Number(ageMost || ageLeast);
  const earliest = yearsBefore(today, most + 1);
  earliest.setUTCDate(earliest.getUTCDate() + 1);
  return { earliest: iso(earliest), latest: iso(yearsBefore(today, least)), ...how };
}

/** Each field of a record with the questions of the form that make it, and what they make of it. */
const FIELDS: [string, string, string[], (values: Values, was: Parts) => unknown][] = [
  ["identity", "names", ["given", "family", "otherName"], (values, { identity }) => {
    const first = identity?.names?.find(({ kind }) => kind !== "alias"), said = nameOf(values);
    const kept = (identity?.names ?? []).filter((name) => name !== first && name !== identity?.names?.find(({ kind }) => kind === "alias"));
    return [...list(said && { ...(first ? { kind: first.kind ?? "legal" } : {}), ...said }), ...list(values.otherName ? { kind: "alias", full: values.otherName } : undefined), ...kept];
  }],
  ["identity", "sexRecorded", ["sex"], ({ sex }) => sex || null],
  ["identity", "birth", ["ageLeast", "ageMost", "birthYear", "birthDay", "birthBasis", "ageDisputed"], (values) => birthOf(values) ?? null],
  ["identity", "nationalities", ["nationality"], ({ nationality }, { identity }) => [...list(nationality && nationality !== "none" ? { code: nationality } : undefined), ...(identity?.nationalities ?? []).slice(1)]],
  ["identity", "noNationalityClaimed", ["nationality"], ({ nationality }) => nationality === "none"],
  ["identity", "documents", ["documentType", "document", "documentSeen"], ({ documentType, document, documentSeen }, { identity }) =>
    [...list(document ? { ...(identity?.documents?.[0] ?? {}), type: documentType || "other", number: document, seenOriginal: documentSeen === "true" } : undefined), ...(identity?.documents ?? []).slice(1)]],
  ["identity", "contact", ["phone", "phoneSafe"], ({ phone, phoneSafe }, { identity }) => {
    const first = identity?.contact?.find(({ kind }) => kind === "phone");
    return [...list(phone ? { kind: "phone", value: phone, ...(phoneSafe === "yes" ? { safe: true } : phoneSafe === "no" ? { safe: false } : {}) } : undefined), ...(identity?.contact ?? []).filter((one) => one !== first)];
  }],
  ["general", "languages", ["language", "interpreter"], ({ language, interpreter }, { general }) =>
    [...list(language ? { ...(general?.languages?.[0] ?? {}), code: language, interpreter: interpreter === "true" } : undefined), ...(general?.languages ?? []).slice(1)]],
  ["general", "notes", ["notes"], ({ notes }) => notes || null],
];

export interface Fields { was: Record<string, Record<string, unknown>>; now: Record<string, Record<string, unknown>> }

/** The fields whose questions were answered otherwise than before, as they were and as they are to be; undefined when there are none. */
export function changed(form: HTMLFormElement, before: Parts): Fields | undefined {
  const values = valuesOf(form), were = formOf(before), fields: Fields = { was: {}, now: {} };
  const notes = [...form.querySelectorAll<HTMLTextAreaElement>("[data-compartment]:not([hidden]) textarea")].map(({ name }): typeof FIELDS[number] =>
    [name.slice("notes-".length), "notes", [name], (now) => now[name] || null]);
  for (const [group, field, questions, make] of [...FIELDS, ...notes]) {
    if (questions.every((question) => (values[question] ?? "") === (were[question] ?? (question === "birthBasis" ? "declared" : "")))) continue;
    (fields.was[group] ??= {})[field] = before[group]?.[field] ?? null;
    (fields.now[group] ??= {})[field] = make(values, before);
  }
  return Object.keys(fields.now).length ? fields : undefined;
}

/** A record with fields changed. */
export function withFields(parts: Parts, now: Fields["now"]): Parts {
  const all: Parts = { ...parts };
  for (const [group, fields] of Object.entries(now)) {
    const merged = { ...all[group], ...fields };
    all[group] = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
  }
  return all;
}
