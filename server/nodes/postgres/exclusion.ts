import type { Patience } from '../../stores/postgres/examine.ts';
import { locks } from '../../stores/postgres/migrate.ts';
import type { Node } from '../node.ts';
import { createConnection } from './connection.ts';

/** How long one waits for the others, and how often it is looked, in milliseconds. */
const patienceMs = 30_000;
const lookEveryMs = 100;

/** One thing of a name at a time, whichever node does it: under a lock that is gone with the connection that took it. */
export function createExclusion(url: string, patience: Patience): Node['exclusively'] {
  return async (name, job) => {
    const connection = createConnection({ url, patience });
    const end = performance.now() + patienceMs;
    try {
      for (;;) {
        const [row] = await connection.run<{ isTaken: boolean }>(
          `SELECT pg_try_advisory_lock(${locks.setUp}, hashtext(current_schema() || ' ' || $1)) AS "isTaken"`,
          [name],
        );
        if (row?.isTaken) return await job();
        if (performance.now() > end) throw new Error(`another relay takes too long with ${name}`);
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      }
    } finally {
      await connection.close();
    }
  };
}
