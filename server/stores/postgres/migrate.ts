import { readdirSync, readFileSync } from 'node:fs';
import type { ClientBase } from 'pg';
import { RelayError } from '../../errors.ts';
import type { Place } from './place.ts';

const folder = new URL('./migrations/', import.meta.url);

/** The first half of the names of our locks; the second is the schema that the tables are in. */
export const locks = {
  migration: 0x6261_7401,
  relay: 0x6261_7402,
  leases: 0x6261_7403,
  writer: 0x6261_7404,
  setUp: 0x6261_7405,
};
/** As an expression of SQL: locks are for the tables, and one database may hold several schemas with them. */
export const ourSchema = 'current_schema()::regnamespace::oid::int4';

/**
 * Brings a database to what this program knows: `0001-….sql`, `0002-….sql` … in order, all in one transaction, and one
 * relay at a time. How far it is stands in `baton_schema`.
 * @throws {RelayError} for a database that is newer than the program, or another program's; nothing is touched then
 */
export async function migrate(client: ClientBase, place: Place): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '30s'");
    await client.query(`SELECT pg_advisory_xact_lock(${locks.migration}, ${ourSchema})`);
    await bringUpToDate(client, place);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined); // the connection may be gone, and the transaction with it
    throw error;
  }
}

const migrations = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();

/** @throws {RelayError} for a database that is not just as this program would make it */
export async function requireKnownVersion(client: ClientBase, { database }: Place): Promise<void> {
  const version = await versionOf(client, database);
  const known = migrations().length;
  if (version === known) return;
  throw new RelayError(
    `the database ${database} was written by another version of Baton (${version}; this one: ${known})`,
    { remedy: version < known ? 'start the relay of this version once' : 'use the version that the relay has' },
  );
}

async function bringUpToDate(client: ClientBase, { database }: Place): Promise<void> {
  const files = migrations();
  const version = await versionOf(client, database);
  if (version > files.length) {
    throw new RelayError(
      `the database ${database} was written by a newer version of Baton (${version}; known: ${files.length})`,
      {
        remedy: 'start that version, or restore the backup made before it',
      },
    );
  }
  if (version === 0) await client.query('CREATE TABLE baton_schema (version int NOT NULL)');
  for (const name of files.slice(version)) await client.query(readFileSync(new URL(name, folder), 'utf8'));
  if (version === 0) await client.query('INSERT INTO baton_schema (version) VALUES (0)');
  // Written each time, even where nothing is new: a start that cannot write shall fail here.
  await client.query(`UPDATE baton_schema SET version = ${files.length}`);
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND NOT (
        has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
        AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))`,
  );
  if (rows.length > 0) throw Object.assign(new Error('a table may not be written'), { code: '42501' });
}

/** 0 where there is nothing yet. */
async function versionOf(client: ClientBase, database: string): Promise<number> {
  const ofAnother = (what: string) =>
    new RelayError(`the database ${database} belongs to another program: it holds ${what}`, {
      remedy: 'make one for Baton alone (CREATE DATABASE baton), and name it in DATABASE_URL',
    });
  // Tables that came with an extension belong to nobody in particular.
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'f')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
      ORDER BY relname = 'baton_schema' DESC, relname`,
  );
  const [first] = rows;
  if (!first) return 0;
  if (first.name !== 'baton_schema') throw ofAnother(`a table named ${first.name}`);
  const { rows: versions } = await client.query<{ version: unknown }>(
    'SELECT to_jsonb(s) -> $1 AS version FROM baton_schema AS s',
    ['version'],
  );
  const version = versions[0]?.version;
  if (versions.length !== 1 || typeof version !== 'number')
    throw ofAnother('a table named baton_schema that is not ours');
  return version;
}
