import { type Log, silent } from '../../log.ts';
import { toDecision } from './decision.ts';
import { type Patience, prepare, usualPatience } from './examine.ts';
import { openLanes } from './lanes.ts';
import { openTables } from './open-tables.ts';
import { connectionOptions, placeOf, serverOf } from './place.ts';
import type { Store } from '../store.ts';
import { createReader } from './reader.ts';
import { createRemoval } from './removal.ts';
import { unavailable } from './database-errors.ts';
import { createWriteQueue } from './write-queue.ts';
import { openWriteSession } from './write-session.ts';

/**
 * Opens the store in a database of PostgreSQL, whose tables are made where there are none.
 * @param options.connections how many are open at the most; one of them writes
 * @param options.beside whether a relay may be running on it: its tables must be there, and are not brought up to date
 * @param options.alone whether no other relay may share the tables
 * @throws {RelayError} in one sentence, with what to do: it cannot be reached, refuses us, is too old, is not ours …
 */
export async function openPostgres({
  url,
  connections = 10,
  alone = true,
  patience = usualPatience,
  log = silent,
  beside = false,
}: {
  url: string;
  connections?: number;
  alone?: boolean;
  patience?: Patience;
  log?: Log;
  beside?: boolean;
}): Promise<Store> {
  const place = placeOf(url);
  const { client, found } = await openTables(url, place, { patience, beside });
  await client.end();
  const session = openWriteSession({ url, place, lock: beside ? 'own' : alone ? 'alone' : 'shared', patience, log });
  await session.run({ text: 'SELECT 1' });
  const lanes = openLanes(Math.max(1, connections - 1), {
    ...connectionOptions(url),
    connectionTimeoutMillis: patience.connect,
    query_timeout: patience.answer,
    // It waits for what is given back.
    onConnect: (client): unknown => prepare(client, patience),
  });
  const queue = createWriteQueue(session, place, patience.settle);
  const removal = createRemoval(session, place);
  log.debug?.({ server: serverOf(place), database: place.database, ...found }, 'the database is open');
  const reader = createReader(lanes, place);
  let closing: Promise<void> | undefined;
  return {
    ...reader,
    dropSessions: removal.dropSessions,
    async commit(id, expectedVersion, changes, fence) {
      if (changes.remove) return removal.remove(id, expectedVersion, fence ?? null);
      return queue.write(toDecision(id, expectedVersion, changes, fence));
    },
    async set(name, value) {
      await queue.write({ name, value });
    },
    async setOnce(name, value) {
      const known = await reader.setting(name);
      if (known !== undefined) return known;
      try {
        const text = 'INSERT INTO setting VALUES ($1, $2) ON CONFLICT (name) DO NOTHING';
        await session.run({ text, values: [name, value] });
      } catch (error) {
        throw unavailable(error, place);
      }
      return (await reader.setting(name)) ?? value;
    },
    // The server cleans its files up by itself, and nobody holds it up for long.
    purge: async () => true,
    async close() {
      closing ??= (async () => {
        await queue.drain();
        await lanes.end();
        await session.close();
      })();
      await closing;
    },
  };
}
