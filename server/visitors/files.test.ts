import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createConnection, type AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, test } from 'vitest';
import { listen } from '../testing/listen.ts';
import { mara } from '../testing/people.ts';
import { startRelay } from '../testing/start-relay.ts';
import { eventually } from '../testing/visit.ts';
import { createFiles } from './files.ts';

/** Where the desk keeps its files: the address leads on to another one, as Chatwoot's does. */
async function storage() {
  return serve((req, res) => {
    if (req.url === '/rails/blob') res.writeHead(302, { location: '/disk/plan' }).end();
    else if (req.url === '/disk/plan') res.writeHead(200, { 'content-type': 'text/html' }).end('<script>1</script>');
    else if (req.url === '/strange') res.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else res.writeHead(404).end();
  });
}

async function withFile(path: string) {
  const disk = await storage();
  const relay = await startRelay({ settings: ({ desk }) => (desk.files = [disk.url]) });
  const visitor = await relay.visit();
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  await eventually(async () => (await relay.store.withWork()).length === 0, 'the desk has it');
  const file = { name: 'Plan für “A”.html', type: 'text/html', size: 20, url: `${disk.url}${path}` };
  const id = relay.desk.people.say(mara, '', { files: [file] });
  const files = () =>
    [...visitor.events.values()].flatMap((event) => (event.kind === 'message' ? (event.message.files ?? []) : []));
  await eventually(() => files().length === 1, 'the file arrives');
  const link = files()[0]?.url ?? '';
  return { disk, relay, visitor, id, link, get: (at: string) => fetch(`${relay.url}${at}`) };
}

test('an agent’s file comes through the relay, as something to keep and never as a page', async () => {
  const { disk, relay, visitor, link, get } = await withFile('/rails/blob');
  expect(JSON.stringify([...visitor.events.values()])).not.toContain(disk.url);
  const answer = await get(link);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('<script>1</script>');
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': "attachment; filename*=UTF-8''Plan%20f%C3%BCr%20%E2%80%9CA%E2%80%9D.html",
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  await relay[Symbol.asyncDispose]();
  disk[Symbol.dispose]();
});

test('a link that was not made here opens nothing, and neither does one whose message was deleted', async () => {
  const { disk, relay, visitor, id, link, get } = await withFile('/rails/blob');
  const parts = link.split('/');
  const change = (at: number, to: string) => parts.map((part, index) => (index === at ? to : part)).join('/');
  for (const forged of [
    change(2, 'another'),
    change(3, 'd.1.1'),
    change(4, '1'),
    change(5, `${parts[5]?.slice(0, -1)}x`),
    change(5, `9${parts[5]}`),
    change(5, parts[5]?.split('.')[1] ?? ''),
    change(5, ''),
    change(3, '..%2f..%2fetc'),
  ]) {
    expect((await get(forged)).status, forged).toBe(404);
  }
  relay.desk.people.remove(id);
  await visitor.hears('[deleted]');
  expect((await get(link)).status).toBe(404);
  await relay[Symbol.asyncDispose]();
  disk[Symbol.dispose]();
});

test.each(['/missing', '/strange'])(
  'a file that is not there (%s) is an answer without a word of why',
  async (path) => {
    const { disk, relay, link, get } = await withFile(path);
    const answer = await get(link);
    expect([answer.status, await answer.text()]).toEqual([502, '']);
    await relay[Symbol.asyncDispose]();
    disk[Symbol.dispose]();
  },
);

async function serve(listener: RequestListener) {
  let connections = 0;
  const server = createServer(listener).on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has this kind of address.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    /** All that were ever made. */
    connections: () => connections,
    /** Those that are open now. */
    open: () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))),
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The links alone: one file of the test's choice, and a clock that the test sets. */
async function withLinks({ at, origins, idleMs = 30_000 }: { at: string; origins: string[]; idleMs?: number }) {
  const log = listen();
  const clock = { now: 1_800_000_000_000 };
  const message = {
    id: 'd.1.1',
    author: { kind: 'agent' as const, name: 'Mara' },
    text: '',
    at: 0,
    files: [{ name: 'plan.pdf', type: 'application/pdf', url: at }],
  };
  const files = createFiles({
    key: Buffer.alloc(32, 1),
    store: { message: () => Promise.resolve(message) },
    origins,
    addressOf({ headers }) {
      const network = String(headers['x-caller'] ?? 'one');
      return { network, isShared: network === 'proxy' };
    },
    now: () => clock.now,
    log,
    idleMs,
  });
  const app = express();
  app.get('/files/:conversation/:message/:index/:key', files.serve);
  const server = await serve(app);
  const link = () => {
    const event = files.withLinks('c', { kind: 'message', seq: 1, message });
    return `${server.url}${event.kind === 'message' ? event.message.files?.[0]?.url : ''}`;
  };
  return { server, log, clock, link, [Symbol.dispose]: () => server[Symbol.dispose]() };
}

describe('a file is fetched from', () => {
  const statusOf = async (at: string, origins: string[]) => {
    using links = await withLinks({ at, origins });
    const { status } = await fetch(links.link());
    return { status, lines: links.log.lines };
  };

  test('the desk itself, however this machine is called, and what the operator has named', async () => {
    using disk = await serve((_req, res) => void res.end('here'));
    using front = await serve((_req, res) => void res.writeHead(302, { location: `${disk.url}/plan` }).end());
    expect((await statusOf(`${disk.url}/plan`, [`http://localhost:${disk.port}`])).status).toBe(200);
    expect((await statusOf(`${front.url}/plan`, [front.url, disk.url])).status).toBe(200);
  });

  test('nowhere else: the log says which origin to add, once, and nothing of the path', async () => {
    using other = await serve((_req, res) => void res.end('secret'));
    using links = await withLinks({ at: `${other.url}/very/secret?key=1`, origins: ['http://127.0.0.1:1'] });
    for (let i = 0; i < 3; i += 1) expect((await fetch(links.link())).status).toBe(502);
    expect(other.connections()).toBe(0);
    expect(links.log.lines).toHaveLength(1);
    expect(links.log.lines[0]?.fields).toMatchObject({ origin: other.url });
    expect(JSON.stringify(links.log.lines)).not.toContain('very');
  });

  test.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'https://127.0.0.1:PORT/',
    'https://localhost:PORT/', // a name that is looked up, and leads to this machine
    'https://[::ffff:127.0.0.1]:PORT/',
    'https://2130706433:PORT/',
    'https://0177.0.0.1:PORT/',
    'https://127.1:PORT/',
    'https://0:PORT/',
    'file:///etc/passwd',
  ])('no private address that the desk leads on to: %s', async (location) => {
    using inside = await serve((_req, res) => void res.end('secret'));
    using desk = await serve(
      (_req, res) => void res.writeHead(302, { location: location.replace('PORT', String(inside.port)) }).end(),
    );
    expect((await statusOf(`${desk.url}/plan`, [desk.url])).status).toBe(502);
    expect(inside.connections()).toBe(0);
  });
});

test('a link ends after a day, and the message is sent with a new one from then on', async () => {
  using disk = await serve((_req, res) => void res.end('here'));
  using links = await withLinks({ at: `${disk.url}/plan`, origins: [disk.url] });
  const old = links.link();
  links.clock.now += 23 * 3_600_000;
  expect((await fetch(old)).status).toBe(200);
  links.clock.now += 3 * 3_600_000;
  expect((await fetch(old)).status).toBe(410);
  expect((await fetch(links.link())).status).toBe(200);
});

/** Asks for a file and reads no more of it than its beginning. */
async function readSlowly(link: string, caller: string) {
  const { port, pathname } = new URL(link);
  const socket = createConnection(Number(port), '127.0.0.1');
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: relay\r\nX-Caller: ${caller}\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  return { socket, status: Number(chunk.toString().split(' ')[1]) };
}

test('one address has three files at once, and takes none from the others', async () => {
  using disk = await serve((_req, res) => void res.end(Buffer.alloc(20_000_000)));
  using links = await withLinks({ at: `${disk.url}/plan`, origins: [disk.url] });
  const slow = [];
  for (let i = 0; i < 4; i += 1) slow.push(await readSlowly(links.link(), 'one'));
  expect(slow.map(({ status }) => status)).toEqual([200, 200, 200, 503]);
  const other = await fetch(links.link(), { headers: { 'x-caller': 'two' } });
  expect((await other.arrayBuffer()).byteLength).toBe(20_000_000);
  // Behind a proxy that nobody configured are many.
  for (let i = 0; i < 4; i += 1) slow.push(await readSlowly(links.link(), 'proxy'));
  expect(slow.slice(4).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  for (const { socket } of slow) socket.destroy();
  // Who leaves makes room.
  await eventually(async () => (await fetch(links.link(), { method: 'HEAD' })).status === 200, 'room again');
});

test('whoever is behind a proxy that nobody configured takes half of all places at the most', async () => {
  using disk = await serve((_req, res) => void res.end(Buffer.alloc(20_000_000)));
  using links = await withLinks({ at: `${disk.url}/plan`, origins: [disk.url] });
  const slow = [];
  for (let i = 0; i < 12; i += 1) slow.push(await readSlowly(links.link(), 'proxy'));
  expect(slow.map(({ status }) => status)).toEqual(slow.map((_, at) => (at < 10 ? 200 : 503)));
  const other = await fetch(links.link(), { headers: { 'x-caller': 'two' } });
  expect((await other.arrayBuffer()).byteLength).toBe(20_000_000);
  for (const { socket } of slow) socket.destroy();
});

test('a reader who stands still is let go of', async () => {
  using disk = await serve((_req, res) => void res.end(Buffer.alloc(20_000_000)));
  using links = await withLinks({ at: `${disk.url}/plan`, origins: [disk.url], idleMs: 300 });
  const { socket } = await readSlowly(links.link(), 'one');
  socket.on('error', () => {}); // a reset is as good an end
  await eventually(async () => (await links.server.open()) === 0, 'the relay has hung up');
  expect(links.log.lines).toEqual([]);
});
