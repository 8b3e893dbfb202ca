import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { openPostgres } from '../stores/postgres/postgres-store.ts';
import { openSqlite } from '../stores/sqlite/sqlite-store.ts';
import type { Store } from '../stores/store.ts';
import { createSchema } from './test-database.ts';

/** Where a test's relay keeps everything, over its restarts. */
export interface TestStore extends AsyncDisposable {
  /** A folder of the test's own. */
  readonly folder: string;
  open(log: Log): Promise<Store>;
}

/** Which store the relays of this run have: a project of its own runs the tests with PostgreSQL. */
export const isPostgres = process.env['TEST_STORE'] === 'postgres';

export async function createTestStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-'));
  const database = isPostgres ? await createSchema() : undefined;
  return {
    folder,
    open: async (log) =>
      database
        ? await openPostgres({ url: database.url, connections: 4, log })
        : openSqlite({ file: join(folder, 'baton.db'), log }),
    async [Symbol.asyncDispose]() {
      await database?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
