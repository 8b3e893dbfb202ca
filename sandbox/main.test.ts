import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from './model.ts';
import { ask } from './testing/stage.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sandbox-'))));
afterAll(async () => rm(folder, { recursive: true }));

function run(port: number, ...words: string[]): ChildProcess {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const env = { ...process.env, SANDBOX_PORT: String(port), SANDBOX_DATA: join(folder, 'sandbox.db') };
  return spawn(process.execPath, ['--import', 'tsx', main, ...words], { env, stdio: 'pipe' });
}

const said = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
  const [chunk] = (await once(stream ?? process.stdin, 'data')) as [Buffer];
  return chunk.toString('utf8').trim();
};

/** Waits until it says where the page is. */
async function start(...words: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = run(0, ...words);
  const [, url = ''] = /^Agent page {2}(http:\/\/localhost:\d+)\/$/.exec(await said(child.stdout)) ?? [];
  return { child, url };
}

const stop = async (child: ChildProcess, signal: NodeJS.Signals) => {
  const ended = once(child, 'exit');
  child.kill(signal);
  return (await ended)[0] as number | null;
};

test('what was answered is still there after kill -9', async () => {
  const first = await start('--chatwoot', '4.10');
  const made = await ask(first.url, 'sandbox-administrator', 'POST', '/contacts', { name: 'Kept' });
  expect(made.status).toBe(200);
  await stop(first.child, 'SIGKILL');

  const second = await start('--switch', 'refuseCable=true');
  const { id } = (made.body as { payload: { contact: { id: number } } }).payload.contact;
  const { body } = await ask(second.url, 'sandbox-administrator', 'GET', `/contacts/${id}`);
  expect(body).toMatchObject({ payload: { name: 'Kept' } });
  const switches = (await (await fetch(`${second.url}/sandbox/switches`)).json()) as Json;
  expect(switches).toMatchObject({ chatwoot: '4.14', refuseCable: true });
  expect(await stop(second.child, 'SIGTERM')).toBe(0);
});

test('a taken port and an unknown version are each one plain sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const taken = run(port);
  const unknown = run(0, '--chatwoot', '3.0');
  const ends = Promise.all([once(taken, 'exit'), once(unknown, 'exit')]);
  expect(await Promise.all([said(taken.stderr), said(unknown.stderr)])).toEqual([
    `Port ${port} is taken: stop what uses it, or set SANDBOX_PORT to another port.`,
    'The sandbox cannot start: unknown switch or value: chatwoot "3.0". See sandbox/README.md.',
  ]);
  expect((await ends).map(([code]) => code as number)).toEqual([1, 1]);
  other.close();
});
