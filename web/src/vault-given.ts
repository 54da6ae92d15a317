// What a service may be given of somebody, as src/Cases/Disclosure/DisclosureDecision.cs and src/Cases/Referrals/ReferralConsent.cs
// decide it for referrals. The node decides again when the referral comes, by all that it knows: what it says counts.
import { fold } from "./fold";

export interface Recipient { kind: string; code: string }

/** A consent, as far as a referral asks for it (src/Cases/Consent/GivenConsent.cs). */
export interface Given {
  id: string; purpose: string; refuses?: boolean; legalBasis?: string;
  scopes: { category: string; recipient: Recipient; action: string; fields?: string[] }[];
  exclusions: { recipient: Recipient; liftedAt?: string | null }[];
  givenBy: { kind: string; who?: string; whyNoGuardian?: string; bestInterestsBy?: string };
  capacityNoted?: boolean; explained: string[]; freeToRefuse: boolean;
  grantedAt: string; expiresAt: string; withdrawnAt?: string | null;
}

/** A service as somebody who may receive a referral (src/Cases/Referrals/Receiver.cs). */
export interface Receiver { id: string; to: string; agency?: string; needs: string[]; country?: string[]; names: string[] }

/** What the rule has to know of the person: countries are those of nationality, and those they come from. */
export interface Facts { child: boolean; protection: boolean; countries: string[]; consulate: boolean }

export interface Kind { code: string; home: string; need: string; fields: string[] }

export interface Referrals {
  kinds: Kind[]; classes: { code: string; authority: boolean; consular: boolean; never: string[] }[];
  needs: { need: string; class: string; sure: boolean; mayBe: string[] }[]; stated: string[]; alone: string[];
  /** Where the node stands, in every way to write its code. */
  host: string[];
  points: string[]; days: number; noGuardian: string[];
  /** Fields that the file holds by itself. */
  held: string[];
}

/** Of a field whether it may be given, and why or why not; and why nothing is given at all. */
export interface Decided { fields: { field: string; allowed: boolean; reason: string }[]; refused?: string }

const PURPOSE = "referral", SHARE = "share", ANY = "service_provider", NO_STATE = "001", DAY = 86_400_000;

const alike = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
const same = (country: string[], code: string): boolean => country.some((one) => alike(one, code));

/** How a consent stands at a moment. */
export const standing = ({ withdrawnAt, expiresAt, grantedAt }: Pick<Given, "withdrawnAt" | "expiresAt" | "grantedAt">, now: number): "withdrawn" | "expired" | "notyet" | "inforce" =>
  withdrawnAt && Date.parse(withdrawnAt) <= now ? "withdrawn" : now >= Date.parse(expiresAt) ? "expired" : now < Date.parse(grantedAt) ? "notyet" : "inforce";

/** What kinds of recipient a service is, and may be (src/Cases/Referrals/ReceiverClasses.cs). */
function kindsOf({ needs, stated: all, alone }: Referrals, of: string[], stated: string): { classes: string[]; mayBe: string[] } {
  const known = needs.filter(({ need }) => of.includes(need));
  let classes = [...new Set([...known.filter(({ sure }) => sure || !stated).map((one) => one.class), stated, ANY])].filter((code) => code);
  if (classes.some((code) => alone.includes(code))) classes = classes.filter((code) => code !== ANY);
  const others = stated ? [] : known.length ? known.flatMap(({ mayBe }) => mayBe) : all;
  return { classes, mayBe: [...new Set(others)].filter((code) => !classes.includes(code)) };
}

/** True where what is written down is a consent: of a child and of an adult it is not the same (src/Cases/Consent/ConsentChecks.cs). */
function isOne(rules: Referrals, given: Given, child: boolean): boolean {
  const { givenBy: { kind, who = "", whyNoGuardian = "", bestInterestsBy = "" }, capacityNoted: noted } = given, length = Date.parse(given.expiresAt) - Date.parse(given.grantedAt);
  if (length <= 0 || length > rules.days * DAY) return false;
  if (given.refuses) return true;
  if (!given.freeToRefuse || rules.points.some((point) => !given.explained.includes(point))) return false;
  if (kind !== "self" && !who.trim()) return false;
  if (child && kind === "self") return rules.noGuardian.includes(whyNoGuardian) && !!bestInterestsBy.trim();
  if (child && (kind === "parent" || kind === "guardian")) return !!noted;
  return child || kind === "self" || !!noted;
}

/** Decides every field that a kind of help needs. */
export function decide(rules: Referrals, kind: Kind, service: Receiver, stated: string, facts: Facts, consents: Given[], own: string, now: number): Decided {
  const { classes, mayBe } = kindsOf(rules, service.needs, stated), country = classes.includes("consulate") ? undefined : service.country;
  const listed = (of: string[]): Referrals["classes"] => rules.classes.filter(({ code }) => of.includes(code));
  const consular = listed(classes).some((one) => one.consular);
  const goesBy = [service.id, service.to, ...service.names].map(fold);
  const isMeant = ({ kind: how, code }: Recipient, of: string[]): boolean =>
    how === "class" ? of.includes(code) : how === "one" ? service.to === code || service.agency === code : how === "named" && alike(service.to.trim(), code);
  const isShut = (name: Recipient, of: string[]): boolean => name.kind === "country" ? listed(of).some(({ authority }) => authority) && (!country || same(country, name.code))
    : isMeant(name, of) || ((name.kind === "one" || name.kind === "named") && !!fold(name.code) && goesBy.includes(fold(name.code)));
  const exclusions = consents.flatMap((given) => given.exclusions).filter(({ liftedAt }) => !(liftedAt && Date.parse(liftedAt) <= now)).map(({ recipient }) => recipient);
  const excluded = exclusions.some((name) => isShut(name, classes));
  const looked = consents.filter(({ id, legalBasis = "consent" }) => id === own && legalBasis === "consent").map((given) => ({ given, stands: standing(given, now), valid: isOne(rules, given, facts.child) }));
  const covers = ({ purpose, scopes }: Given, compartment: string, name: string): boolean => purpose === PURPOSE
    && scopes.some(({ category, action, recipient, fields = [] }) => category === compartment && action === SHARE && (!fields.length || fields.includes(name)) && isMeant(recipient, classes));

  const locked = (compartment: string): boolean => (facts.protection || compartment === "asylum")
    && (consular || !country || (!country.includes(NO_STATE) && (facts.countries.length ? facts.countries.some((code) => same(country, code)) : !rules.host.some((code) => same(country, code)))));
  const never = (compartment: string): string | undefined => excluded ? "excluded" : locked(compartment) ? "origin_lock"
    : listed(classes).some(({ never: closed }) => closed.includes(compartment)) ? "closed_to_kind" : (consular || compartment === "consular") && !facts.consulate ? "consulate_not_asked" : undefined;
  const why = (compartment: string, name: string): string => {
    const near = looked.filter(({ given }) => covers(given, compartment, name)), has = (how: string): boolean => near.some(({ stands }) => stands === how);
    return has("withdrawn") ? "consent_withdrawn" : has("expired") ? "consent_expired" : near.some(({ valid }) => !valid) ? "consent_invalid"
      : looked.some(({ stands }) => stands === "inforce") ? "consent_elsewhere" : "no_consent";
  };

  const fields = kind.fields.map((field) => {
    const [compartment = "", name = ""] = field.split("/"), against = never(compartment);
    const allowed = !against && looked.some(({ given, stands, valid }) => stands === "inforce" && valid && covers(given, compartment, name));
    return { field, allowed, reason: against ?? (allowed ? "consent" : why(compartment, name)) };
  });
  const refused = reason();
  return refused ? { fields, refused } : { fields };

  function reason(): string | undefined {
    const ended = looked[0]?.stands ?? standingOf();
    if (ended === "withdrawn") return "consent_withdrawn";
    if (ended === "expired") return "consent_expired";
    // "Never to the police" is no use if nobody says which service is the police.
    if (mayBe.length && exclusions.some((name) => !isShut(name, classes) && isShut(name, [...classes, ...mayBe]))) return "class_unsaid";
    // One name in two compartments is given only if both may be.
    const names = (allowed: boolean): string[] => fields.filter((one) => one.allowed === allowed).map(({ field }) => field.split("/")[1]!), not = names(false);
    if (names(true).some((name) => !not.includes(name))) return undefined;
    return fields.some(({ reason: said }) => said === "origin_lock" || said === "excluded") ? "locked" : "nothing_agreed";
  }

  function standingOf(): string | undefined {
    const given = consents.find(({ id }) => id === own);
    return given && standing(given, now);
  }
}
