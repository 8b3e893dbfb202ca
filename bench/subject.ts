import type { Section } from './numbers.ts';

/** One thing that the bench measures, with programs of its own. */
export interface Subject {
  /** What `--only` calls it: the numbers of its goals, or a word. */
  names: readonly string[];
  what: string;
  measure(run: Run): Promise<Findings>;
}

export interface Run {
  quick: boolean;
  /** A folder for CPU profiles of the relay. */
  profile: string | undefined;
  /** Tells how far it is. */
  say(what: string): void;
}

export interface Findings {
  sections: readonly Section[];
  /** Sentences below the table. */
  notes?: readonly string[];
}

/** So many rounds, one after the other. */
export async function rounds<T>(count: number, one: (round: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let round = 0; round < count; round += 1) all.push(await one(round));
  return all;
}
