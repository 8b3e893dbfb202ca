import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

/** A place of a test's own, empty at first. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly name: string;
  /** Runs SQL as the one whom the server belongs to. */
  run<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
}

let server: Promise<string> | undefined;

async function findServer(): Promise<string> {
  const answer = await fetch(inject('postgres'));
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

/** The address of one of the server's databases, as somebody who may do everything there. */
export async function addressOf(database: string): Promise<string> {
  const url = new URL(await (server ??= findServer()));
  url.pathname = `/${database}`;
  return url.href;
}

async function withClient<R>(url: string, job: (client: Client) => Promise<R>): Promise<R> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await job(client);
  } finally {
    await client.end();
  }
}

/** @param options words after `CREATE DATABASE name` */
export async function createDatabase(options = ''): Promise<TestDatabase> {
  const name = `baton_test_${randomBytes(8).toString('hex')}`;
  const [home, url] = [await addressOf('postgres'), await addressOf(name)];
  await withClient(home, (client) => client.query(`CREATE DATABASE ${name} ${options}`));
  return {
    url,
    name,
    run: async <Row extends object>(sql: string, values: unknown[] = []) =>
      (await withClient(url, (client) => client.query<Row>(sql, values))).rows,
    [Symbol.asyncDispose]: () =>
      withClient(home, async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`))),
  };
}

/** A schema instead of a whole database: made and gone in a fraction of the time, and enough for most. */
export async function createSchema(): Promise<TestDatabase> {
  const name = `baton_test_${randomBytes(8).toString('hex')}`;
  const home = await addressOf('postgres');
  await withClient(home, (client) => client.query(`CREATE SCHEMA ${name}`));
  const url = new URL(home);
  url.searchParams.set('options', `-c search_path=${name}`);
  return {
    url: url.href,
    name,
    run: async <Row extends object>(sql: string, values: unknown[] = []) =>
      (await withClient(url.href, (client) => client.query<Row>(sql, values))).rows,
    [Symbol.asyncDispose]: () =>
      withClient(home, async (client) => void (await client.query(`DROP SCHEMA ${name} CASCADE`))),
  };
}
