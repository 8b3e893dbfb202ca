import { BoundedMap } from './bounded-map.ts';

/**
 * Does a thing at most once in a while, mostly a line of the log about what others can make happen as often as they
 * like: neither the log nor the memory grows by it.
 * @param key what it is about
 * @param everyMs how often it may be done; `Infinity` is once
 * @param run does it; `times` is how often it was due since it was last done, this time included
 */
export type Throttle = (key: string, everyMs: number, run: (times: number) => void) => void;

/** More things than this are not told apart. */
const mostKeys = 1_000;

/**
 * @param now milliseconds, by any clock
 * @param newPerMinute how many things that were not done before are done in a minute, where strangers choose the keys
 */
export function createThrottle(now: () => number, newPerMinute = Infinity): Throttle {
  const known = new BoundedMap<string, { doneAt: number; times: number }>(mostKeys);
  let minute = { startedAt: -Infinity, done: 0 };
  return (key, everyMs, run) => {
    const at = now();
    const before = known.get(key);
    if (before && at - before.doneAt < everyMs) {
      before.times += 1;
      return;
    }
    if (at - minute.startedAt >= 60_000) minute = { startedAt: at, done: 0 };
    if (!before && (minute.done += 1) > newPerMinute) return;
    known.set(key, { doneAt: at, times: 0 });
    run((before?.times ?? 0) + 1);
  };
}
