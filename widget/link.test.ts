import { createServer } from 'node:http';
import type { AddressInfo, Socket as Line } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { afterEach, expect, test, vi } from 'vitest';
import { type LinkChange, openLink } from './link.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/**
 * A real socket.io server on a free port, and a link to it that is dialled.
 * @param swallows takes the request for a websocket and never answers, as some proxies do
 */
async function connect(serve: (socket: Socket) => void, { site = 'demo', swallows = false } = {}) {
  const http = createServer();
  const server = new Server(http);
  server.use((socket, next) => {
    const isKnown = (socket.handshake.auth as { site?: string }).site === 'demo';
    next(isKnown ? undefined : Object.assign(new Error('no'), { data: { refusal: 'forbidden' } }));
  });
  server.on('connection', serve);
  const swallowed: Line[] = [];
  if (swallows) {
    http.removeAllListeners('upgrade');
    http.on('upgrade', (_request, line: Line) => swallowed.push(line));
  }
  await new Promise<void>((resolve) => http.listen(0, resolve));
  const { port } = http.address() as AddressInfo;
  const link = openLink({ relay: `http://localhost:${port}/`, site });
  const changes: LinkChange[] = [];
  const waiting = new Set<() => void>();
  link.onChange((change) => {
    changes.push(change);
    for (const look of waiting) look();
  });
  ends.push(() => {
    link.hangUp();
    for (const line of swallowed) line.destroy();
    void server.close();
  });
  link.dial();
  const until = (...expected: LinkChange[]) =>
    vi.waitFor(() => expect(changes).toEqual(expected), { timeout: 20_000, interval: 10 });
  return { link, server, changes, until };
}

test('a request is answered', async () => {
  const { link, until } = await connect((socket) => {
    socket.on('log:read', ({ after }: { after: number }, answer: (reply: unknown) => void) => {
      answer({ ok: true, value: { log: 'a', seq: after, events: [] } });
    });
  });
  await until('opened');
  expect(await link.ask('log:read', { after: 7 })).toEqual({ ok: true, value: { log: 'a', seq: 7, events: [] } });
});

test('news are heard', async () => {
  const { link } = await connect((socket) => socket.emit('token', { token: 'next' }));
  expect(await new Promise((resolve) => link.on('token', resolve))).toEqual({ token: 'next' });
});

test('a request without a connection is unanswered at once, and is not sent later', async () => {
  let heard = 0;
  const { link, until } = await connect((socket) => socket.on('chat:end', () => heard++));
  expect(await link.ask('chat:end', {})).toBeUndefined();
  await until('opened');
  expect(heard).toBe(0);
});

test('a request whose connection breaks is unanswered, and the connection can be dialled again', async () => {
  const { link, until } = await connect((socket) => socket.on('chat:end', () => socket.disconnect(true)));
  await until('opened');
  expect(await link.ask('chat:end', {})).toBeUndefined();
  await until('opened', 'lost');
  link.dial();
  await until('opened', 'lost', 'opened');
});

test('a page that may not is told so', async () => {
  const { until } = await connect(() => {}, { site: 'foreign' });
  await until('turnedAway');
});

test('who hangs up is told nothing of it, whether the socket was open or not', async () => {
  const { link, server, changes, until } = await connect(() => {});
  link.hangUp();
  link.dial();
  await until('opened');
  link.hangUp();
  await vi.waitFor(() => expect(server.of('/').sockets.size).toBe(0));
  expect(changes).toEqual(['opened']);
});

test('a relay that is not there is told of', async () => {
  const { link, server, until } = await connect(() => {});
  await until('opened');
  await server.close();
  await until('opened', 'lost');
  link.dial();
  await until('opened', 'lost', 'lost');
});

test('where the request for a websocket is swallowed, polling does it soon', async () => {
  const began = performance.now();
  const { link, until } = await connect(
    (socket) => socket.on('chat:end', (_body: unknown, answer: (reply: unknown) => void) => answer({ ok: true })),
    { swallows: true },
  );
  await until('opened');
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(await link.ask('chat:end', {})).toEqual({ ok: true });
});

test('a relay that answers nothing twice in a row is lost', { timeout: 60_000 }, async () => {
  const { link, until } = await connect(() => {});
  await until('opened');
  expect(await Promise.all([link.ask('chat:end', {}), link.ask('chat:end', {})])).toEqual([undefined, undefined]);
  await until('opened', 'lost');
});
