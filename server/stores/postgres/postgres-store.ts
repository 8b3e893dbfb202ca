import { Client, Pool } from 'pg';
import { type Log, silent } from '../../log.ts';
import { toDecision } from './decision.ts';
import { examine, type Patience, prepare, usualPatience } from './examine.ts';
import { migrate, requireKnownVersion } from './migrate.ts';
import { connectionOptions, type Place, placeOf, serverOf } from './place.ts';
import type { Store } from '../store.ts';
import { createReader } from './reader.ts';
import { createRemoval } from './removal.ts';
import { unavailable } from './weather.ts';
import { createWriteQueue } from './write-queue.ts';
import { openWriteSession } from './write-session.ts';

/** How long a server that is just starting is waited for, in milliseconds. */
const startingMs = 20_000;

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
  const found = await setUp(url, place, patience, beside);
  const session = openWriteSession({ url, place, lock: beside ? 'own' : alone ? 'alone' : 'shared', patience, log });
  await session.run({ text: 'SELECT 1' });
  const pool = new Pool({
    ...connectionOptions(url),
    max: Math.max(1, connections - 1),
    connectionTimeoutMillis: patience.connect,
    query_timeout: patience.answer,
    // It waits for what is given back.
    onConnect: (client): unknown => prepare(client, patience),
  });
  // One that was idle: the next question makes another.
  pool.on('error', () => undefined);
  const queue = createWriteQueue(session, place, patience.settle);
  const removal = createRemoval(session, place);
  log.debug?.({ server: serverOf(place), database: place.database, ...found }, 'the database is open');
  let closing: Promise<void> | undefined;
  return {
    ...createReader(pool, place),
    dropSessions: removal.dropSessions,
    async commit(id, expectedVersion, changes, fence) {
      if (changes.remove) return removal.remove(id, expectedVersion, fence ?? null);
      return queue.write(toDecision(id, expectedVersion, changes, fence));
    },
    async set(name, value) {
      await queue.write({ name, value });
    },
    async close() {
      closing ??= (async () => {
        await queue.drain();
        await pool.end();
        await session.close();
      })();
      await closing;
    },
  };
}

/** Looks at the database, and makes its tables what this program knows. */
async function setUp(
  url: string,
  place: Place,
  patience: Patience,
  beside: boolean,
): Promise<{ version: string; synchronous: string }> {
  const client = await connect(url, place, patience.firstConnect);
  try {
    await prepare(client, patience);
    const found = await examine(client, place);
    await (beside ? requireKnownVersion(client, place) : migrate(client, place));
    return found;
  } catch (error) {
    throw unavailable(error, place);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function connect(url: string, place: Place, patienceMs: number): Promise<Client> {
  const end = performance.now() + startingMs;
  for (;;) {
    let client: Client | undefined;
    try {
      client = new Client({ ...connectionOptions(url), connectionTimeoutMillis: patienceMs });
      client.on('error', () => undefined); // what is asked then fails, too
      await client.connect();
      return client;
    } catch (error) {
      client?.end().catch(() => undefined);
      const isStarting = (error as { code?: unknown }).code === '57P03';
      if (!isStarting || performance.now() > end) throw unavailable(error, place);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
