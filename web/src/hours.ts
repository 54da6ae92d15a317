// Whether a door is open, worked out on the device from rules in short (src/Guide/Offline/PackHours.cs), on the clock on the
// wall of the place. On the nights on which clocks are put forward or back a stay through the night may be told an hour wrong.

/** Minutes after midnight of the day on which it opens, and when it closes: above 1440 on the next day. */
interface Stay { opens: number; closes: number }

interface Rule {
  kind: string; interval: number; days: [number, number][]; monthDays: number[]; weekStart: number;
  first: number; last: number; validFrom: number; validTo: number; start: number; notOnHolidays: boolean; stay: Stay;
}

export interface Hours { rules: Rule[]; exceptions: { from: number; to: number; stays: Stay[] }[]; complete: boolean }

/** Known dates of public holidays; beyond the last of its years nothing is known of them. */
export interface Holidays { on: (day: number) => boolean; last: number }

export type State = { is: "unknown" } | { is: "open"; until?: number } | { is: "closed"; next?: number };

const DAY = 1440;
const HORIZON = 400;

/** Days since 1970-01-01. */
export const dayOf = (date: string): number => Math.floor(Date.parse(date) / 86_400_000);
/** Monday is 0; the first of January 1970 was a Thursday. */
export const weekday = (day: number): number => (day + 3) % 7;

const stayOf = (text: string): Stay => {
  const [opens, length] = text.split("+").map(Number) as [number, number];
  return { opens, closes: opens + length };
};

function ruleOf(text: string): Rule {
  const [rule, times] = text.split("@") as [string, string];
  const notOnHolidays = times.endsWith("h");
  const stay = stayOf(notOnHolidays ? times.slice(0, -1) : times);
  const always = { kind: "w", interval: 1, monthDays: [], weekStart: 0, first: -Infinity, last: Infinity, validFrom: -Infinity, validTo: Infinity, start: 0, notOnHolidays, stay };
  if (rule[0] === "w") return { ...always, days: [...rule.slice(1)].map((day) => [0, Number(day) - 1]) };
  const [head, days, monthDays, weekStart, start, until, count, validFrom, validTo] = rule.split("/") as [string, string, string, string, string, string, string, string, string];
  const made: Rule = {
    ...always,
    kind: head[0] === "v" ? "w" : head[0]!,
    interval: Number(head.slice(1)),
    days: days ? days.split(",").map((day) => { const [nth, name] = day.split("."); return [Number(nth), Number(name) - 1]; }) : [],
    monthDays: monthDays ? monthDays.split(",").map(Number) : [],
    weekStart: Number(weekStart) - 1,
    start: start ? dayOf(start) : dayOf("0001-01-01"),
    validFrom: validFrom ? dayOf(validFrom) : -Infinity,
    validTo: validTo ? dayOf(validTo) : Infinity,
  };
  let last = until ? dayOf(until) : Infinity;
  if (count) {
    let left = Number(count), day = made.start;
    for (; day <= made.start + 20_000; day++) if (falls(made, day) && --left === 0) break;
    last = Math.min(last, day);
  }
  made.first = Math.max(start ? made.start : -Infinity, made.validFrom);
  made.last = Math.min(last, made.validTo);
  return made;
}

function falls(rule: Rule, day: number): boolean {
  const name = weekday(day);
  if (rule.days.length && !rule.days.some(([, named]) => named === name)) return false;
  if (rule.kind === "d" && (day - rule.start) % rule.interval) return false;
  if (rule.kind === "w") {
    const week = rule.start - (weekday(rule.start) - rule.weekStart + 7) % 7;
    if (rule.interval > 1 && Math.trunc((day - week) / 7) % rule.interval) return false;
  }
  if (rule.kind !== "m" && !rule.monthDays.length) return true;
  const date = new Date(day * 86_400_000);
  const of = date.getUTCDate(), length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  if (rule.monthDays.length && !rule.monthDays.includes(of) && !rule.monthDays.includes(of - length - 1)) return false;
  if (rule.kind !== "m") return true;
  const begun = new Date(rule.start * 86_400_000);
  const months = (date.getUTCFullYear() - begun.getUTCFullYear()) * 12 + date.getUTCMonth() - begun.getUTCMonth();
  if (months % rule.interval) return false;
  const nth = Math.floor((of - 1) / 7) + 1, fromEnd = -(Math.floor((length - of) / 7) + 1);
  return !rule.days.length || rule.days.some(([which, named]) => named === name && (!which || which === nth || which === fromEnd));
}

/** Reads hours in short. */
export function hoursOf(text: string): Hours {
  const parts = text.split(" ").filter((part) => part);
  const exceptions = parts.filter((part) => part[0] === "x").map((part) => {
    const [dates, times] = part.slice(1).split("@") as [string, string?];
    const [from, to] = dates.split("~") as [string, string];
    return { from: dayOf(from), to: dayOf(to), stays: times ? times.split("&").map(stayOf) : [] };
  });
  return { rules: parts.filter((part) => /^[wvdm]/.test(part)).map(ruleOf), exceptions, complete: !parts.includes("?") };
}

const exceptionOn = (hours: Hours, day: number): Hours["exceptions"][0] | undefined => hours.exceptions.find(({ from, to }) => day >= from && day <= to);

/** The stays that begin on a day. */
function staysOn(hours: Hours, day: number, holidays: Holidays): Stay[] {
  const exception = exceptionOn(hours, day);
  if (exception) return exception.stays;
  return hours.rules.filter((rule) => day >= rule.first && day <= rule.last && falls(rule, day) && !(rule.notOnHolidays && holidays.on(day))).map(({ stay }) => stay);
}

/** The stays of a day, those that touch made one. */
export function dayHours(hours: Hours, day: number, holidays: Holidays): Stay[] {
  const merged: Stay[] = [];
  for (const stay of [...staysOn(hours, day, holidays)].sort((a, b) => a.opens - b.opens)) {
    const last = merged[merged.length - 1];
    if (last && stay.opens <= last.closes) last.closes = Math.max(last.closes, stay.closes);
    else merged.push({ ...stay });
  }
  return merged;
}

/** Whether anything is known of a day: not beyond what a schedule holds for, nor of holidays that nobody has told. */
export function isKnown(hours: Hours, day: number, holidays: Holidays): boolean {
  if (!hours.complete) return false;
  if (exceptionOn(hours, day)) return true;
  if (day > holidays.last && hours.rules.some((rule) => rule.notOnHolidays)) return false;
  return hours.rules.some((rule) => day >= rule.validFrom && day <= rule.validTo);
}

/** Open, closed or unknown at a minute of the wall clock, counted from 1970-01-01; times in the answer count likewise. */
export function stateAt(hours: Hours, minute: number, holidays: Holidays): State {
  const day = Math.floor(minute / DAY);
  const endAt = (at: number): number => {
    let end = at;
    for (let begun = Math.floor(at / DAY) - 1; begun <= Math.floor(at / DAY); begun++) {
      for (const { opens, closes } of staysOn(hours, begun, holidays)) {
        if (begun * DAY + opens <= at && begun * DAY + closes > end) end = begun * DAY + closes;
      }
    }
    return end;
  };
  let end = endAt(minute);
  if (end > minute) {
    while (end - minute < 8 * DAY) {
      const further = endAt(end);
      if (further === end) return { is: "open", until: end };
      end = further;
    }
    return { is: "open" };
  }
  if (!isKnown(hours, day, holidays)) return { is: "unknown" };
  for (let at = day; at <= day + HORIZON; at++) {
    const later = staysOn(hours, at, holidays).map(({ opens }) => at * DAY + opens).filter((opens) => opens > minute);
    if (later.length) return { is: "closed", next: Math.min(...later) };
  }
  return { is: "closed" };
}
