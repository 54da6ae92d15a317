// Says in words whether a door is open, as src/Guide/Schedules/HoursInWords.cs does.
import type { State } from "./hours";
import { weekday } from "./hours";
import { comma, t } from "./said";

const DAY = 1440;

/** "9:00"; midnight at the end of a day has its own word. */
export function time(minutes: number): string {
  if (minutes === DAY) return t("hours.midnight");
  const of = minutes % DAY, h = Math.floor(of / 60), minute = of % 60;
  return t(minute ? "hours.time" : "hours.time.full", { h, mm: String(minute).padStart(2, "0") });
}

// Some languages say one o'clock in the singular.
const at = (key: string, minutes: number): string =>
  minutes === DAY ? t(`${key}.midnight`) : t(Math.floor(minutes / 60) === 1 ? `${key}.one` : key, { time: time(minutes) });

/** "3 December". */
export function shortDate(day: number): string {
  const date = new Date(day * 86_400_000);
  return t(date.getUTCDate() === 1 ? "hours.date.first" : "hours.date", { day: date.getUTCDate(), month: t(`date.month.${date.getUTCMonth() + 1}`) });
}

function until(end: number, now: number): string {
  const midnight = end % DAY === 0;
  const day = Math.floor((midnight ? end - 1 : end) / DAY), minutes = midnight ? DAY : end % DAY;
  const away = day - Math.floor(now / DAY), when = at("hours.at", minutes);
  if (away === 0) return at("hours.until", minutes);
  if (away === 1) return t("hours.until.tomorrow", { at: when });
  return away < 7 ? t("hours.until.weekday", { day: t(`hours.day.${weekday(day) + 1}`), at: when }) : t("hours.until.date", { date: shortDate(day), at: when });
}

function opens(next: number, now: number): string {
  const day = Math.floor(next / DAY), away = day - Math.floor(now / DAY);
  const values = { at: at("hours.at", next % DAY), on: t(`hours.on.${weekday(day) + 1}`), date: shortDate(day) };
  return t(`hours.opens.${away === 0 ? "today" : away === 1 ? "tomorrow" : away < 7 ? "weekday" : "date"}`, values);
}

/** "Open now, until 17:00". */
export function inWords(state: State, now: number, canBeCalled: boolean): string {
  if (state.is === "open") return state.until === undefined ? t("hours.open_endless") : t("hours.open_now", { until: until(state.until, now) });
  if (state.is === "closed") return state.next === undefined ? t("hours.closed_no_next") : opens(state.next, now);
  return t(canBeCalled ? "hours.unknown_call" : "hours.unknown");
}

/** "9:00–12:00, 14:00–17:00"; empty when there are none. */
export const ranges = (stays: { opens: number; closes: number }[]): string => stays.map((stay) =>
  stay.opens === 0 && stay.closes === DAY ? t("hours.all_day")
    : t(stay.closes > DAY ? "hours.range.next_day" : "hours.range", { from: time(stay.opens), to: time(stay.closes > DAY ? stay.closes - DAY : stay.closes) })).join(comma);
