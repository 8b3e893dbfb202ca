import { once } from 'node:events';
import { createConnection } from 'node:net';
import { expect, test } from 'vitest';
import type { Doorbell } from './doorbells.ts';
import { listen } from './testing/listen.ts';
import { startRelay } from './testing/start-relay.ts';

/** A relay with a doorbell that keeps what it hears. */
async function startWithBell() {
  const heard: (Buffer | null)[] = [];
  const log = listen();
  const bell: Doorbell = {
    route: '/incoming/:site/:secret',
    knows: ({ secret }) => secret === 'right',
    ring(raw) {
      heard.push(raw);
      return 200;
    },
  };
  const relay = await startRelay({ doorbells: [bell], log });
  const post = async (secret: string, body: string) =>
    (await fetch(`${relay.url}/incoming/demo/${secret}`, { method: 'POST', body })).status;
  return { relay, heard, log, post, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() };
}

test('a delivery with a wrong secret is turned away before its body is there', async () => {
  await using parts = await startWithBell();
  const socket = createConnection(Number(new URL(parts.relay.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.write('POST /incoming/demo/wrong HTTP/1.1\r\nHost: relay\r\nContent-Length: 200000\r\n\r\n{"event":');
  await once(socket, 'close');
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(parts.heard).toEqual([]);
});

test('a delivery with the right secret is heard byte for byte', async () => {
  await using parts = await startWithBell();
  expect(await parts.post('right', '{"event":"ü"}')).toBe(200);
  expect(parts.heard).toEqual([Buffer.from('{"event":"ü"}')]);
});

test('a delivery too long to be kept rings all the same', async () => {
  await using parts = await startWithBell();
  expect(await parts.post('right', 'x'.repeat(256 * 1024))).toBe(200);
  expect(await parts.post('right', '"\\u003c"'.repeat(450_000))).toBe(200);
  expect(parts.heard.map((raw) => raw?.length ?? null)).toEqual([256 * 1024, null]);
});

test.each([
  ['that says its length', 'Content-Length: 10000000\r\n\r\n', 0],
  ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n', 9],
])('a body far too long for a delivery, %s, is refused at once', async (_, head, megabytes) => {
  await using parts = await startWithBell();
  const socket = createConnection(Number(new URL(parts.relay.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.on('error', () => {}); // the relay hangs up while we still send
  socket.write(`POST /incoming/demo/right HTTP/1.1\r\nHost: relay\r\n${head}`);
  for (let sent = 0; sent < megabytes; sent += 1) socket.write(`f4240\r\n${'x'.repeat(1_000_000)}\r\n`);
  await once(socket, 'close');
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(parts.heard).toEqual([]);
});

test('an address that goes on guessing is told to slow down, the desk itself never is', async () => {
  await using parts = await startWithBell();
  const statuses: number[] = [];
  for (let guess = 0; guess < 25; guess += 1) statuses.push(await parts.post(`wrong-${guess}`, '{}'));
  expect(statuses).toEqual([...Array<number>(20).fill(404), ...Array<number>(5).fill(429)]);
  expect(await parts.post('right', '{}')).toBe(200);
  const complaints = parts.log.lines.filter(({ sentence }) => sentence.includes('wrong secret'));
  expect(complaints).toHaveLength(1);
  expect(JSON.stringify(complaints)).not.toContain('wrong-0');
});
