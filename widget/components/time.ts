import type { Words } from '../text/words.ts';

const formats = new Map<string, Intl.DateTimeFormat>();
const kinds: Record<'time' | 'day' | 'weekday', Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  weekday: { weekday: 'long' },
};
function format(at: number, words: Words, kind: keyof typeof kinds) {
  const key = words.locale + kind;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(words.locale, kinds[kind]);
    formats.set(key, found);
  }
  return found.format(at);
}

/** A time that is none is drawn as nothing: whatever a desk said, the conversation stays readable. */
export const isTime = (at: number) => !Number.isNaN(new Date(at).getTime());

/** The time of day; empty for what is no time. @param at milliseconds since 1970 */
export const clock = (at: number, words: Words) => (isTime(at) ? format(at, words, 'time') : '');

export const isSameDay = (one: number, other: number) =>
  !isTime(one) || !isTime(other) || new Date(one).toDateString() === new Date(other).toDateString();

/** A day as it is named where it changes. */
export const dayName = (at: number, now: number, words: Words) =>
  isSameDay(at, now) ? words.today : format(at, words, 'day').replace(',', '');

const week = 6 * 86_400_000;

/** A time to come: today's by the clock, then by the day of the week, then by its date. @param now ours, both in milliseconds since 1970 */
export function timeToCome(at: number | null, now: number, words: Words): string | null {
  if (at === null || !isTime(at) || at <= now) return null;
  if (isSameDay(at, now)) return clock(at, words);
  return words.onDay(format(at, words, at - now < week ? 'weekday' : 'day').replace(',', ''), clock(at, words));
}

/** @param size in bytes */
export function fileSize(size: number): string {
  if (size < 1_000_000) return `${Math.max(1, Math.round(size / 1_000))} KB`;
  return `${(size / 1_000_000).toFixed(1)} MB`;
}
