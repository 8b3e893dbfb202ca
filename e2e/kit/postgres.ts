import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

/** A PostgreSQL, or one's own of TEST_DATABASE_URL. It ends with this process at the latest. */
export interface Postgres extends AsyncDisposable {
  /** An empty database of it. */
  createDatabase(): Promise<Database>;
}

export interface Database {
  /** Its address. */
  readonly url: string;
  /** Asks it something. */
  ask<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
}

export async function startPostgres(): Promise<Postgres> {
  const own = process.env['TEST_DATABASE_URL'];
  const server = own === undefined ? await startServer() : { url: own, stop: async () => undefined };
  const names: string[] = [];
  async function ask<Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }
  return {
    async createDatabase() {
      const name = `baton_e2e_${randomBytes(6).toString('hex')}`;
      await ask(server.url, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`);
      names.push(name);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return { url: url.href, ask: (sql, values) => ask(url.href, sql, values) };
    },
    async [Symbol.asyncDispose]() {
      // One that ends takes them with it.
      if (own !== undefined) for (const name of names) await ask(own, `DROP DATABASE ${name} WITH (FORCE)`);
      await server.stop();
    },
  };
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const script = fileURLToPath(new URL('../../scripts/postgres.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: 'pipe' });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
  const gone = once(child, 'exit');
  const url = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line)),
    gone.then(() => undefined),
  ]);
  if (url === undefined) throw new Error(`there is no PostgreSQL for these tests: ${said.trim()}`);
  return {
    url,
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}
