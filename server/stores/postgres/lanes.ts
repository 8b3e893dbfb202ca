import { Pool, type PoolConfig, type QueryConfig } from 'pg';

/*
 * Connections for reading. What is asked about one thing goes by one of them, and so is answered in the order of asking:
 * two words that arrive one after the other shall not overtake each other while something is looked up for each.
 */

export interface Lanes {
  /** @param key what is asked about */
  run<Row extends object>(key: string, query: QueryConfig): Promise<Row[]>;
  end(): Promise<void>;
}

export function openLanes(count: number, options: PoolConfig): Lanes {
  const lanes = Array.from({ length: count }, () => {
    const lane = new Pool({ idleTimeoutMillis: 60_000, ...options, max: 1 });
    // It was idle: the next question makes another connection.
    lane.on('error', () => undefined);
    return lane;
  });
  return {
    async run<Row extends object>(key: string, query: QueryConfig) {
      const lane = lanes[hash(key) % count];
      if (!lane) throw new Error('there is no connection to read with'); // there is one at least
      return (await lane.query<Row>(query)).rows;
    },
    end: async () => void (await Promise.all(lanes.map((lane) => lane.end()))),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
