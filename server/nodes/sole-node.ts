import type { Node } from './node.ts';

/** The only node there is: it holds everything, and there is nobody to tell anything. */
export function createSoleNode(): Node {
  const wanted = new Set<string>();
  const leases: Node['leases'] = {
    want(names, _share, holder) {
      for (const name of names) {
        if (wanted.has(name)) continue;
        wanted.add(name);
        holder.gained(name);
      }
    },
    held: (name) => (wanted.has(name) ? null : undefined),
    async [Symbol.asyncDispose]() {
      wanted.clear();
    },
  };
  return {
    isSole: true,
    family: undefined,
    exclusively: (_name, job) => job(),
    // What is counted in this process alone is counted elsewhere.
    count: async () => ({ times: 0, restMs: 0 }),
    leases,
    news: { tell() {}, hear: () => ({ [Symbol.dispose]() {} }) },
    isWell: () => true,
    [Symbol.asyncDispose]: leases[Symbol.asyncDispose],
  };
}
