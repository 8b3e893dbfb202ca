import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { mara } from '../testing/people.ts';
import { startRelay } from '../testing/start-relay.ts';
import { eventually } from '../testing/visit.ts';

/** Where the desk keeps its files: the address leads on to another one, as Chatwoot's does. */
async function storage() {
  const server = createServer((req, res) => {
    if (req.url === '/rails/blob') res.writeHead(302, { location: '/disk/plan' }).end();
    else if (req.url === '/disk/plan') res.writeHead(200, { 'content-type': 'text/html' }).end('<script>1</script>');
    else if (req.url === '/strange') res.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has this kind of address.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void server.close() };
}

async function withFile(path: string) {
  const disk = await storage();
  const relay = await startRelay();
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
