import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whoever fetches it is answered with the address of a PostgreSQL, for `test-database.ts`. */
    postgres: string;
  }
}

interface Server extends AsyncDisposable {
  address: string;
}

/** What the projects of a run share: each of them loads this file anew. */
const run = globalThis as { batonPostgres?: Promise<Server> | undefined; batonPostgresUsers?: number };

/** One server for all test files of a run. It is started when the first of them asks, for most runs need none. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run.batonPostgresUsers = (run.batonPostgresUsers ?? 0) + 1;
  const door = createServer((_, answer) => {
    run.batonPostgres ??= startServer();
    run.batonPostgres.then(
      ({ address }) => answer.end(address),
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

async function startServer(): Promise<Server> {
  const own = process.env['TEST_DATABASE_URL'];
  if (own) return { address: own, [Symbol.asyncDispose]: async () => undefined };
  const script = fileURLToPath(new URL('../../scripts/postgres.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: 'pipe' });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
  const gone = once(child, 'exit');
  const address = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line)),
    gone.then(() => undefined),
  ]);
  if (address === undefined) throw new Error(`there is no PostgreSQL for these tests: ${said.trim()}`);
  return {
    address,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await gone;
    },
  };
}
