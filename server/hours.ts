/* When people are there: hours of a week in a time zone, and days on which nobody is. Pure. */

/** From and to in minutes after the midnight that the day begins with; over midnight `to` is more than a day's. */
export interface Span {
  /** 0 is Sunday, as in `Date`. */
  day: number;
  from: number;
  to: number;
}

export interface Hours {
  /** IANA: `Europe/Berlin`. */
  zone: string;
  week: readonly Span[];
  /** Days on which nobody is there, as `2026-12-25`. */
  closed: readonly string[];
}

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
/** Nobody plans further ahead, and hours that never come are found before a visitor asks. */
const mostDays = 400;

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...numeric, hourCycle: 'h23' });
  formats.set(zone, made);
  return made;
}

export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What a clock on the wall there shows, as the time that UTC would have then. */
function wallTime(zone: string, at: number): number {
  const found = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => found.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/** When a clock on the wall there shows that. An hour that is skipped in spring is the one after it. */
function timeAt(zone: string, wall: number): number {
  const guess = wall - (wallTime(zone, wall) - wall);
  return guess - (wallTime(zone, guess) - wall);
}

/** Each stretch of opening that begins on this day there, as wall time. @param midnight of the day, as wall time */
function stretches({ week, closed }: Hours, midnight: number): { from: number; to: number }[] {
  const date = new Date(midnight);
  if (closed.includes(date.toISOString().slice(0, 10))) return [];
  return week
    .filter(({ day }) => day === date.getUTCDay())
    .map(({ from, to }) => ({ from: midnight + from * minuteMs, to: midnight + to * minuteMs }));
}

/**
 * When people are there next: now, where they are there.
 * @param at milliseconds since 1970
 * @returns null where they are never there again
 */
export function opensAt(hours: Hours, at: number): number | null {
  const wall = wallTime(hours.zone, at);
  const midnight = wall - (wall % (dayMinutes * minuteMs));
  // What began yesterday may go on over midnight.
  for (let day = -1; day < mostDays; day += 1) {
    const left = stretches(hours, midnight + day * dayMinutes * minuteMs)
      .filter(({ to }) => wall < to)
      .sort((one, other) => one.from - other.from);
    const [next] = left;
    if (next) return next.from <= wall ? at : timeAt(hours.zone, next.from);
  }
  return null;
}
