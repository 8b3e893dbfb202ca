import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startPostgres, type TestPostgres } from './test-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whoever fetches it is answered with the address of a PostgreSQL, for `test-database.ts`. */
    postgres: string;
  }
}

/** What the projects of a run share: each of them loads this file anew. */
const run = globalThis as { batonPostgres?: Promise<TestPostgres> | undefined; batonPostgresUsers?: number };

/** One server for all test files of a run. It is started when the first of them asks, for most runs need none. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run.batonPostgresUsers = (run.batonPostgresUsers ?? 0) + 1;
  const door = createServer((_, answer) => {
    run.batonPostgres ??= findPostgres();
    run.batonPostgres.then(
      ({ url }) => answer.end(url),
      (error: Error) => answer.writeHead(500).end(error.message),
    );
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  project.provide('postgres', `http://127.0.0.1:${(door.address() as AddressInfo).port}`); // it listens on TCP
  return async () => {
    door.close();
    run.batonPostgresUsers = (run.batonPostgresUsers ?? 1) - 1;
    if (run.batonPostgresUsers > 0) return;
    const server = await run.batonPostgres?.catch(() => undefined);
    run.batonPostgres = undefined;
    await server?.[Symbol.asyncDispose]();
  };
}

async function findPostgres(): Promise<TestPostgres> {
  const own = process.env['TEST_DATABASE_URL'];
  return own ? { url: own, [Symbol.asyncDispose]: async () => undefined } : startPostgres();
}
