import { Client } from 'pg';
import { examine, type Patience, prepare, requireOwnSessions, usualPatience } from './examine.ts';
import { migrate, requireKnownVersion } from './migrate.ts';
import { connectionOptions, type Place } from './place.ts';
import { unavailable } from './database-errors.ts';

/** How long a server that is just starting is waited for, in milliseconds. */
const startingMs = 20_000;

/**
 * Looks at a database, and makes its tables what this program knows.
 * @param options.beside whether a relay may be running on it: its tables must be there, and are not brought up to date
 * @returns the connection on which that was done
 * @throws {RelayError} in one sentence, with what to do
 */
export async function openTables(
  url: string,
  place: Place,
  { patience = usualPatience, beside = false }: { patience?: Patience; beside?: boolean } = {},
) {
  const client = await connect(url, place, patience.firstConnect);
  try {
    await prepare(client, patience);
    const found = await examine(client, place);
    const other = await connect(url, place, patience.firstConnect);
    await requireOwnSessions(client, other, place).finally(() => other.end());
    await (beside ? requireKnownVersion(client, place) : migrate(client, place));
    return { client, found };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw unavailable(error, place);
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
