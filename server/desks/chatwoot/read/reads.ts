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
  const known = new Map<string, number>();
  return {
    upTo: (source) => known.get(source) ?? 0,
    sources: () => [...known.keys()],
    saw(source, id) {
      const before = known.get(source) ?? 0;
      known.delete(source);
      known.set(source, Math.max(before, id)); // the newest last, so that the first is the one to forget
      const first = known.keys().next();
      if (known.size > most && !first.done) known.delete(first.value);
    },
  };
}
