// What staff have written for readers of an area for some days, as a pack brings it.

export interface Told {
  from: string; until: string; title: string; text: string; language: string; urgent: boolean;
  /** Seconds since 1970 of its first moment and of the first after its last, by the clocks of its area; packs from before have none. */
  begins?: number; ends?: number;
  /** True for what a machine translated and nobody has read over. */
  unread?: boolean;
  /** For whom and on which days, in words. */
  when?: string;
  /** Two letters, and the name of the area of the first level; empty for everywhere, and for all of a country. */
  country?: string; state?: string;
}

/** Where a reader is, as far as a pack knows it: the country of the nearest service, and the state of the nearest town. */
export interface Where { country: string; state: string }

const HOUR = 3600, DAY = 24 * HOUR;
const midnight = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 1000;

/** True on the days of a notice, at a moment in milliseconds: the rule of the node (src/Guide/Notices/NoticeSpan.cs). */
export const isTold = (notice: Pick<Told, "from" | "until" | "begins" | "ends">, now: number): boolean =>
  now / 1000 >= (notice.begins ?? midnight(notice.from) - 14 * HOUR) && now / 1000 < (notice.ends ?? midnight(notice.until) + DAY + 12 * HOUR);

/** True for what concerns a place; where nobody knows better, it does. Names are compared as they are folded. */
export const concerns = ({ country, state }: Pick<Told, "country" | "state">, where: Where, fold: (text: string) => string): boolean =>
  (!country || !where.country || country === where.country) && (!state || !where.state || fold(state) === fold(where.state));
