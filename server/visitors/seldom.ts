import { BoundedMap } from '../bounded-map.ts';

/**
 * Says a thing at most once in a while, for what strangers can make happen as often as they like: neither the log nor
 * the memory grows by it.
 * @param key what it is about
 * @param everyMs how often it may be said
 * @param say writes the line; `times` is how often it happened since it was last said, this time included
 */
type Seldom = (key: string, everyMs: number, say: (times: number) => void) => void;

/** More things than this are not told apart. */
const mostKeys = 1_000;

/**
 * @param now milliseconds since 1970
 * @param newPerMinute how many things that were not said before are said in a minute, where strangers choose the keys
 */
export function createSeldom(now: () => number, newPerMinute = Infinity): Seldom {
  const known = new BoundedMap<string, { saidAt: number; times: number }>(mostKeys);
  let minute = { startedAt: -Infinity, said: 0 };
  return (key, everyMs, say) => {
    const at = now();
    const before = known.get(key);
    if (before && at - before.saidAt < everyMs) {
      before.times += 1;
      return;
    }
    if (at - minute.startedAt >= 60_000) minute = { startedAt: at, said: 0 };
    if (!before && (minute.said += 1) > newPerMinute) return;
    known.set(key, { saidAt: at, times: 0 });
    say((before?.times ?? 0) + 1);
  };
}
