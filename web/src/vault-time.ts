// Days and moments of kept cases by the clocks of the node, as its pages say them (src/Platform/Clocks, src/Platform/Languages/MomentWords.cs).
import { wallMinute } from "./clock";
import { formatsOf } from "./page";
import { comma, counted, t } from "./said";

const MINUTE = 60_000, HOUR = 60, DAY = 24 * HOUR;

/** The zone of the node, as the page says it. */
const zoneOfNode = (): string => document.getElementById("vault")?.dataset.zone ?? "UTC";

/** Minutes by which the clocks of a zone are ahead of UTC; where the device does not know it, those of its own. */
const ahead = (zone: string, at: number): number => (wallMinute(zone, at) ?? Math.floor(at / MINUTE) - new Date(at).getTimezoneOffset()) - Math.floor(at / MINUTE);

/** What the clocks show, as if it were UTC. */
export const wall = (at = Date.now(), zone = zoneOfNode()): Date => new Date(at + ahead(zone, at) * MINUTE);

const iso = (day: Date): string => day.toISOString().slice(0, 10);

/** The day of a moment. */
export const dayAt = (at: number, zone = zoneOfNode()): string => iso(wall(at, zone));

/** The day so many days from today. */
export const dayIn = (days: number): string => iso(new Date(wall().getTime() + days * DAY * MINUTE));

/** The first moment of a day, as programs write it; of a midnight that clocks pass over, the moment when they do. */
export function startOf(day: string, zone = zoneOfNode()): string {
  const shown = Date.parse(`${day}T00:00:00Z`), [before, after] = [shown - DAY * MINUTE, shown + DAY * MINUTE].map((at) => ahead(zone, at)) as [number, number];
  const [first, second] = [before, after].map((minutes) => shown - minutes * MINUTE) as [number, number];
  return new Date(ahead(zone, first) !== before && ahead(zone, second) === after ? second : first).toISOString();
}

/** What the clocks show, and how far they are from UTC: 08:00 (UTC−6). */
export function clockAt(at: number, zone = zoneOfNode()): string {
  const off = ahead(zone, at), size = Math.abs(off), rest = size % HOUR;
  return wall(at, zone).toISOString().slice(11, 16) + (off === 0 ? " UTC" : ` (UTC${off < 0 ? "−" : "+"}${Math.floor(size / HOUR)}${rest ? `:${String(rest).padStart(2, "0")}` : ""})`);
}

/** A moment with its day. */
export const moment = (time: string): string =>
  `${wall(Date.parse(time)).toLocaleDateString(formatsOf(document.documentElement.lang), { dateStyle: "medium", timeZone: "UTC" })}, ${clockAt(Date.parse(time))}`;

function span(minutes: number): string {
  const hours = Math.floor(minutes / HOUR), rest = minutes % HOUR;
  return minutes < HOUR ? counted("time.minutes", minutes)
    : minutes < 6 * HOUR && rest ? t("time.and", { hours: counted("time.hours", hours), minutes: counted("time.minutes", rest) })
    : minutes < 2 * DAY ? counted("time.hours", hours) : counted("time.days", Math.floor(minutes / DAY));
}

/** How far away a moment is: in 2 hours, 3 days ago. */
export function away(at: number, now = Date.now()): string {
  const off = at - now, minutes = Math.round(Math.abs(off) / MINUTE);
  return minutes === 0 ? t("time.now") : t(off > 0 ? "time.in" : "time.ago", { span: span(minutes) });
}

/** A moment until which something is to be done, and how far away it is. */
export const due = (time: string): string => `${moment(time)}${comma}${away(Date.parse(time))}`;
