import { BoundedMap } from '../../bounded-map.ts';

/** Up to where threads were read by this process; after a start the cursor, which trails, has to do. */
export interface Reads {
  upTo(source: string): number;
  saw(source: string, id: number): void;
  /** Of all threads that were read. */
  sources(): string[];
}

/** So many threads are kept in mind. */
const most = 10_000;

export function createReads(): Reads {
  const known = new BoundedMap<string, number>(most);
  return {
    upTo: (source) => known.get(source) ?? 0,
    sources: () => [...known.keys()],
    saw: (source, id) => void known.set(source, Math.max(known.get(source) ?? 0, id)),
  };
}
