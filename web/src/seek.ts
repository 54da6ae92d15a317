// Finds services in a pack by words, need, distance and hours, as the node does (src/Guide/Finding), with nothing leaving the
// device. Words are compared with the vocabulary of the pack: a few thousand words, however many services.
import { fold } from "./fold";
import { Field, Flag, type Head, type Kept, type Row } from "./pack";
import type { Where } from "./told";
import { type Holidays, type Hours, type State, dayOf, hoursOf, stateAt } from "./hours";
import { wallMinute } from "./clock";

/** The names of needs and the stems of the words by which people name them, in every language, and what stems are made by. */
export interface Vocabulary { needs: { code: string; name: string; said: string[] }[]; small: string[]; prefixes: string[]; suffixes: string[] }

export interface Point { latitude: number; longitude: number }

export interface Question { words: string; need: string; from?: Point; openAt?: number }

export interface Found { row: Row; metres?: number; about?: number }

const EARTH = 6_371_008.8;
/** Behind every distance in metres stand those known by their town alone, by kilometres. */
const BY_TOWN = 1e9;
/** So many of an answer are picked out without putting all of it in order. */
const FEW = 25;
const NEED_WEIGHT = 2;
const MOST_WORDS = 12;

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

/**
 * Slips between two words (optimal string alignment), or one more than the most; no word is compared beyond its 64th letter.
 * A letter that stands farther from its place than the most slips is not looked at.
 */
function slips(a: string, b: string, most: number): number {
  const [long, wide] = [Math.min(a.length, LONGEST), Math.min(b.length, LONGEST)], tooMany = most + 1;
  if (Math.abs(a.length - b.length) > most) return tooMany;
  for (let j = 0; j <= Math.min(wide, tooMany); j++) last[j] = j;
  for (let i = 1; i <= long; i++) {
    const first = Math.max(1, i - most), end = Math.min(wide, i + most);
    current[first - 1] = first > 1 ? tooMany : i;
    let least = first > 1 ? tooMany : i;
    const letter = a.charCodeAt(i - 1), earlier = i > 1 ? a.charCodeAt(i - 2) : -1;
    for (let j = first; j <= end; j++) {
      const other = b.charCodeAt(j - 1);
      let value = Math.min(last[j]! + 1, current[j - 1]! + 1, last[j - 1]! + (letter === other ? 0 : 1));
      if (earlier === other && j > 1 && letter === b.charCodeAt(j - 2)) value = Math.min(value, before[j - 2]! + 1);
      current[j] = value;
      if (value < least) least = value;
    }
    if (least > most) return tooMany;
    if (end < wide) current[end + 1] = tooMany;
    const spare = before;
    before = last;
    last = current;
    current = spare;
  }
  return Math.min(last[wide]!, tooMany);
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

/** True when more letters of one are missing in the other than slips may lose. */
function lacks(letters: number, others: number, most: number): boolean {
  let left = letters & ~others;
  for (let slip = 0; slip < most; slip++) left &= left - 1;
  return left !== 0;
}

const radians = (degrees: number): number => degrees * Math.PI / 180;

/** Many points, and how far each is from another; NaN stands where there is none. */
class Points {
  private readonly latitudes: Float64Array;
  private readonly longitudes: Float64Array;
  private readonly cosines: Float64Array;

  constructor(points: (Point | undefined)[]) {
    this.latitudes = Float64Array.from(points, (point) => point ? point.latitude : NaN);
    this.longitudes = Float64Array.from(points, (point) => point ? point.longitude : NaN);
    this.cosines = this.latitudes.map((latitude) => Math.cos(radians(latitude)));
  }

  /** Metres from a place; cosine is that of its latitude. */
  metres(from: Point, cosine: number, place: number): number {
    const high = Math.sin(radians(this.latitudes[place]! - from.latitude) / 2), wide = Math.sin(radians(this.longitudes[place]! - from.longitude) / 2);
    return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(high * high + cosine * this.cosines[place]! * wide * wide)));
  }

  /** The nearest, or -1. */
  nearest(from: Point): number {
    const cosine = Math.cos(radians(from.latitude));
    let nearest = -1, least = Infinity;
    for (let place = 0; place < this.latitudes.length; place++) {
      const metres = this.metres(from, cosine, place);
      if (metres < least) [nearest, least] = [place, metres];
    }
    return nearest;
  }
}

export const pointOf = (row: Row): Point | undefined =>
  Number(row[Field.Flags]) & Flag.Placed ? { latitude: Number(row[Field.Latitude]) / 1e4, longitude: Number(row[Field.Longitude]) / 1e4 } : undefined;

/** What fits a question; put in order only as far as somebody reads on. */
export class Answer {
  private sorted: number[] | undefined;

  /** Places of rows in the order of their names, and by what they are put in order before that: none when names alone count. */
  constructor(private readonly places: Int32Array, private readonly keys: Float64Array | undefined, private readonly found: (place: number, key: number) => Found) {}

  get length(): number { return this.places.length; }

  /** From one to before another, best first; what is alike in the order of names. */
  slice(from: number, to: number): Found[] {
    const all = Math.min(to, this.length);
    const order = !this.keys ? undefined : all <= FEW ? this.best(this.keys, all) : this.inOrder(this.keys);
    const some: Found[] = [];
    for (let i = from; i < all; i++) {
      const at = order ? order[i]! : i;
      some.push(this.found(this.places[at]!, this.keys ? this.keys[at]! : 0));
    }
    return some;
  }

  private inOrder(keys: Float64Array): number[] {
    return this.sorted ??= Array.from(keys, (_, at) => at).sort((a, b) => keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b);
  }

  private best(keys: Float64Array, most: number): number[] {
    const best: number[] = [];
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at]!;
      if (best.length === most && !(key < keys[best[most - 1]!]!)) continue;
      let to = best.length < most ? best.length : most - 1;
      for (; to > 0 && key < keys[best[to - 1]!]!; to--) best[to] = best[to - 1]!;
      best[to] = at;
    }
    return best;
  }
}

/** A door with its hours: many rows share one. */
interface Door { text: string; zone: string; country: string; hours?: Hours; minute: number; state: State }

/** A pack ready to be searched. */
export class Directory {
  readonly rows: Row[];
  readonly head: Head;
  private readonly words: string[] = [];
  private readonly letters: Int32Array;
  // For each word the rows that have it and its weight there, by turns.
  private readonly postings: number[][] = [];
  // What every search asks of every row, worked out once.
  private readonly needs: Set<string>[];
  private readonly rowsOfNeed = new Map<string, number[]>();
  private readonly namesOfNeeds: { code: string; said: { word: string; letters: number }[] }[];
  private readonly flags: Uint8Array;
  private readonly points: Points;
  /** The rows by their names. */
  private readonly byName: number[];
  private readonly holidays = new Map<string, Holidays>();
  private readonly doors = new Map<string, Door>();
  private readonly doorOf: Door[];
  private pointsOfTowns: Map<string, Point[]> | undefined;
  private namesOfTowns: string[] | undefined;

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
    this.flags = Uint8Array.from(this.rows, (row) => Number(row[Field.Flags]));
    this.points = new Points(this.rows.map(pointOf));
    this.doorOf = this.rows.map((row) => this.door(row));
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
            this.postings.push([]);
          }
          // Rows come in order and heavy fields first: what this row has of the word already stands last and weighs as much or more.
          const posting = this.postings[at]!;
          if (posting[posting.length - 2] !== place) posting.push(place, weight);
        }
      }
    });
    this.letters = Int32Array.from(this.words, lettersOf);
  }

  /** Towns by name, the pack's own first. */
  town(typed: string): { name: string; point: Point } | undefined {
    const name = fold(typed.split(",")[0]!);
    if (!name) return undefined;
    const own = this.towns().get(name) ?? [], names = this.namesOfTowns ??= this.head.towns.map(([town]) => fold(town));
    const known = this.head.towns.find((_, place) => names[place] === name)
      ?? (own.length ? undefined : this.head.towns.find((_, place) => closeness(name, names[place]!) >= .6));
    if (known) return { name: [...new Set([known[0], known[1]])].filter((part) => part).join(", "), point: { latitude: known[2] / 1e4, longitude: known[3] / 1e4 } };
    if (!own.length) return undefined;
    const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
    return { name: typed, point: { latitude: middle(own.map((point) => point.latitude)), longitude: middle(own.map((point) => point.longitude)) } };
  }

  /** Where a point is, by the nearest service and the nearest town that a pack knows. */
  where(point: Point): Where {
    const row = this.rows[this.points.nearest(point)];
    const town = this.head.towns[new Points(this.head.towns.map(([, , latitude, longitude]) => ({ latitude: latitude / 1e4, longitude: longitude / 1e4 }))).nearest(point)];
    return { country: row ? String(row[Field.Country]) : "", state: town?.[1] ?? "" };
  }

  /** The points of each town that rows name, by its folded name. */
  private towns(): Map<string, Point[]> {
    if (this.pointsOfTowns) return this.pointsOfTowns;
    const folded = new Map<string, string>(), towns = new Map<string, Point[]>();
    this.rows.forEach((row) => {
      const city = String(row[Field.City]), point = pointOf(row);
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

  private door(row: Row): Door {
    const [text, zone, country] = [String(row[Field.Hours]), String(row[Field.Zone]), String(row[Field.Country])];
    const key = `${text}|${zone}|${country}`;
    let door = this.doors.get(key);
    if (!door) this.doors.set(key, door = { text, zone, country, minute: NaN, state: { is: "unknown" } });
    return door;
  }

  /** The state of a door, worked out once a minute. */
  private stateOfDoor(door: Door, now: number): State {
    const minute = Math.floor(now / 60_000);
    if (minute === door.minute) return door.state;
    const wall = door.text ? wallMinute(door.zone, now) : undefined;
    door.minute = minute;
    return door.state = wall === undefined ? { is: "unknown" } : stateAt(door.hours ??= hoursOf(door.text), wall, this.holidaysOf(door.country));
  }

  /** The state of a row's door. */
  stateOf = (row: Row, now: number): State => this.stateOfDoor(this.door(row), now);

  /** What fits, nearest first where there is a place to start from, else by how well the words fit; what is alike by name. */
  search({ words, need, from, openAt }: Question): Answer {
    const scores = this.scoresOf(words), cosine = from ? Math.cos(radians(from.latitude)) : 0;
    const places = new Int32Array(this.rows.length), keys = from || scores ? new Float64Array(this.rows.length) : undefined;
    let count = 0;
    for (const place of this.byName) {
      if (scores && !scores[place] || need && !this.needs[place]!.has(need)) continue;
      if (openAt && (this.flags[place]! & Flag.Suspended || this.stateOfDoor(this.doorOf[place]!, openAt).is === "closed")) continue;
      if (keys) keys[count] = from ? this.farness(from, cosine, place) : -scores![place]!;
      places[count++] = place;
    }
    return new Answer(places.subarray(0, count), keys?.subarray(0, count), (place, key) => {
      const row = this.rows[place]!;
      return !from || key === Infinity ? { row } : key >= BY_TOWN ? { row, about: key - BY_TOWN } : { row, metres: key };
    });
  }

  /** By what a row stands in the order of distances: what has no point of its own comes after all that have, by the tens of kilometres to its town. */
  private farness(from: Point, cosine: number, place: number): number {
    if (!(this.flags[place]! & Flag.Placed)) return Infinity;
    const metres = this.points.metres(from, cosine, place);
    return this.flags[place]! & Flag.Approximate ? BY_TOWN + Math.ceil(metres / 10_000) * 10 : metres;
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
    for (let at = 0; at < this.words.length; at++) {
      // Each slip loses at most one letter that was typed; more are missing, so it is another word.
      if (lacks(letters, this.letters[at]!, most)) continue;
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
      for (const name of said) if (!lacks(letters, name.letters, most)) close = Math.max(close, closeness(word, name.word));
      if (close < least) continue;
      for (const row of this.rowsOfNeed.get(code) ?? []) {
        any = true;
        add(row, NEED_WEIGHT * close);
      }
    }
    return any ? scores : undefined;
  }
}
