import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface TestPostgres extends AsyncDisposable {
  readonly url: string;
}

/** A PostgreSQL of one's own, which ends with this process at the latest. */
export async function startPostgres(): Promise<TestPostgres> {
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
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await gone;
    },
  };
}
