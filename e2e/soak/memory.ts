/* Whether the memory of a process grows, and what processor it takes. */

export interface Sample {
  /** Since the beginning of the run, in seconds. */
  at: number;
  megabytes: number;
  /** What it has used of a processor since its start. */
  cpuSeconds: number;
}

/** A process from its start to its end. */
export type Life = readonly Sample[];

/** What is younger is still warming up, in seconds. */
const warmSeconds = 45;
/** A life shorter than this says nothing, in seconds. */
const leastSeconds = 150;
/** Between its first and its last third it may grow by so much: a part of it, and megabytes on top. */
const growth = { part: 0.1, megabytes: 4 };

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

export interface Verdict {
  is: 'flat' | 'grows' | 'too short to tell';
  from: number;
  to: number;
  seconds: number;
}

const lengthOf = (life: Life) => (life.at(-1)?.at ?? 0) - (life[0]?.at ?? 0);

export const longestOf = (lives: readonly Life[]): Life =>
  [...lives].sort((a, b) => lengthOf(b) - lengthOf(a))[0] ?? [];

/** Between a life's first sample and its last: 0.5 is half of a processor. */
export const cpuShare = (life: Life): number =>
  ((life.at(-1)?.cpuSeconds ?? 0) - (life[0]?.cpuSeconds ?? 0)) / Math.max(1, lengthOf(life));

/** Looks at the longest of several lives. */
export function judgeMemory(lives: readonly Life[]): Verdict {
  const longest = longestOf(lives);
  const seconds = lengthOf(longest);
  const warm = longest.filter(({ at }) => at - (longest[0]?.at ?? 0) >= warmSeconds).map((each) => each.megabytes);
  const third = Math.max(1, Math.floor(warm.length / 3));
  const [from, to] = [median(warm.slice(0, third)), median(warm.slice(-third))];
  if (seconds < leastSeconds) return { is: 'too short to tell', from, to, seconds };
  return { is: to > from * (1 + growth.part) + growth.megabytes ? 'grows' : 'flat', from, to, seconds };
}

/** One life in a line: at most so many of its samples, with the moments. */
export function curve(life: Life, most = 8): string {
  const step = Math.max(1, Math.ceil(life.length / most));
  const shown = life.filter((_, index) => index % step === 0);
  return shown.map(({ at, megabytes }) => `${Math.round(at)} s ${Math.round(megabytes)}`).join(', ');
}
