import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Author } from '../../shared/message.ts';
import { openMemory } from '../desks/memory/memory-desk.ts';
import { listen } from '../testing/listen.ts';
import { isQuiet, jon, mara, teams } from '../testing/people.ts';
import { startRelay, type TestOptions } from '../testing/start-relay.ts';
import { eventually, type Visitor } from '../testing/visit.ts';

const png = readFileSync(new URL('../../sandbox/pictures/mara.png', import.meta.url));

/** Where a desk keeps its pictures. `asked`: what it was asked for. */
async function serve(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(req.url ?? '');
    answer(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a string only for pipes
  return {
    url,
    asked,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A relay whose desk is at this address, with a visitor who has begun. */
async function start(url: string, options: TestOptions = {}) {
  const desk = openMemory({ teams });
  const relay = await startRelay({ desk, settings: (config) => void (config.desk.url = url), ...options });
  const visitor = await relay.visit();
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  await eventually(() => isQuiet(relay), 'the desk has it');
  return { relay, desk, visitor };
}

const authors = ({ events }: Visitor) =>
  [...events.values()].flatMap((event): Extract<Author, { kind: 'agent' }>[] =>
    event.kind === 'message' && event.message.author.kind === 'agent' ? [event.message.author] : [],
  );

test("an agent's picture comes from the relay's own origin, wherever the agent is told of", async () => {
  using disk = await serve((req, res) => {
    if (req.url === '/redirect/mara.png') res.writeHead(302, { location: '/disk/mara.png' }).end();
    else res.writeHead(200, { 'content-type': 'text/html' }).end(png);
  });
  const { relay, desk, visitor } = await start(disk.url);
  desk.people.picture(mara, `${disk.url}/redirect/mara.png`);
  desk.people.typing(mara, true);
  desk.people.say(mara, 'Hello');
  await visitor.hears('Mara Ostby: Hello');
  const face = { name: 'Mara Ostby', picture: expect.stringMatching(/^\/pictures\/[\w-]{22}$/), hue: 3 };
  expect(authors(visitor)).toEqual([{ kind: 'agent', ...face }]);
  const joined = [...visitor.events.values()].find((event) => event.kind === 'handoff');
  expect(joined).toMatchObject({ handoff: { phase: 'human', agent: face } });
  desk.people.typing(mara, true);
  await visitor.until(({ typing }) => typing.some(({ author }) => author.kind === 'agent'), 'Mara types');
  expect(visitor.typing.findLast(({ author }) => author.kind === 'agent')?.author).toMatchObject(face);

  const later = await relay.visit({ token: visitor.token });
  expect(later.welcome.conversation?.handoff).toMatchObject({ agent: face });
  expect(authors(later)).toEqual(authors(visitor));
  expect(JSON.stringify(later.welcome)).not.toContain(disk.url);

  const path = authors(visitor)[0]?.picture ?? '';
  for (let times = 0; times < 3; times += 1) {
    const answer = await fetch(relay.url + path);
    expect(Buffer.from(await answer.arrayBuffer()).equals(png)).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=3600',
    });
  }
  expect(disk.asked).toEqual(['/redirect/mara.png', '/disk/mara.png']);
  await relay[Symbol.asyncDispose]();
});

test('somebody without a picture has a colour, and nothing to fetch', async () => {
  const { relay, desk, visitor } = await start('http://127.0.0.1:9');
  desk.people.say(jon, 'Hello');
  await visitor.hears('Jon Vale: Hello');
  expect(authors(visitor)).toEqual([{ kind: 'agent', name: 'Jon Vale', hue: 4 }]);
  await relay[Symbol.asyncDispose]();
});

test('the same address is good after a start, and nobody else can make one', async () => {
  using disk = await serve((_req, res) => void res.end(png));
  const { relay, desk, visitor } = await start(disk.url);
  desk.people.picture(mara, `${disk.url}/mara.png`);
  desk.people.say(mara, 'Hello');
  await visitor.hears('Mara Ostby: Hello');
  const path = authors(visitor)[0]?.picture ?? '';
  await relay.restart();
  const status = async (at: string) => (await fetch(relay.url + at)).status;
  expect(await status(path)).toBe(200);
  for (const forged of [
    '/pictures/2',
    `/pictures/${path.slice(10, -1)}`,
    `/pictures/${encodeURIComponent(`${disk.url}/mara.png`)}`,
    `/pictures/${'A'.repeat(22)}`,
  ])
    expect(await status(forged)).toBe(404);
  // With the picture its address goes, too.
  desk.people.picture(mara, null);
  expect(await status(path)).toBe(404);
  await relay[Symbol.asyncDispose]();
});

test.each<[string, RequestListener, string]>([
  ['a page', (_req, res) => res.end('<html>'), 'not PNG, JPEG, GIF or WebP'],
  ['a drawing with scripts', (_req, res) => res.end('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not PNG'],
  ['too long', (_req, res) => res.end(Buffer.concat([png, Buffer.alloc(300_000)])), 'over 204800 bytes'],
  ['gone', (_req, res) => res.writeHead(404).end(), 'status 404'],
  ['a door into the house', (_req, res) => res.writeHead(302, { location: 'http://10.0.0.1/' }).end(), ''],
])('what is %s is no picture: nothing is sent on, and it is logged once', async (_what, answer, why) => {
  using disk = await serve(answer);
  const log = listen();
  const { relay, desk, visitor } = await start(disk.url, { log });
  desk.people.picture(mara, `${disk.url}/mara.png`);
  desk.people.say(mara, 'Hello');
  await visitor.hears('Mara Ostby: Hello');
  const path = authors(visitor)[0]?.picture ?? '';
  for (let times = 0; times < 3; times += 1) {
    const got = await fetch(relay.url + path);
    expect([got.status, await got.text()]).toEqual([404, '']);
  }
  expect(disk.asked).toHaveLength(1);
  const told = log.lines.filter(({ sentence }) => sentence.includes('picture'));
  expect(told).toHaveLength(1);
  if (why) expect(String(told[0]?.fields['why'])).toContain(why);
  else expect(told[0]?.fields).toMatchObject({ origin: 'http://10.0.0.1', remedy: expect.any(String) });
  await relay[Symbol.asyncDispose]();
});

test('a picture elsewhere than at the desk is not fetched, until the operator names the place', async () => {
  using disk = await serve((_req, res) => void res.end(png));
  for (const files of [[], [disk.url]]) {
    const settings: TestOptions['settings'] = (config) => void (config.desk.files = files);
    const { relay, desk, visitor } = await start('http://127.0.0.1:9', { settings });
    desk.people.picture(mara, `${disk.url}/mara.png`);
    desk.people.say(mara, 'Hello');
    await visitor.hears('Mara Ostby: Hello');
    const { status } = await fetch(relay.url + (authors(visitor)[0]?.picture ?? ''));
    expect([status, disk.asked.length]).toEqual(files.length > 0 ? [200, 1] : [404, 0]);
    await relay[Symbol.asyncDispose]();
  }
});

test('a picture that cannot be fetched again goes on as it was, and many who ask are one request', async () => {
  let isThere = true;
  using disk = await serve((_req, res) => void (isThere ? setImmediate(() => res.end(png)) : res.writeHead(500).end()));
  let ahead = 0;
  const { relay, desk, visitor } = await start(disk.url, { now: () => Date.now() + ahead });
  desk.people.picture(mara, `${disk.url}/mara.png`);
  desk.people.say(mara, 'Hello');
  await visitor.hears('Mara Ostby: Hello');
  const path = authors(visitor)[0]?.picture ?? '';
  const all = await Promise.all(Array.from({ length: 10 }, () => fetch(relay.url + path)));
  expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
  expect(disk.asked).toHaveLength(1);
  isThere = false;
  ahead += 11 * 60_000;
  expect((await fetch(relay.url + path)).status).toBe(200);
  expect(disk.asked).toHaveLength(2);
  await relay[Symbol.asyncDispose]();
});
