import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { silent } from '../../../log.ts';
import { readAddress } from './address.ts';
import { openApi, type Api } from './api.ts';
import { readRange, type Skipped } from './calls.ts';

const mib = 1024 * 1024;

/** A desk with one conversation, whose messages a test makes: ranges as Chatwoot answers them, a thousand rows at most. */
async function withMessages(rows: { id: number; bytes?: number }[]) {
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams: query } = new URL(request.url ?? '/', 'http://desk');
    const [after, before] = [Number(query.get('after') ?? 1), Number(query.get('before') ?? Infinity)];
    if (query.has('after')) ranges.push(`${after} ${before}`);
    const found = rows.filter(({ id }) => id >= after && id < before);
    const shown = query.has('after') ? found.slice(0, 1_000) : found.slice(-20);
    const payload = shown.map(({ id, bytes = 1 }) => ({
      id,
      content: 'x'.repeat(bytes),
      message_type: 1,
      created_at: 1_800_000_000,
    }));
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ payload }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = readAddress(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  if (!address) throw new Error('no address');
  const api: Api = openApi({ address, account: 1, token: 't', log: silent, now: Date.now });
  return {
    api,
    ranges,
    async [Symbol.asyncDispose]() {
      await api.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const numbered = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, n) => ({ id: n + 1, ...more }));

async function ids(api: Api, from: number, skipped: Skipped[] = []) {
  const read = await readRange(api, 1, from, undefined, 'hear', (row) => skipped.push(row));
  if (!read.ok) throw new Error(read.why);
  return read.body.map(({ id }) => id);
}

test.each([999, 1_000, 1_001, 2_500])(
  '%d messages are read whole, though a range ends at a thousand',
  async (count) => {
    await using desk = await withMessages(numbered(count));
    expect(await ids(desk.api, 1)).toEqual(numbered(count).map(({ id }) => id));
  },
);

test('exactly a thousand rows may be all there are, or not: they are read again in halves', async () => {
  await using desk = await withMessages(numbered(1_000));
  await ids(desk.api, 1);
  expect(desk.ranges).toEqual(['1 2147483647', '1 501', '501 2147483647']);
});

test('what is too long to be taken at once is read in halves', async () => {
  await using desk = await withMessages([...numbered(60, { bytes: 0.12 * mib }), { id: 4_711 }]);
  expect(await ids(desk.api, 3)).toEqual([...numbered(60).map(({ id }) => id), 4_711].slice(2));
});

test('a long message is read alone; one that nothing takes is left out, and those beside it are read', async () => {
  const rows = [
    { id: 1 },
    { id: 7, bytes: 8 * mib },
    { id: 8 },
    { id: 9, bytes: 21 * mib },
    ...numbered(20).map(({ id }) => ({ id: id + 9 })),
  ];
  await using desk = await withMessages(rows);
  const skipped: Skipped[] = [];
  expect(await ids(desk.api, 1, skipped)).toEqual(rows.map(({ id }) => id).filter((id) => id !== 9));
  expect(skipped).toEqual([{ message: 9, why: 'the answer is longer than 20 MiB' }]);
});

test('a message whose number is beyond what a number holds is left out', async () => {
  await using desk = await withMessages([{ id: 1 }, { id: 2 ** 60 }]);
  const skipped: Skipped[] = [];
  const read = await readRange(desk.api, 1, 1, Number.MAX_VALUE, 'hear', (row) => skipped.push(row));
  expect(read).toMatchObject({ ok: true, body: [{ id: 1 }] });
  expect(skipped).toMatchObject([{ message: null }]);
});
