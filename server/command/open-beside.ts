import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, type Config } from '../config.ts';
import type { Environment } from '../config/environment.ts';
import { RelayError } from '../errors.ts';
import { openPostgres } from '../stores/postgres/postgres-store.ts';
import { openSqlite } from '../stores/sqlite/sqlite-store.ts';
import type { Store } from '../stores/store.ts';

/** The configuration and the store, while a relay may be running on it. */
export interface Beside extends AsyncDisposable {
  config: Config;
  store: Store;
}

/** @throws {RelayError} where the configuration is wrong, or there is no database yet */
export async function openBeside(env: Environment): Promise<Beside> {
  const config = readConfig({ env });
  const store = await openStore(config);
  return { config, store, [Symbol.asyncDispose]: () => store.close() };
}

async function openStore({ data, database: { url } }: Config): Promise<Store> {
  if (url !== undefined) return openPostgres({ url, connections: 2, beside: true });
  const file = join(data, 'baton.db');
  if (!existsSync(file)) {
    throw new RelayError(`there is no database at ${file}`, { remedy: 'start the relay once, or set DATA_DIR' });
  }
  return openSqlite({ file, beside: true });
}
