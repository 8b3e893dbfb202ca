import type { Json } from './model.ts';
import { asFlag, isObject } from './values.ts';

/* The hours of an inbox, as its JSON has them. @see the recordings of scene 26 */

interface Hours {
  enabled: boolean;
  timezone: string;
  days: Json[];
}

export const readHours = (settings: Json): Hours => ({
  enabled: settings['working_hours_enabled'] === true,
  timezone: typeof settings['timezone'] === 'string' ? settings['timezone'] : 'UTC',
  days: (Array.isArray(settings['working_hours']) ? settings['working_hours'] : []).filter(isObject),
});

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Both bounds count: where 17:00 is the end, 17:00:00 is open. Without hours it is always open. */
export function isOpenAt({ enabled, timezone, days }: Hours, at: number): boolean {
  if (!enabled) return true;
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const day = days.find((one) => one['day_of_week'] === weekdays.indexOf(part('weekday')));
  if (!day || day['closed_all_day'] === true) return false;
  const second = (Number(part('hour')) * 60 + Number(part('minute'))) * 60 + Number(part('second'));
  const bound = (name: 'open' | 'close') => (Number(day[`${name}_hour`]) * 60 + Number(day[`${name}_minutes`])) * 60;
  return second >= bound('open') && second <= bound('close');
}

export function isTimezone(name: unknown): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: String(name) });
    return true;
  } catch {
    return false;
  }
}

/** A day without any hours, which Chatwoot trips over. */
export class NoHours extends Error {}

/**
 * The days with what a request sends of them. Hours that cannot be are not kept, and nobody is told.
 * @throws NoHours for an open day whose hours are null
 */
export function withHours(before: unknown, sent: unknown): unknown {
  const days = (Array.isArray(before) ? before : []).filter(isObject);
  const wanted = (Array.isArray(sent) ? sent : []).filter(isObject);
  return days.map((day) => {
    const change = wanted.find((one) => Number(one['day_of_week']) === day['day_of_week']);
    return change ? (dayWith(day, change) ?? day) : day;
  });
}

const numbers = ['open_hour', 'open_minutes', 'close_hour', 'close_minutes'] as const;

function dayWith(day: Json, change: Json): Json | undefined {
  const next: Json = { ...day };
  for (const name of numbers) if (name in change) next[name] = change[name] === null ? null : Number(change[name]);
  for (const name of ['closed_all_day', 'open_all_day']) if (name in change) next[name] = asFlag(change[name]);
  if (next['open_all_day'] === true && next['closed_all_day'] === true) return undefined;
  if (next['open_all_day'] === true)
    return { ...next, open_hour: 0, open_minutes: 0, close_hour: 23, close_minutes: 59 };
  if (next['closed_all_day'] === true) return next;
  const [openHour, openMinutes, closeHour, closeMinutes] = numbers.map((name) => next[name]);
  if (openHour === null || closeHour === null) throw new NoHours();
  const isHour = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 23;
  const isMinute = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 59;
  const fits = isHour(openHour) && isHour(closeHour) && isMinute(openMinutes) && isMinute(closeMinutes);
  const opens = Number(openHour) * 60 + Number(openMinutes);
  return fits && opens < Number(closeHour) * 60 + Number(closeMinutes) ? next : undefined;
}
