import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { RelayError } from '../../errors.ts';
import { order, type Row, tables, type Whole } from '../whole.ts';
import { openSqlite } from './sqlite-store.ts';

/**
 * Opens a database to be read whole. It is brought up to date first, and no relay can run on it meanwhile.
 * @throws {RelayError} where there is none, where a relay is running on it, or as `openSqlite`
 */
export async function openWhole(file: string): Promise<Whole> {
  if (!existsSync(file)) {
    throw new RelayError(`there is no database at ${file}`, {
      remedy: 'run this where baton.yaml is, or set BATON_CONFIG to its path, or DATA_DIR',
    });
  }
  const store = await openSqlite({ file });
  const db = new Sqlite(file, { readonly: true });
  return {
    rows(table) {
      const columns = tables[table].join(', ');
      // What belongs to no conversation any more stays behind.
      const ofOne = (tables[table] as readonly string[]).includes('conversation')
        ? 'WHERE conversation IN (SELECT num FROM conversation)'
        : '';
      return db.prepare<[], Row>(`SELECT ${columns} FROM ${table} ${ofOne} ORDER BY ${order[table]}`).iterate();
    },
    async [Symbol.asyncDispose]() {
      db.close();
      await store.close();
    },
  };
}
