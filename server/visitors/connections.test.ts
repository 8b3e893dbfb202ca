import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { protocolVersion } from '../../shared/limits.ts';
import type { RequestName } from '../../shared/protocol.ts';
import { readConfig } from '../config.ts';
import { startRelay, type TestOptions, type TestRelay } from '../testing/start-relay.ts';
import { eventually, knock } from '../testing/visit.ts';

const shipped = () => readConfig({ env: {}, file: new URL('../../baton.yaml', import.meta.url).pathname }).limits;

interface Line {
  fields: Record<string, unknown>;
  sentence: string;
}

async function relayWithLog(options: TestOptions = {}) {
  const lines: Line[] = [];
  const write = (fields: object, sentence: string) => void lines.push({ fields: { ...fields }, sentence });
  const relay = await startRelay({ ...options, log: { info() {}, warn: write, error: write } });
  return { relay, lines };
}

/** A connection that says what it likes. */
interface Raw {
  ws: WebSocket;
  heard: string[];
  isOpen(): boolean;
}
const raws: WebSocket[] = [];
afterEach(() => raws.splice(0).forEach((ws) => ws.terminate()));

/** @returns undefined where it was refused by HTTP */
async function raw(relay: TestRelay, headers: Record<string, string> = {}): Promise<Raw | undefined> {
  const ws = new WebSocket(`${relay.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { headers });
  raws.push(ws);
  const heard: string[] = [];
  ws.on('message', (data: Buffer) => void heard.push(data.toString()));
  const opened = await new Promise<boolean>((resolve) => {
    ws.once('open', () => resolve(true));
    ws.once('error', () => resolve(false));
  });
  ws.on('error', () => {});
  return opened ? { ws, heard, isOpen: () => ws.readyState === WebSocket.OPEN } : undefined;
}
const some = (found: (Raw | undefined)[]) => found.filter((each) => each !== undefined);
const isHeard = (words: string) => (one: Raw) => one.heard.some((line) => line.includes(words));

test('joining namespaces that are none is nonsense: the third ends the connection', async () => {
  await using relay = await startRelay();
  for (const names of [
    ['1', '2', '3'],
    ['?a', '/', '__proto__'],
  ]) {
    const one = await raw(relay);
    one?.ws.send('40{"site":"demo"}');
    await eventually(() => one !== undefined && isHeard('40{"sid"')(one), 'it joins');
    for (const name of names) one?.ws.send(`40/${name},`);
    await eventually(() => one?.isOpen() === false, 'the connection ends');
  }
});

test('one that joins and leaves again has its connection closed', async () => {
  await using relay = await startRelay();
  const one = await raw(relay);
  one?.ws.send('40{"site":"demo"}');
  await eventually(() => one !== undefined && isHeard('40{"sid"')(one), 'it joins');
  one?.ws.send('41');
  await eventually(() => one?.isOpen() === false, 'the connection ends');
});

test('one that was refused hears why, and does not try again over the same connection', async () => {
  const { relay, lines } = await relayWithLog();
  await using _ = relay;
  const one = await raw(relay, { origin: 'https://evil.example' });
  for (let i = 0; i < 100; i += 1) one?.ws.send('40{"site":"demo"}');
  await eventually(() => one?.isOpen() === false, 'the connection ends');
  const other = await raw(relay, { origin: 'https://evil.example' });
  other?.ws.send('40{"site":"demo"}');
  await eventually(() => other?.isOpen() === false, 'the connection ends');
  expect(other?.heard.at(-1)).toContain('"refusal":"forbidden"');
  expect(lines).toHaveLength(1);
});

test('a foreign origin stands in the log once an hour, cut, and with few others in a minute', async () => {
  let at = Date.now();
  const { relay, lines } = await relayWithLog({ now: () => at });
  await using _ = relay;
  const long = `https://${'x'.repeat(14_000)}.example`;
  for (let i = 0; i < 3; i += 1) await expect(knock(relay.url, { origin: long })).rejects.toThrow('forbidden');
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines).length).toBeLessThan(1_000);
  expect(JSON.stringify(lines).split('xxxxxxxxxx'.repeat(15))).toHaveLength(2);
  at += 3_600_000;
  await expect(knock(relay.url, { origin: long })).rejects.toThrow('forbidden');
  expect(lines).toHaveLength(2);
  for (let i = 0; i < 50; i += 1) {
    await expect(knock(relay.url, { origin: `https://${i}.example` })).rejects.toThrow('forbidden');
    await expect(knock(relay.url, { site: `site-${i}` })).rejects.toThrow('forbidden');
  }
  expect(lines.length).toBeLessThan(30);
});

test('invented sites hide neither the origin to add nor any other line', async () => {
  const { relay, lines } = await relayWithLog();
  await using _ = relay;
  for (let i = 0; i < 30; i += 1) await expect(knock(relay.url, { site: `site-${i}` })).rejects.toThrow('forbidden');
  expect(lines.length).toBeLessThan(30);
  await expect(knock(relay.url, { origin: 'https://shop.example' })).rejects.toThrow('forbidden');
  expect(lines.at(-1)?.sentence).toContain('https://shop.example was refused; to allow it, add it');
  for (let i = 0; i < 30; i += 1) {
    await expect(knock(relay.url, { origin: `https://${i}.example` })).rejects.toThrow('forbidden');
  }
  await relay.visit({ headers: { 'x-forwarded-for': '198.51.100.7' } });
  expect(lines.at(-1)?.sentence).toContain('set trust_proxy');
});

test('connections are counted by address whether they join or not, and the log names the setting', async () => {
  const { relay, lines } = await relayWithLog({
    settings: ({ limits }) => (limits.sockets = { perVisitor: 10, perAddress: 5 }),
  });
  await using _ = relay;
  const tried = await Promise.all(Array.from({ length: 60 }, () => raw(relay)));
  const open = some(tried);
  // Five, and ten more that may hear why.
  await eventually(() => open.filter((one) => one.isOpen()).length <= 15, 'the others are cut off');
  for (const one of open) if (one.isOpen()) one.ws.send('40{"site":"demo"}');
  await eventually(() => open.filter((one) => one.isOpen()).length <= 5, 'they hear why, and are closed');
  expect(open.filter(isHeard('40{"sid"'))).toHaveLength(5);
  expect(open.filter(isHeard('"refusal":"tooFast","retryAfterMs"')).length).toBeGreaterThan(0);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ fields: { setting: 'limits.sockets.per_address' } });
  expect(JSON.stringify(lines)).not.toContain('127.0.0.1');
  // Once they have left there is room again.
  for (const one of open) one.ws.close();
  await eventually(
    () =>
      relay.visit().then(
        () => true,
        () => false,
      ),
    'there is room',
  );
});

test('connections that begin too fast are told how long to wait; when there are too many of them, they are not', async () => {
  const { relay, lines } = await relayWithLog({
    settings: ({ limits }) => (limits.handshakes = { burst: 2, perMinute: 2 }),
  });
  await using _ = relay;
  await relay.visit();
  await relay.visit();
  await expect(relay.visit()).rejects.toThrow('tooFast');
  const more = await Promise.all(Array.from({ length: 100 }, () => raw(relay)));
  expect(some(more).length).toBeLessThan(70);
  expect(lines.map(({ fields }) => fields['setting'])).toEqual(['limits.handshakes']);
});

test('a header lifts no limit: behind a proxy that nobody configured there is room for more, within bounds', async () => {
  const { relay, lines } = await relayWithLog({
    settings: ({ limits }) => {
      // Four times as many connections, and twenty times as many conversations.
      limits.sockets = { perVisitor: 10, perAddress: 5 };
      limits.conversations = { perHour: 1 };
    },
  });
  await using _ = relay;
  const from = (i: number) => ({ headers: { 'x-forwarded-for': `198.51.100.${i}` } });
  const visitors = [];
  for (let i = 0; i < 20; i += 1) visitors.push(await relay.visit(from(i)));
  await expect(relay.visit(from(99))).rejects.toThrow('tooFast');
  for (const visitor of visitors) await visitor.say('Hi');
  visitors[0]?.close();
  let next = await relay.visit(from(98)).catch(() => undefined);
  await eventually(async () => {
    next ??= await relay.visit(from(98)).catch(() => undefined);
    return next !== undefined;
  }, 'there is room');
  expect(await next?.ask('message:send', { id: 'm1', text: 'Hi' })).toMatchObject({
    refusal: 'tooFast',
    retryAfterMs: expect.any(Number) as number,
  });
  expect(lines.filter(({ sentence }) => sentence.includes('set trust_proxy'))).toHaveLength(1);
  expect(lines.map(({ fields }) => fields['setting'])).toContain('limits.conversations.per_hour');
});

test.each([
  ['another address of the same network', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9'],
  ['another port', '7.7.7.7:40001', '7.7.7.7:40002'],
  ['another spelling', '::ffff:7.7.7.7', '7.7.7.7'],
])('behind a configured proxy %s is no other address', async (_, one, other) => {
  await using relay = await startRelay({
    settings: (config) => {
      config.trustProxy = 1;
      config.limits.sockets = { perVisitor: 10, perAddress: 1 };
    },
  });
  await relay.visit({ headers: { 'x-forwarded-for': one } });
  await expect(relay.visit({ headers: { 'x-forwarded-for': other } })).rejects.toThrow('tooFast');
  await relay.visit({ headers: { 'x-forwarded-for': '9.9.9.9' } });
});

test('what scripts of any page can ask for without saying where they are is refused', async () => {
  await using relay = await startRelay();
  const ask = (query: string, headers = {}) =>
    fetch(`${relay.url}/socket.io/?EIO=4&transport=polling${query}`, { headers });
  expect((await ask('')).status).toBe(200);
  expect((await ask('', { 'sec-fetch-mode': 'cors' })).status).toBe(200);
  const jsonp = await ask('&j=0');
  expect([jsonp.status, await jsonp.text()]).toEqual([403, expect.stringContaining('JSON-P')]);
  // `fetch` would say something of its own.
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString()));
  socket.write(
    'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: relay\r\nSec-Fetch-Mode: no-cors\r\nConnection: close\r\n\r\n',
  );
  await eventually(() => answer.includes('HTTP/1.1 403'), 'it is refused');
  socket.destroy();
});

test('a flood of packets that ask for nothing ends the connection', async () => {
  await using relay = await startRelay();
  const one = await raw(relay);
  one?.ws.send('40{"site":"demo"}');
  for (let i = 0; i < 1_000; i += 1) one?.ws.send('3');
  await eventually(() => one?.isOpen() === false, 'the connection ends');
});

test('twenty visitors behind one address chat undisturbed with the limits as they are shipped', async () => {
  const { relay, lines } = await relayWithLog({ settings: (config) => (config.limits = shipped()) });
  await using _ = relay;
  const visitors = await Promise.all(Array.from({ length: 20 }, () => relay.visit()));
  for (const word of ['one', 'two', 'three', 'four', 'five']) {
    await Promise.all(visitors.map((visitor) => visitor.say(word)));
    await Promise.all(visitors.map((visitor) => visitor.hears(`visitor: ${word}`)));
    // Each goes on to another page, where the chat comes back.
    await Promise.all(
      visitors.map(async (visitor, i) => {
        visitor.close();
        visitors[i] = await relay.visit({ token: visitor.token });
      }),
    );
  }
  expect(lines).toEqual([]);
});

test.each([
  ['an address', {}],
  ['a proxy that nobody configured', { headers: { 'x-forwarded-for': '198.51.100.7' } }],
])('twenty visitors with three tabs each fit behind %s with the limits as they are shipped', async (_, from) => {
  const { relay, lines } = await relayWithLog({ settings: (config) => (config.limits = shipped()) });
  await using _relay = relay;
  const visitors = await Promise.all(Array.from({ length: 20 }, () => relay.visit(from)));
  await Promise.all(visitors.map((visitor) => visitor.say('Hi')));
  const tabs = await Promise.all(
    visitors.flatMap(({ token }) => [relay.visit({ ...from, token }), relay.visit({ ...from, token })]),
  );
  await Promise.all(tabs.map((tab) => tab.hears('You said: Hi')));
  expect(lines.flatMap(({ fields }) => fields['setting'] ?? [])).toEqual([]);
});

test('a browser that asks and does not read is let go of; the others do not notice', async () => {
  const { relay, lines } = await relayWithLog({
    settings: ({ limits }) => (limits.events = { burst: 100_000, perSecond: 100_000 }),
  });
  await using _ = relay;
  const visitor = await relay.visit();
  relay.bot.next({ messages: Array.from({ length: 20 }, () => ({ text: 'x'.repeat(10_000) })) });
  await visitor.say('Hi');
  await visitor.until(() => visitor.events.size >= 22);
  const one = await raw(relay);
  one?.ws.send('40{"site":"demo"}');
  await eventually(() => one !== undefined && isHeard('40{"sid"')(one), 'it joins');
  const hello = { version: protocolVersion, language: 'en', token: visitor.token };
  one?.ws.send(`420${JSON.stringify(['hello', hello])}`);
  await eventually(() => one !== undefined && isHeard('430[{"ok":true')(one), 'hello is answered');
  one?.ws.pause();
  let asked = 0;
  await eventually(() => {
    for (let i = 0; i < 10; i += 1) one?.ws.send(`42${(asked += 1)}["log:read",{"after":0}]`);
    return lines.some(({ sentence }) => sentence.includes('does not read'));
  }, 'it is let go of');
  one?.ws.resume();
  await eventually(() => one?.isOpen() === false, 'the connection is closed');
  await visitor.say('Still here');
  await visitor.hears('You said: Still here');
});

test('a connection that says nothing is closed after ten seconds', { timeout: 60_000 }, async () => {
  await using relay = await startRelay();
  const since = performance.now();
  const silent = connect(Number(new URL(relay.url).port), '127.0.0.1');
  silent.on('error', () => {});
  await new Promise((resolve) => silent.on('close', resolve).resume());
  expect(performance.now() - since).toBeLessThan(25_000);
});

test.each<[RequestName, boolean]>([
  ['message:send', false],
  ['message:send', true],
  ['log:read', false],
  ['log:read', true],
  ['hello', false],
  ['hello', true],
])(
  'one visitor who floods with %s is let go of, and takes nothing from a neighbour (address shared: %s)',
  async (what, isShared) => {
    await using relay = await startRelay({
      settings: (config) => {
        config.limits = shipped();
        // As slow a flood as may be: each request is looked at.
        config.limits.events = { burst: 100_000, perSecond: 100_000 };
        // Nine of the ten do not get in.
        if (what === 'hello') config.limits.sockets.perVisitor = 1;
      },
    });
    const from = { headers: isShared ? { 'x-forwarded-for': '198.51.100.7' } : {} };
    const neighbour = await relay.visit(from);
    await neighbour.say('Hi');
    const first = await relay.visit(from);
    await first.say('Hi');
    const { token } = first;
    const sockets = [first.socket];
    while (sockets.length < 10) {
      sockets.push(what === 'hello' ? await knock(relay.url, from) : (await relay.visit({ ...from, token })).socket);
    }
    const flooding = what === 'hello' ? sockets.slice(1) : sockets;
    const bodies = {
      hello: () => ({ version: protocolVersion, language: 'en', token }),
      'log:read': () => ({ after: 0 }),
      'message:send': (id: string) => ({ id, text: 'flood' }),
    };
    const bodyOf = bodies[what as keyof typeof bodies];
    await Promise.all(
      flooding.map(async (socket, at) => {
        for (let i = 0; i < 600 && socket.connected; i += 1) {
          await socket
            .timeout(10_000)
            .emitWithAck(what, bodyOf(`m${at}-${i}`))
            .catch(() => undefined);
        }
      }),
    );
    expect(flooding.filter((socket) => socket.connected)).toHaveLength(0);
    await neighbour.say('And I?');
    expect(await neighbour.ask('log:read', { after: 0 })).toMatchObject({ ok: true });
    const other = await relay.visit(from);
    await other.say('And I, too?');
  },
);
