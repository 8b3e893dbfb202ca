import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Store } from '../store.ts';
import { describeStore } from '../store.contract.ts';
import { openSqlite } from './sqlite-store.ts';

const run = promisify(execFile);

/** A folder of its own, gone afterwards. */
async function temporaryFile(): Promise<{ file: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-store-'));
  return {
    file: join(folder, 'data', 'baton.db'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** In a process of its own: to open and close a database here would end the locks that SQLite has on it. */
async function keeps(file: string, words: string): Promise<boolean> {
  const look = `
    const { readdirSync, readFileSync } = require('node:fs');
    const { dirname, join } = require('node:path');
    const [file, words] = process.argv.slice(1);
    const files = readdirSync(dirname(file)).map((name) => readFileSync(join(dirname(file), name)));
    process.stdout.write(String(files.some((bytes) => bytes.includes(words))));`;
  return (await run(process.execPath, ['-e', look, file, words])).stdout === 'true';
}

describeStore('a store in SQLite', async () => {
  const { file, ...folder } = await temporaryFile();
  let store: Store = await openSqlite({ file });
  return {
    store,
    async reopen() {
      await store.close();
      return (store = await openSqlite({ file }));
    },
    keeps: (words) => keeps(file, words),
    async [Symbol.asyncDispose]() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
});
