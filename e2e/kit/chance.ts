/** Chance that repeats itself with its seed (mulberry32). */
export interface Chance {
  /** From 0 up to 1. */
  (): number;
  between(from: number, to: number): number;
  oneOf<T>(list: readonly [T, ...T[]]): T;
  /** Another one for a part of the whole: what one part asks for does not move the others. */
  of(part: string): Chance;
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
  return Object.assign(next, {
    between: (from: number, to: number) => from + next() * (to - from),
    oneOf: <T>(list: readonly [T, ...T[]]) => list[Math.floor(next() * list.length)] ?? list[0],
    of(part: string) {
      let own = seed >>> 0;
      for (const letter of part) own = Math.imul(own ^ letter.charCodeAt(0), 0x01000193) >>> 0;
      return createChance(own);
    },
  });
}
