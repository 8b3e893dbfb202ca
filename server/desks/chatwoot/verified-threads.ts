import { BoundedMap } from '../../bounded-map.ts';

/**
 * Threads whose number was seen to be theirs since the desk was last away: a desk restored from a backup may have given
 * the number to somebody else.
 */
export interface VerifiedThreads {
  has(source: string): boolean;
  add(source: string): void;
  /** The desk was away. */
  forget(): void;
}

/** So many threads are kept in mind. */
const most = 10_000;

export function createVerifiedThreads(): VerifiedThreads {
  const sources = new BoundedMap<string, true>(most);
  return {
    has: (source) => sources.has(source),
    add: (source) => void sources.set(source, true),
    forget: () => sources.clear(),
  };
}
