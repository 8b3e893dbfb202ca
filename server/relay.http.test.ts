import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listen } from './testing/listen.ts';
import { isMirrored, mara, startWithPeople } from './testing/people.ts';
import { startRelay } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

test('a desk that is away degrades the relay, and a database that cannot be written ends its readiness', async () => {
  let isBroken = false;
  await using relay = await startRelay({
    around: (store) => ({
      ...store,
      set: (name, value) => (isBroken ? Promise.reject(new Error('no disk')) : store.set(name, value)),
    }),
  });
  const get = async (path: string) => {
    const answer = await fetch(`${relay.url}${path}`);
    return [answer.status, await answer.json()] as const;
  };
  expect(await get('/readyz')).toEqual([200, { status: 'ok' }]);
  relay.desk.people.away(true);
  expect(await get('/readyz')).toEqual([200, { status: 'degraded' }]);
  isBroken = true;
  // The disk is asked once a second, and who asks too often hears nothing at all.
  await eventually(async () => {
    const answer = await fetch(`${relay.url}/readyz`);
    return answer.status === 503 && (await answer.text()) === '{"status":"unavailable"}';
  }, 'it is not ready');
  expect(await get('/healthz')).toEqual([200, { status: 'ok' }]);
});

test('the disk is asked once a second, however many ask for it, and nobody asks without end', async () => {
  let probes = 0;
  await using relay = await startRelay({
    settings: (config) => (config.trustProxy = 1),
    around: (store) => ({
      ...store,
      set(name, value) {
        if (name === 'probe') probes += 1;
        return store.set(name, value);
      },
    }),
  });
  const began = performance.now();
  const ask = async (address: string) =>
    (await fetch(`${relay.url}/readyz`, { headers: { 'x-forwarded-for': address } })).status;
  const statuses: number[] = [];
  for (let i = 0; i < 40; i += 1) statuses.push(await ask('203.0.113.7'));
  expect(statuses.slice(0, 20)).toEqual(Array<number>(20).fill(200));
  expect(statuses).toContain(429);
  expect(await ask('203.0.113.8')).toBe(200);
  expect(probes).toBeLessThanOrEqual(1 + Math.floor((performance.now() - began) / 1_000));
});

test('what is asked for in strange ways is answered calmly, with the headers of a careful server', async () => {
  await using relay = await startRelay();
  for (const path of ['/nothing', '/%00', '/..%2f..%2fetc/passwd', '/widget/..%2f..%2fbaton.db', '/files/a/b/c']) {
    const answer = await fetch(`${relay.url}${path}`);
    expect([400, 404], path).toContain(answer.status);
    expect(await answer.text()).not.toMatch(/Error|node_modules|baton-/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('x-powered-by')).toBeNull();
  }
});

test('the demo’s state says who answers, and no word, no name and no secret', async () => {
  await using relay = await startWithPeople();
  const visitor = await relay.visit();
  await visitor.say('My card is 4111');
  await visitor.hears('You said');
  relay.desk.people.say(mara, 'Hello, Mara here.');
  await visitor.hears('Mara here.');
  const text = await (await fetch(`${relay.url}/demo/state`)).text();
  expect(JSON.parse(text)).toMatchObject({
    conversations: [{ phase: 'human', owner: 'people', epoch: 2, sockets: 1 }],
  });
  const [conversation] = await relay.store.recent(0, 1);
  const [thread] = await relay.store.threads(conversation?.id ?? '');
  for (const secret of ['4111', 'Mara', conversation?.id, conversation?.visitor, thread?.source, visitor.token]) {
    expect(text).not.toContain(secret);
  }
});

test('who holds a token is told of their own conversation, however many are newer', async () => {
  await using relay = await startWithPeople();
  const visitor = await relay.visit();
  await visitor.say('Hello');
  await visitor.hears('You said');
  await eventually(() => isMirrored(relay.desk, 'Hello'), 'the desk has it');
  for (let at = 0; at < 5; at += 1) {
    const other = await relay.visit();
    await other.say('I am newer');
    await other.hears('You said');
  }
  relay.desk.people.say(mara, 'Mara here.', { number: 1 });
  await visitor.hears('Mara here.');
  for (let at = 0; at < 5; at += 1) await (await relay.visit()).say('I am newer still');
  const ask = async (token: string) =>
    (
      (await (await fetch(`${relay.url}/demo/state`, { headers: { authorization: `Bearer ${token}` } })).json()) as {
        own: unknown;
      }
    ).own;
  expect(await ask(visitor.token ?? '')).toMatchObject({ phase: 'human', agent: 'Mara Ostby', epoch: 2 });
  for (const token of ['', 'nonsense', `${visitor.token}x`]) expect(await ask(token)).toBeNull();
  expect(await ask((await relay.visit()).token ?? '')).toBeNull();
});

test('outside the demo there is no such state', async () => {
  await using relay = await startRelay({ settings: (config) => (config.demo = false) });
  expect((await fetch(`${relay.url}/demo/state`)).status).toBe(404);
});

/** What the build leaves behind, below a folder of any name. */
async function builtBelow(name: string, script = 'export {};') {
  const folder = await mkdtemp(join(tmpdir(), 'baton-assets-'));
  const assets = join(folder, name, 'dist');
  for (const part of ['widget', 'demo']) mkdirSync(join(assets, part), { recursive: true });
  for (const file of ['widget.js', 'panel.js']) writeFileSync(join(assets, 'widget', file), script);
  writeFileSync(join(assets, 'demo', 'index.html'), '<title>Demo</title>');
  return { assets, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test.each(['baton', '.baton', '.local/share/.baton'])(
  'serves its scripts and pages from a folder in %s',
  async (name) => {
    await using built = await builtBelow(name);
    await using relay = await startRelay({ assets: built.assets });
    for (const path of ['/widget.js', '/widget/panel.js', '/']) {
      expect([path, (await fetch(`${relay.url}${path}`)).status]).toEqual([path, 200]);
    }
  },
);

test('a script whose address names the site brings the site’s colour and place; any other is the plain one', async () => {
  await using built = await builtBelow('baton', 'start();');
  await using relay = await startRelay({
    assets: built.assets,
    settings: (config) =>
      Object.assign(config.sites['demo'] ?? {}, { accent: '#c2371d', side: 'left', offsetUp: '</script>' }),
  });
  const read = async (query: string, encoding = 'br') => {
    const answer = await fetch(`${relay.url}/widget.js${query}`, { headers: { 'accept-encoding': encoding } });
    return { text: await answer.text(), encoding: answer.headers.get('content-encoding') };
  };
  const tag: { baton?: object } = {};
  const { text, encoding } = await read('?site=demo');
  expect(encoding).toBe('br');
  expect(text).not.toContain('</script>');
  new Function('document', 'start', text)({ currentScript: tag }, () => {});
  expect(tag.baton).toEqual({ accent: '#c2371d', side: 'left', offsetUp: '</script>' });
  expect(await read('?site=demo', 'identity')).toEqual({ text, encoding: null });
  for (const other of ['', '?site=nobody', '?site=__proto__', '?site=constructor', '?site=demo&site=demo'])
    expect((await read(other)).text).toBe('start();');
});

test('a browser that leaves in the middle of a script is no error, and no reason to go on', async () => {
  const log = listen();
  await using built = await builtBelow('baton', 'x'.repeat(30_000_000));
  await using relay = await startRelay({ assets: built.assets, log });
  const socket = createConnection(Number(new URL(relay.url).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('GET /widget.js HTTP/1.1\r\nHost: relay\r\n\r\n');
  socket.once('data', () => socket.destroy());
  await closed;
  // The next one is served after the relay has seen the first one leave.
  const whole = await fetch(`${relay.url}/widget.js`);
  expect((await whole.arrayBuffer()).byteLength).toBe(30_000_000);
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
});
