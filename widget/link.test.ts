import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { afterEach, expect, test } from 'vitest';
import { realClock } from './clock.ts';
import { type Link, type LinkStatus, openLink } from './link.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A real socket.io server on a free port, and a link to it. */
async function connect(serve: (socket: Socket) => void, site = 'demo') {
  const http = createServer();
  const server = new Server(http);
  server.use((socket, next) => {
    const isKnown = (socket.handshake.auth as { site?: string }).site === 'demo';
    next(isKnown ? undefined : Object.assign(new Error('no'), { data: { refusal: 'forbidden' } }));
  });
  server.on('connection', serve);
  await new Promise<void>((resolve) => http.listen(0, resolve));
  const { port } = http.address() as AddressInfo;
  const link = openLink({ relay: `http://localhost:${port}/`, site, clock: realClock });
  ends.push(() => {
    link.close();
    void server.close();
  });
  link.connect();
  return { link, server };
}
const until = (link: Link, wanted: LinkStatus) =>
  new Promise<void>((resolve) => {
    const stop = link.status.subscribe((status) => {
      if (status === wanted) queueMicrotask(() => (stop(), resolve()));
    });
  });

test('a request is answered', async () => {
  const { link } = await connect((socket) => {
    socket.on('log:read', ({ after }: { after: number }, answer: (reply: unknown) => void) => {
      answer({ ok: true, value: { log: 'a', seq: after, events: [] } });
    });
  });
  await until(link, 'up');
  expect(await link.ask('log:read', { after: 7 })).toEqual({ ok: true, value: { log: 'a', seq: 7, events: [] } });
});

test('news are heard', async () => {
  const { link } = await connect((socket) => socket.emit('token', { token: 'next' }));
  expect(await new Promise((resolve) => link.on('token', resolve))).toEqual({ token: 'next' });
});

test('a request without a connection is unanswered at once, and is not sent later', async () => {
  let heard = 0;
  const { link } = await connect((socket) => socket.on('chat:end', () => heard++));
  expect(await link.ask('chat:end', {})).toBeUndefined();
  await until(link, 'up');
  expect(heard).toBe(0);
});

test('a request whose connection breaks is unanswered, and the connection comes back by itself', async () => {
  const { link } = await connect((socket) => socket.on('chat:end', () => socket.disconnect(true)));
  await until(link, 'up');
  expect(await link.ask('chat:end', {})).toBeUndefined();
  await until(link, 'down');
  await until(link, 'up');
});

test('a page that may not is told so, and does not try again', async () => {
  const { link } = await connect(() => {}, 'foreign');
  await until(link, 'refused');
  link.reconnect();
  expect(link.status.value).toBe('refused');
});

test('a link that nobody wants stays off', async () => {
  const { link, server } = await connect(() => {});
  await until(link, 'up');
  link.disconnect();
  expect(link.status.value).toBe('off');
  dispatchEvent(new Event('online'));
  expect(link.status.value).toBe('off');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.of('/').sockets.size).toBe(0);
});

test('a network that is gone is believed at once, and so is one that is back', async () => {
  const { link } = await connect(() => {});
  await until(link, 'up');
  dispatchEvent(new Event('offline'));
  expect(link.status.value).toBe('down');
  dispatchEvent(new Event('online'));
  await until(link, 'up');
});
