import type { Words } from '../text/words.ts';
import { clock, isTime } from './time.ts';

/** A time of day; nothing where it is none. @param at milliseconds since 1970 */
export function Time({ at, words }: { at: number; words: Words }) {
  return isTime(at) ? <time dateTime={new Date(at).toISOString()}>{clock(at, words)}</time> : null;
}
