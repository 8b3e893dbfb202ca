import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'pg';
import { RelayError } from '../../errors.ts';
import { order, type Row, type Table, tableNames, type Whole } from '../whole.ts';
import { wordsOf } from './decision.ts';
import { openTables } from './open-tables.ts';
import { locks, ourSchema } from './migrate.ts';
import { type Place, placeOf, serverOf } from './place.ts';
import { unavailable } from './database-errors.ts';

/*
 * Carries a whole store into empty tables, in one transaction: all of it, or nothing. Before it ends, every row is read
 * back and compared with what it was.
 */

/** As our tables have it: a name and a type each. */
const columns: Record<Table, Record<string, string>> = {
  conversation: {
    ...{ num: 'bigint', id: 'text', site: 'text', visitor: 'text', log: 'text', version: 'bigint', seq: 'bigint' },
    ...{
      spoke: 'bigint',
      for_desk: 'bigint',
      told: 'bigint',
      telling: 'text',
      created_at: 'bigint',
      updated_at: 'bigint',
    },
  },
  state: { conversation: 'bigint', body: 'text' },
  log: {
    ...{ conversation: 'bigint', seq: 'bigint', id: 'text', hash: 'text', at: 'bigint', deleted: 'boolean' },
    ...{ author: 'text', words: 'text', body: 'text' },
  },
  session: {
    ...{ hash: 'text', conversation: 'bigint', site: 'text', created_at: 'bigint', expires_at: 'bigint', heir: 'text' },
  },
  work: {
    ...{ conversation: 'bigint', num: 'bigint', id: 'text', after: 'bigint', task: 'text', status: 'text' },
    ...{ not_before: 'bigint', attempts: 'int', sent_at: 'bigint' },
  },
  desk_thread: {
    ...{ conversation: 'bigint', round: 'int', home: 'text', source: 'text', number: 'bigint', cursor: 'bigint' },
    ...{ takes_after: 'bigint', ref: 'text' },
  },
  desk_message: {
    ...{ conversation: 'bigint', round: 'int', desk_id: 'bigint', message: 'text', key: 'text', at: 'bigint' },
  },
  setting: { name: 'text', value: 'text' },
};

type Stored = Record<string, string | number | boolean | null>;

/** Rows as our tables have them, where these differ. */
const ours: Partial<Record<Table, (row: Row) => Stored>> = {
  state: ({ conversation, json }) => ({ conversation: conversation ?? null, body: json ?? null }),
  log({ deleted, text, choices, files, body, ...row }) {
    const parse = (json: unknown) => (typeof json === 'string' ? (JSON.parse(json) as never) : undefined);
    const words =
      row['author'] === null || deleted
        ? null
        : wordsOf({ text: String(text), choices: parse(choices), files: parse(files) });
    // Of a request that brought no message: the number that it was answered with.
    const answered = row['seq'] === null ? String((parse(body) as unknown as { seq: number }).seq) : (body ?? null);
    return { ...row, deleted: Boolean(deleted), words, body: answered };
  },
};

/** Of rows that are sent or read at once. */
const mostAtOnce = 500;

/**
 * @param url of a database that is empty, or has tables of ours with nothing in them
 * @returns how many rows there were in each table
 * @throws {RelayError} where it holds something, a relay runs on it, or as `openPostgres`; nothing is changed then
 */
export async function fill(url: string, from: Whole): Promise<Record<Table, number>> {
  const place = placeOf(url);
  const { client } = await openTables(url, place);
  try {
    await client.query('SET statement_timeout = 0');
    await takeAlone(client, place);
    await client.query('BEGIN');
    const counts = {} as Record<Table, number>; // one after the other
    for (const table of tableNames) counts[table] = await carry(client, table, from);
    for (const table of tableNames) await compare(client, table, from);
    await client.query("SELECT setval(pg_get_serial_sequence('conversation', 'num'), max(num)) FROM conversation");
    await client.query('COMMIT');
    return counts;
  } catch (error) {
    throw unavailable(error, place);
  } finally {
    await client.end().catch(() => undefined); // what was not committed is gone with it
  }
}

async function takeAlone(client: Client, place: Place): Promise<void> {
  const { rows } = await client.query<{ taken: boolean; used: boolean }>(
    `SELECT pg_try_advisory_lock(${locks.relay}, ${ourSchema}) AS taken,
      EXISTS (SELECT FROM conversation) OR EXISTS (SELECT FROM setting) AS used`,
  );
  if (!rows[0]?.taken) {
    throw new RelayError(`a relay is running on the database ${place.database} of ${serverOf(place)}`, {
      remedy: 'stop it first, or name an empty database',
    });
  }
  if (rows[0].used) {
    throw new RelayError(`the database ${place.database} of ${serverOf(place)} is in use by Baton already`, {
      remedy: 'name an empty one: what is there is not mixed with anything',
    });
  }
}

const stored = (table: Table, row: Row): Stored => ours[table]?.(row) ?? row;
const typed = (table: Table): string =>
  Object.entries(columns[table])
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');

async function carry(client: Client, table: Table, from: Whole): Promise<number> {
  const names = Object.keys(columns[table]).join(', ');
  const [more, values] =
    table === 'conversation' ? [', stamp, active', ', gen_random_uuid(), updated_at / 60000'] : ['', ''];
  const text = `INSERT INTO ${table} (${names}${more}) OVERRIDING SYSTEM VALUE
    SELECT ${names}${values} FROM json_to_recordset($1) AS r(${typed(table)})`;
  let count = 0;
  for (const rows of pages(from.rows(table))) {
    await client.query(text, [JSON.stringify(rows.map((row) => stored(table, row)))]);
    count += rows.length;
  }
  return count;
}

/** @throws {RelayError} at the first row that is not what it was */
async function compare(client: Client, table: Table, from: Whole): Promise<void> {
  const names = Object.keys(columns[table]).join(', ');
  await client.query(`DECLARE look NO SCROLL CURSOR FOR SELECT ${names} FROM ${table} ORDER BY ${order[table]}`);
  let at = 0;
  for (const expected of pagesAndEnd(from.rows(table))) {
    const { rows } = await client.query<Stored>(`FETCH ${Math.max(1, expected.length)} FROM look`);
    for (const [i, row] of expected.entries()) {
      at += 1;
      if (!isDeepStrictEqual({ ...rows[i] }, { ...stored(table, row) })) throw differs(table, at);
    }
    if (rows.length !== expected.length) throw differs(table, at + 1);
  }
  await client.query('CLOSE look');
}

const differs = (table: Table, at: number) =>
  new RelayError(`row ${at} of ${table} is not in PostgreSQL what it was, so nothing was moved`, {
    remedy: 'tell the makers of Baton, and stay with the file',
  });

function* pages(rows: Iterable<Row>): Generator<Row[]> {
  let page: Row[] = [];
  for (const row of rows) {
    page.push(row);
    if (page.length === mostAtOnce) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

/** And an empty one, where nothing is to follow. */
function* pagesAndEnd(rows: Iterable<Row>): Generator<Row[]> {
  yield* pages(rows);
  yield [];
}
