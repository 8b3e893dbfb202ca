import { Client } from 'pg';
import { start } from './programs.ts';
import { root } from './root.ts';

/** A PostgreSQL for as long as something is measured: TEST_DATABASE_URL, or one of npm's that goes with us. */
export interface PostgresServer extends AsyncDisposable {
  /** Makes an empty database. @returns its address */
  create(name: string): Promise<string>;
}

const within = (url: string, name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** On the core of the load: what it costs is its own affair, and is not counted among the relay's. */
export async function openPostgresServer(): Promise<PostgresServer> {
  const given = process.env['TEST_DATABASE_URL'];
  const own = given
    ? undefined
    : await start({ args: [root('scripts/postgres.mjs')], on: 'load', log: 2, endsWithInput: true });
  const url = given ?? own?.line ?? '';
  const made: string[] = [];
  return {
    async create(name) {
      const database = `baton_bench_${process.pid}_${name}`;
      await run(url, `CREATE DATABASE ${database}`);
      made.push(database);
      return within(url, database);
    },
    async [Symbol.asyncDispose]() {
      if (own) return own.stop();
      for (const database of made) await run(url, `DROP DATABASE ${database} WITH (FORCE)`);
    },
  };
}
