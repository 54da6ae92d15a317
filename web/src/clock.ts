// What the clocks of a place show, wherever the device is.

const clocks = new Map<string, { format: Intl.DateTimeFormat; at?: number; wall?: number }>();

/** The minute on the wall of a place, counted from 1970-01-01; nothing when this device knows no such zone. */
export function wallMinute(zone: string, now: number): number | undefined {
  const fixed = /^UTC([+-])(\d\d):(\d\d)$/.exec(zone);
  if (fixed) return Math.floor(now / 60_000) + (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]));
  try {
    let clock = clocks.get(zone);
    if (!clock) clocks.set(zone, clock = { format: new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }) });
    // Asked for every door of a list, and slow to work out.
    const minute = Math.floor(now / 60_000);
    if (clock.at !== minute) {
      const parts = Object.fromEntries(clock.format.formatToParts(now).map(({ type, value }) => [type, Number(value)])) as Record<string, number>;
      clock.wall = Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute) / 60_000;
      clock.at = minute;
    }
    return clock.wall;
  } catch {
    return undefined;
  }
}
