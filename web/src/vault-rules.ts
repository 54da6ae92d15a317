// Reads answers by the rules of screening as src/Cases/Screening/Screen.cs does: the node writes each rule as counts of signs. What
// the node makes of the same answers once they are sent is what counts.

/** [need, part, …]; the sign of an answer; the sign of a fact, negated by x. */
export type Formula = [number, ...Formula[]] | { q: number; t: number; b: number } | { f: number; n: number; x?: boolean };

export interface Question { id: string; module: number; text: string; help?: string; kind: string; choices?: [string, string][]; observed?: boolean; least?: number; most?: number; notFor?: Formula }
export interface Module { id: string; title: string; step: number; privacy: string; alone?: boolean; notes?: string }
export interface Rule { id: string; when: Formula; urgency: number; locks?: string[]; pathways?: string[]; triggers?: number[]; text: string; profile?: string }
/** The countries of the node's region, and those that have a consulate within reach: none where nobody has said which. */
export interface Surroundings { region: string[]; consulates: string[]; alerts?: Alert[] }
/** An alert of a disaster, from one day to another, both included. */
export interface Alert { area: string; name: string; from?: string; until: string }
export interface Rules extends Surroundings { modules: Module[]; questions: Question[]; rules: Rule[] }

/** An answer as it is sent: said, observed, declined, not_asked. */
export interface Answer { question: string; way: string; values?: string[] }

/** What is known beside the answers (src/Cases/Screening/KnownOfPerson.cs). */
export interface Known { least?: number | undefined; most?: number | undefined; disputed?: boolean; sex?: string | undefined; interpreter?: boolean; noNationality?: boolean; outside?: boolean; noConsulate?: boolean; disaster?: boolean }

export interface Result { urgency: string; locks: string[]; pathways: string[]; profiles: string[]; triggered: number[]; rules: string[] }

const URGENCIES = ["normal", "urgent", "emergency"];
const SEXES = ["", "female", "male", "other"];
const ADULT = 18, OLDEST = 130;

/** Whether the facts are known to give a sign: age at least, age at most, sex, a fact. */
function fact(known: Known, test: number, number: number, not: boolean): boolean {
  const is = known.least !== undefined && known.most !== undefined;
  const least = is ? Math.min(known.disputed ? Math.min(known.least!, ADULT - 1) : known.least!, OLDEST) : 0, most = is ? Math.min(known.most!, OLDEST) : 0;
  if (test === 0) return is && (not ? most < number : most >= number);
  if (test === 1) return not ? is && least > number : is ? least <= number : number >= ADULT - 1;
  const sex = Math.max(0, SEXES.indexOf(known.sex ?? ""));
  if (test === 2) return not ? (sex === 1 || sex === 2) && sex !== number : sex === number;
  if (number === 0) return (!is || (least < ADULT && (most >= ADULT || !!known.disputed))) !== not;
  return !not && !![false, known.disaster, known.noConsulate, known.interpreter, known.outside, known.noNationality][number];
}

type Values = Map<number, number[]>;

function holds(formula: Formula, values: Values, known: Known): boolean {
  if (Array.isArray(formula)) {
    const [need, ...parts] = formula;
    return (parts as Formula[]).filter((part) => holds(part, values, known)).length >= need;
  }
  if ("f" in formula) return fact(known, formula.f, formula.n, !!formula.x);
  const { t, b } = formula;
  return (values.get(formula.q) ?? []).some((value) => t === 0 ? (value & b) !== 0 : t === 1 ? value < b : value >= b);
}

function valuesOf({ questions }: Rules, answers: Answer[]): Values {
  const values: Values = new Map();
  for (const { question, way, values: said } of answers) {
    const place = questions.findIndex(({ id }) => id === question);
    if (place < 0 || !said?.length || (way !== "said" && way !== "observed")) continue;
    const asked = questions[place]!, codes = asked.kind === "yes_no" ? ["yes", "no"] : asked.choices?.map(([code]) => code) ?? [];
    const value = asked.kind === "whole_number" ? Number(said[0]) : said.reduce((bits, code) => bits | (1 << codes.indexOf(code)), 0);
    values.set(place, [...values.get(place) ?? [], value]);
  }
  return values;
}

/** False where a question is known not to be for this person. */
export const isFor = (question: Question, known: Known): boolean => !question.notFor || !holds(question.notFor, new Map(), known);

/** What the rules make of answers. */
export function screen(rules: Rules, answers: Answer[], known: Known): Result {
  const values = valuesOf(rules, answers), fired = rules.rules.filter(({ when }) => holds(when, values, known));
  const all = <T>(of: (rule: Rule) => T[] | undefined): T[] => [...new Set(fired.flatMap((rule) => of(rule) ?? []))];
  return {
    urgency: URGENCIES[Math.max(0, ...fired.map(({ urgency }) => urgency))]!,
    locks: all(({ locks }) => locks), pathways: all(({ pathways }) => pathways), profiles: all(({ profile }) => profile ? [profile] : []),
    triggered: all(({ triggers }) => triggers), rules: fired.map(({ id }) => id),
  };
}
