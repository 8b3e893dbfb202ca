import { chance, type Switches } from './switches.ts';

/* What the switches call chance: the same seed gives the same numbers again. */

/** Numbers from 0 to 1, anew from the beginning where the seed is set to another one. */
export function createDice(switches: Pick<Switches, 'seed'>): () => number {
  let { seed } = switches;
  let roll = chance(seed);
  return () => {
    if (seed !== switches.seed) roll = chance((seed = switches.seed));
    return roll();
  };
}

/** The longest that things wait for others to be mixed with, milliseconds. */
const longestMs = 200;

/** Collects some things, and lets them go in another order. */
export function createBatch<T>(dice: () => number, go: (one: T) => void) {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | undefined;

  function release(): void {
    clearTimeout(timer);
    timer = undefined;
    const mixed = waiting.map((one) => ({ one, order: dice() })).sort((a, b) => a.order - b.order);
    waiting = [];
    for (const { one } of mixed) go(one);
  }

  return {
    size: () => waiting.length,
    /** @param most how many are mixed at a time */
    add(one: T, most: number): void {
      waiting.push(one);
      if (waiting.length >= most) return release();
      timer ??= setTimeout(release, longestMs);
    },
    release,
    clear(): void {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
