import type { Held } from '../../nodes/leases.ts';
import type { Committed } from '../store.ts';
import type { Place } from './place.ts';
import { unavailable } from './database-errors.ts';
import type { WriteSession } from './write-session.ts';

/* What is taken away, each by a statement of its own: it is seldom, and nobody waits for it. */

interface Removal {
  /** A conversation with everything that is kept of it. */
  remove(id: string, expectedVersion: number, fence: Held): Promise<Committed>;
  dropSessions(hashes: readonly string[]): Promise<void>;
}

const tables = ['log', 'state', 'session', 'work', 'desk_thread', 'desk_message'];
const parts = tables.map(
  (name) => `of_${name} AS (DELETE FROM ${name} USING gone WHERE ${name}.conversation = gone.num)`,
);
const remove = `WITH held AS (SELECT FROM lease WHERE name = $3 AND fence = $4 FOR SHARE),
  gone AS (DELETE FROM conversation
    WHERE id = $1 AND version = $2 AND ($3::text IS NULL OR EXISTS (SELECT FROM held)) RETURNING num),
  ${parts.join(',\n  ')}
  SELECT (SELECT count(*) FROM gone) AS gone, (SELECT version FROM conversation WHERE id = $1) AS version`;

export function createRemoval(session: WriteSession, place: Place): Removal {
  async function run<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    try {
      return await session.run<Row>({ name, text, values });
    } catch (error) {
      throw unavailable(error, place);
    }
  }
  return {
    async remove(id, expectedVersion, fence) {
      const [found] = await run<{ gone: number; version: number | null }>('remove', remove, [
        id,
        expectedVersion,
        fence?.lease ?? null,
        fence?.number ?? null,
      ]);
      if (found?.gone) return 'ok';
      return fence !== null && found?.version === expectedVersion ? 'fenced' : 'stale';
    },
    async dropSessions(hashes) {
      if (hashes.length > 0) await run('drop_sessions', 'DELETE FROM session WHERE hash = ANY ($1)', [hashes]);
    },
  };
}
