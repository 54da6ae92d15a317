// Finds services in a pack by words, need, distance and hours, as the node does (src/Guide/Finding), with nothing leaving the
// device. Words are compared with the vocabulary of the pack: a few thousand words, however many services.
import { Field, Flag, type Head, type Kept, type Row } from "./pack";
import type { Where } from "./told";
import { type Holidays, type State, dayOf, hoursOf, stateAt, wallMinute } from "./hours";

/** The names of needs and the stems of the words by which people name them, in every language, and what stems are made by. */
export interface Vocabulary { needs: { code: string; name: string; said: string[] }[]; small: string[]; prefixes: string[]; suffixes: string[] }

export interface Point { latitude: number; longitude: number }

export interface Question { words: string; need: string; from?: Point; openAt?: number }

export interface Found { row: Row; metres?: number; about?: number }

const EARTH = 6_371_008.8;
const NEED_WEIGHT = 2;
const MOST_WORDS = 12;

const ALIKE: Record<string, string> = { "\u0629": "\u0647", "\u0649": "\u064A", "\u0671": "\u0627", "\u06CC": "\u064A", "\u06D0": "\u064A", "\u06A9": "\u0643" };

/** A digit of any script as one of ASCII's: the ten of a script follow one another. */
function digit(letter: string): string {
  const code = letter.charCodeAt(0);
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCharCode(code - value - 1))) value++;
  return String(value);
}

/** Lower case without accents, anything but letters and digits one space; letters that are written one way or the other as one. */
export const fold = (text: string): string =>
  text.normalize("NFD").replace(/[\p{Mn}\u0640]/gu, "").toLowerCase().replace(/[\u0629\u0649\u0671\u06CC\u06D0\u06A9]/g, (letter) => ALIKE[letter]!)
    .replace(/[\u0660-\uFFFF]/g, (letter) => /\p{Nd}/u.test(letter) ? digit(letter) : letter).replace(/[^\p{L}\p{Nd}]+/gu, " ").trim();

/** A folded word without what its language writes in one with it (src/Guide/Finding/SearchWords.cs). */
export function stem(word: string, { prefixes, suffixes }: Pick<Vocabulary, "prefixes" | "suffixes">): string {
  const prefix = prefixes.find((part) => word.length - part.length >= 3 && word.startsWith(part));
  return suffixes.reduce((left, part) => left.length - part.length >= 3 && left.endsWith(part) ? left.slice(0, -part.length) : left, prefix ? word.slice(prefix.length) : word);
}

/** A text without the language that may stand before it. */
export const plain = (text: string | number | undefined): string => {
  const said = String(text ?? "");
  return said[0] === "\t" ? said.slice(said.indexOf("\t", 1) + 1) : said;
};

const LONGEST = 64;
let before = new Uint8Array(LONGEST + 1), last = new Uint8Array(LONGEST + 1), current = new Uint8Array(LONGEST + 1);

/** Slips between two words (optimal string alignment), or one more than the most; no word is compared beyond its 64th letter. */
function slips(a: string, b: string, most: number): number {
  const [long, wide] = [Math.min(a.length, LONGEST), Math.min(b.length, LONGEST)];
  if (Math.abs(a.length - b.length) > most) return most + 1;
  for (let j = 0; j <= wide; j++) last[j] = j;
  for (let i = 1; i <= long; i++) {
    current[0] = i;
    let least = i;
    const letter = a.charCodeAt(i - 1), earlier = i > 1 ? a.charCodeAt(i - 2) : -1;
    for (let j = 1; j <= wide; j++) {
      const other = b.charCodeAt(j - 1);
      let value = Math.min(last[j]! + 1, current[j - 1]! + 1, last[j - 1]! + (letter === other ? 0 : 1));
      if (earlier === other && j > 1 && letter === b.charCodeAt(j - 2)) value = Math.min(value, before[j - 2]! + 1);
      current[j] = value;
      if (value < least) least = value;
    }
    if (least > most) return most + 1;
    [before, last, current] = [last, current, before];
  }
  return Math.min(last[wide]!, most + 1);
}

/** 1 for the same word, less for a beginning and for each slip, 0 for another word. */
export function closeness(typed: string, word: string): number {
  if (word.startsWith(typed)) return word.length === typed.length ? 1 : typed.length >= 3 ? .8 : .3;
  const most = typed.length >= 8 ? 2 : typed.length >= 4 ? 1 : 0;
  if (!most) return 0;
  const found = slips(typed, word, most);
  if (found <= most) return found === 1 ? .6 : .4;
  return word.length > typed.length && slips(typed, word.slice(0, typed.length), 1) <= 1 ? .35 : 0;
}

/** One bit for each letter, some sharing one: most words are told apart by these alone. */
function lettersOf(word: string): number {
  let bits = 0;
  for (let i = 0; i < word.length; i++) bits |= 1 << (word.charCodeAt(i) & 31);
  return bits;
}

function count(bits: number): number {
  let ones = 0;
  for (let left = bits; left; left &= left - 1) ones++;
  return ones;
}

export function metresBetween(a: Point, b: Point): number {
  const radians = (degrees: number): number => degrees * Math.PI / 180;
  const high = Math.sin(radians(b.latitude - a.latitude) / 2), wide = Math.sin(radians(b.longitude - a.longitude) / 2);
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(high * high + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * wide * wide)));
}

export const pointOf = (row: Row): Point | undefined =>
  Number(row[Field.Flags]) & Flag.Placed ? { latitude: Number(row[Field.Latitude]) / 1e4, longitude: Number(row[Field.Longitude]) / 1e4 } : undefined;

/** A pack ready to be searched. */
export class Directory {
  readonly rows: Row[];
  readonly head: Head;
  private readonly words: string[] = [];
  private readonly letters: number[] = [];
  // For each word the rows that have it and its weight there, by turns.
  private readonly postings: number[][] = [];
  // What every search asks of every row, worked out once.
  private readonly needs: Set<string>[];
  private readonly rowsOfNeed = new Map<string, number[]>();
  private readonly namesOfNeeds: { code: string; said: { word: string; letters: number }[] }[];
  private readonly points: (Point | undefined)[];
  /** The rows by their names. */
  private readonly byName: number[];
  private readonly holidays = new Map<string, Holidays>();
  private readonly states = new Map<string, State>();
  private statesAt = 0;
  private pointsOfTowns: Map<string, Point[]> | undefined;

  constructor(readonly kept: Kept, private readonly vocabulary: Vocabulary) {
    this.head = JSON.parse(kept.head) as Head;
    this.rows = kept.rows.map((row) => JSON.parse(row) as Row);
    const sets = new Map<string, Set<string>>();
    this.needs = this.rows.map((row) => {
      const needs = String(row[Field.Needs]);
      return sets.get(needs) ?? sets.set(needs, new Set(needs.split(" "))).get(needs)!;
    });
    this.needs.forEach((needs, place) => {
      for (const need of needs) (this.rowsOfNeed.get(need) ?? this.rowsOfNeed.set(need, []).get(need)!).push(place);
    });
    this.namesOfNeeds = vocabulary.needs.map(({ code, said }) => ({ code, said: said.map((word) => ({ word, letters: lettersOf(word) })) }));
    this.points = this.rows.map(pointOf);
    const names = this.rows.map((row) => plain(row[Field.Name]));
    this.byName = names.map((_, place) => place).sort((a, b) => names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : a - b);
    const places = new Map<string, number>();
    const weights: [Field, number][] = [[Field.Name, 4], [Field.Organization, 3], [Field.Description, 1], [Field.City, 1], [Field.Street, 1]];
    const folded = new Map<string, string[]>();
    this.rows.forEach((row, place) => {
      for (const [field, weight] of weights) {
        const text = plain(row[field]);
        let its = folded.get(text);
        if (!its) folded.set(text, its = fold(text).split(" ").map((word) => stem(word, vocabulary)));
        for (const word of its) {
          if (!word) continue;
          let at = places.get(word);
          if (at === undefined) {
            places.set(word, at = this.words.length);
            this.words.push(word);
            this.letters.push(lettersOf(word));
            this.postings.push([]);
          }
          // Rows come in order and heavy fields first: what this row has of the word already stands last and weighs as much or more.
          const posting = this.postings[at]!;
          if (posting[posting.length - 2] !== place) posting.push(place, weight);
        }
      }
    });
  }

  /** Towns by name, the pack's own first. */
  town(typed: string): { name: string; point: Point } | undefined {
    const name = fold(typed.split(",")[0]!);
    if (!name) return undefined;
    const own = this.towns().get(name) ?? [];
    const known = this.head.towns.find(([town]) => fold(town) === name)
      ?? (own.length ? undefined : this.head.towns.find(([town]) => closeness(name, fold(town)) >= .6));
    if (known) return { name: [...new Set([known[0], known[1]])].filter((part) => part).join(", "), point: { latitude: known[2] / 1e4, longitude: known[3] / 1e4 } };
    if (!own.length) return undefined;
    const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
    return { name: typed, point: { latitude: middle(own.map((point) => point.latitude)), longitude: middle(own.map((point) => point.longitude)) } };
  }

  /** Where a point is, by the nearest service and the nearest town that a pack knows. */
  where(point: Point): Where {
    const nearest = <T>(all: T[], at: (one: T, place: number) => Point | undefined): T | undefined => {
      let [best, least]: [T | undefined, number] = [undefined, Infinity];
      all.forEach((one, place) => {
        const its = at(one, place), metres = its ? metresBetween(point, its) : Infinity;
        if (metres < least) [best, least] = [one, metres];
      });
      return best;
    };
    const row = nearest(this.rows, (_, place) => this.points[place]);
    const town = nearest(this.head.towns, ([, , latitude, longitude]) => ({ latitude: latitude / 1e4, longitude: longitude / 1e4 }));
    return { country: row ? String(row[Field.Country]) : "", state: town?.[1] ?? "" };
  }

  /** The points of each town that rows name, by its folded name. */
  private towns(): Map<string, Point[]> {
    if (this.pointsOfTowns) return this.pointsOfTowns;
    const folded = new Map<string, string>(), towns = new Map<string, Point[]>();
    this.rows.forEach((row, place) => {
      const city = String(row[Field.City]), point = this.points[place];
      if (!city || !point) return;
      const name = folded.get(city) ?? folded.set(city, fold(city)).get(city)!;
      (towns.get(name) ?? towns.set(name, []).get(name)!).push(point);
    });
    return this.pointsOfTowns = towns;
  }

  holidaysOf(country: string): Holidays {
    let known = this.holidays.get(country);
    if (!known) {
      const days = new Set(this.head.holidays.filter(([of]) => of === country).map(([, date]) => dayOf(date)));
      this.holidays.set(country, known = { on: (day) => days.has(day), last: dayOf(this.head.holidaysUntil) });
    }
    return known;
  }

  /** The state of a row's door; the same hours in the same zone are worked out once a minute. */
  stateOf(row: Row, now: number): State {
    const minute = Math.floor(now / 60_000);
    if (minute !== this.statesAt) this.states.clear();
    this.statesAt = minute;
    const key = [row[Field.Hours], row[Field.Zone], row[Field.Country]].join("|");
    let state = this.states.get(key);
    if (!state) {
      const wall = row[Field.Hours] ? wallMinute(String(row[Field.Zone]), now) : undefined;
      this.states.set(key, state = wall === undefined ? { is: "unknown" } : stateAt(hoursOf(String(row[Field.Hours])), wall, this.holidaysOf(String(row[Field.Country]))));
    }
    return state;
  }

  /** What fits, nearest first where there is a place to start from, else by how well the words fit; what is alike by name. */
  search({ words, need, from, openAt }: Question): Found[] {
    const scores = this.scoresOf(words);
    const found: (Found & { key: number })[] = [];
    for (const place of this.byName) {
      if (scores && !scores[place] || need && !this.needs[place]!.has(need)) continue;
      const row = this.rows[place]!;
      if (openAt && (Number(row[Field.Flags]) & Flag.Suspended || this.stateOf(row, openAt).is === "closed")) continue;
      const hit: Found & { key: number } = { row, key: 0 };
      const point = this.points[place];
      if (from) {
        // What has no point of its own comes after all that have, by the tens of kilometres to its town.
        const metres = point && metresBetween(from, point);
        if (metres === undefined) hit.key = Infinity;
        else if (Number(row[Field.Flags]) & Flag.Approximate) hit.key = 1e9 + (hit.about = Math.ceil(metres / 10_000) * 10);
        else hit.key = hit.metres = metres;
      } else if (scores) hit.key = -scores[place]!;
      found.push(hit);
    }
    // Sorting keeps the order by name of those that are alike.
    return from || scores ? found.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0) : found;
  }

  /** For each row how well it has every word that is known here, 0 when it lacks one; words that nothing resembles are passed over as long as another is known. */
  private scoresOf(typed: string): Float64Array | undefined {
    const all = [...new Set(fold(typed).split(" "))].filter((word) => word).slice(0, MOST_WORDS);
    if (!all.length) return undefined;
    const telling = all.filter((word) => !this.vocabulary.small.includes(word));
    let total: Float64Array | undefined;
    for (const word of telling.length ? telling : all) {
      const found = this.scoresOfWord(stem(word, this.vocabulary));
      if (!found) continue;
      if (total) for (let row = 0; row < found.length; row++) total[row] = total[row]! && found[row]! && total[row]! + found[row]!;
      else total = found;
    }
    return total ?? new Float64Array(this.rows.length);
  }

  private scoresOfWord(word: string): Float64Array | undefined {
    const scores = new Float64Array(this.rows.length);
    let any = false;
    const add = (row: number, score: number): void => { if (scores[row]! < score) scores[row] = score; };
    const letters = lettersOf(word), most = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
    // Each slip loses at most one letter that was typed; more are missing, so it is another word.
    const isFar = (others: number): boolean => count(letters & ~others) > most;
    for (let at = 0; at < this.words.length; at++) {
      if (isFar(this.letters[at]!)) continue;
      const close = closeness(word, this.words[at]!);
      if (close <= 0) continue;
      any = true;
      const posting = this.postings[at]!;
      for (let i = 0; i < posting.length; i += 2) add(posting[i]!, posting[i + 1]! * close);
    }
    // One letter makes another word of a short one: only longer words are forgiven it when they name a need.
    const least = word.length >= 6 ? .6 : .8;
    for (const { code, said } of word.length >= 3 ? this.namesOfNeeds : []) {
      let close = 0;
      for (const name of said) if (!isFar(name.letters)) close = Math.max(close, closeness(word, name.word));
      if (close < least) continue;
      for (const row of this.rowsOfNeed.get(code) ?? []) {
        any = true;
        add(row, NEED_WEIGHT * close);
      }
    }
    return any ? scores : undefined;
  }
}
