import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { markOf } from '../../shared/mark.ts';
import { longestText, pageOfEvents, protocolVersion } from '../../shared/limits.ts';
import type { Reply } from '../../shared/protocol.ts';
import { startRelay, type TestRelay } from '../testing/start-relay.ts';
import { isPostgres } from '../testing/test-store.ts';
import { eventually, knock, type Visitor } from '../testing/visit.ts';

const no = (refusal: string) => ({ ok: false, refusal });
const hello = { version: protocolVersion, language: 'en' };
const greeting = 'bot: Hello. I know the catalogue, delivery and the returns rules.';

let one: Promise<TestRelay> | undefined;
/** One relay for all that changes nothing. */
const shared = () => (one ??= startRelay());
afterAll(async () => (await one)?.[Symbol.asyncDispose]());

/** The process is up, and others are served. */
async function servesOthers(relay: TestRelay) {
  const other = await relay.visit();
  await other.say('And I?');
  await other.hears('You said: And I?');
}

const isGapless = (visitor: Visitor) => {
  const seqs = [...visitor.events.keys()].sort((a, b) => a - b);
  return seqs.every((seq, index) => seq === index + 1);
};

test('nothing is stored before the first word, and then the greeting stands before it', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  expect(visitor.welcome).toMatchObject({ conversation: null, site: { greeting: greeting.slice(5) } });
  await visitor.ask('log:read', { after: 0 });
  expect(await relay.store.recent(0, 10)).toEqual([]);
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  expect(visitor.transcript()).toEqual([greeting, 'visitor: Hi', 'bot: You said: Hi']);
  expect(await relay.store.recent(0, 10)).toHaveLength(1);
});

test('the greeting that is stored speaks the language of the visitor', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit({ language: 'de-AT' });
  await visitor.say('Hallo');
  await visitor.hears('Hier gibt es Antworten');
});

test('a lost acknowledgement doubles nothing, not even of the very first message', async () => {
  await using relay = await startRelay();
  const before = await relay.visit();
  const { token } = before;
  const first = await before.ask('message:send', { id: 'm1', text: 'Hi' });
  before.close();
  const visitor = await relay.visit({ token });
  expect(await visitor.ask('message:send', { id: 'm1', text: 'Hi' })).toEqual(first);
  expect(await visitor.ask('message:send', { id: 'm1', text: 'Hi' })).toEqual(first);
  await visitor.hears('You said: Hi');
  await visitor.say('Next');
  await visitor.hears('You said: Next');
  expect(visitor.transcript().filter((line) => line === 'visitor: Hi')).toHaveLength(1);
  expect(relay.bot.asked.map(({ text }) => text)).toEqual(['Hi', 'Next']);
});

test('the first message sent by two tabs at once is one message', async () => {
  await using relay = await startRelay();
  const one = await relay.visit();
  const two = await relay.visit({ token: one.token });
  const [a, b] = await Promise.all([one, two].map((tab) => tab.ask('message:send', { id: 'm1', text: 'Hi' })));
  expect(a).toEqual(b);
  await one.hears('You said: Hi');
  await two.hears('You said: Hi');
  expect(two.transcript()).toEqual(one.transcript());
});

test('asking for a person is a first word, too, and asking twice is asking once', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  const first = await visitor.ask('handoff:ask', { id: 'a1' });
  expect(first).toMatchObject({ ok: true, value: { phase: 'asking' } });
  expect(await visitor.ask('handoff:ask', { id: 'a1' })).toEqual(first);
  expect(await visitor.ask('handoff:ask', { id: 'a2' })).toEqual(first);
  await visitor.hears('[asked]');
  expect(visitor.transcript()).toEqual([greeting, '[asked]']);
});

test('an id that was used with another text, or for something else, or is not the visitor’s to give, is refused', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  await visitor.say('Hi', 'm1');
  await visitor.hears('You said: Hi');
  expect(await visitor.ask('message:send', { id: 'm1', text: 'Ho' })).toEqual(no('conflict'));
  expect(await visitor.ask('handoff:ask', { id: 'm1' })).toEqual(no('conflict'));
  const mine = [...visitor.events.values()].find((event) => event.kind === 'message');
  const theirs = mine?.kind === 'message' ? mine.message.id : '';
  expect(await visitor.ask('message:send', { id: theirs, text: 'I am the greeting' })).toEqual(no('conflict'));
  // Ids of what people at the desk will say can be guessed: they are not to be taken beforehand.
  expect(await visitor.ask('message:send', { id: 'd.1.101', text: 'I come first' })).toEqual(no('invalid'));
  expect(visitor.transcript()).toEqual([greeting, 'visitor: Hi', 'bot: You said: Hi']);
});

test('two sockets of one visitor see the same, in order and without a gap; another visitor sees nothing of it', async () => {
  await using relay = await startRelay();
  const one = await relay.visit();
  await one.say('1');
  const two = await relay.visit({ token: one.token });
  const other = await relay.visit();
  await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).say(`word ${i}`)));
  await one.until(() => one.transcript().some((line) => line.includes('You said') && line.includes('word 19')));
  await two.until(() => two.events.size === one.events.size && isGapless(two));
  expect(isGapless(one)).toBe(true);
  expect(two.transcript()).toEqual(one.transcript());
  expect(one.arrivals).toHaveLength(one.events.size);
  expect(other.events.size).toBe(0);
  expect(other.typing).toEqual([]);
  expect(await other.ask('log:read', { after: 0 })).toEqual(no('forbidden'));
});

test('a visitor who comes back is told what they have not got, and all of it where the log is another one', async () => {
  await using relay = await startRelay();
  const first = await relay.visit();
  await first.say('Hi');
  await first.hears('You said: Hi');
  const { token } = first;
  const log = (await relay.store.recent(0, 1))[0]?.log ?? '';
  first.close();
  const again = await relay.visit({ token, log, after: 2 });
  expect([...again.events.keys()]).toEqual([3]);
  expect(again.welcome.conversation).toMatchObject({ log, seq: 3, handoff: { phase: 'bot' } });
  const elsewhere = await relay.visit({ token, log: 'another', after: 2 });
  expect([...elsewhere.events.keys()]).toEqual([1, 2, 3]);
});

test('a long log is read in pages', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  const many = { messages: Array.from({ length: 105 }, (_, i) => ({ text: `line ${i}` })) };
  relay.bot.next(many, many);
  await visitor.say('Tell me everything');
  await visitor.hears('line 104');
  await visitor.say('Again');
  const all = 1 + 2 * (1 + 105);
  await visitor.until(() => visitor.events.size === all);
  const again = await relay.visit({ token: visitor.token });
  const { conversation } = again.welcome;
  expect(conversation).toMatchObject({ seq: all, events: { length: pageOfEvents } });
  const rest = await again.ask('log:read', { after: pageOfEvents });
  const seqs = rest.ok ? rest.value.events.map(({ seq }) => seq) : [];
  expect(seqs).toEqual(Array.from({ length: all - pageOfEvents }, (_, i) => pageOfEvents + 1 + i));
  expect(await again.ask('log:read', { after: 1_000_000 })).toMatchObject({ ok: true, value: { events: [] } });
});

test('behind a proxy that is configured, the one it names has the address', async () => {
  await using relay = await startRelay({
    settings: (config) => {
      config.trustProxy = 1;
      config.limits.sockets = { ...config.limits.sockets, perAddress: 1 };
    },
  });
  await relay.visit({ headers: { 'x-forwarded-for': '203.0.113.9, 198.51.100.1' } });
  await relay.visit({ headers: { 'x-forwarded-for': '198.51.100.2' } });
  // The first entry is what the browser claims.
  await expect(relay.visit({ headers: { 'x-forwarded-for': '192.0.2.7, 198.51.100.1' } })).rejects.toThrow('tooFast');
});

test('a foreign origin and an unknown site are refused, readably, before anything else; the log says what to add', async () => {
  const said: string[] = [];
  const log = { info() {}, error() {}, warn: (_: object, sentence: string) => void said.push(sentence) };
  await using relay = await startRelay({ log });
  for (const transports of [['websocket'], ['polling']] as const) {
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost.evil.example',
      'http://localhost:80@evil',
    ]) {
      await expect(knock(relay.url, { origin, transports: [...transports] })).rejects.toThrow('forbidden');
    }
  }
  expect(said).toContain(
    'a page of https://evil.example was refused; to allow it, add it to sites.demo.origins in baton.yaml and start again',
  );
  for (const site of ['nobody', '__proto__', 'constructor', '']) {
    await expect(knock(relay.url, { site })).rejects.toThrow('forbidden');
  }
  await expect(knock(relay.url, { site: { demo: true } as unknown as string })).rejects.toThrow('forbidden');
  const allowed = await knock(relay.url, { origin: 'http://localhost:5173' });
  allowed.close();
  await servesOthers(relay);
});

test('before hello nothing is answered but a refusal, and hello is said once', async () => {
  await using relay = await startRelay();
  const socket = await knock(relay.url);
  const ask = (name: string, body: unknown) => socket.timeout(5_000).emitWithAck(name, body) as Promise<Reply<unknown>>;
  expect(await ask('message:send', { id: 'm1', text: 'Hi' })).toEqual(no('forbidden'));
  expect(await ask('log:read', { after: 0 })).toEqual(no('forbidden'));
  expect(await ask('handoff:cancel', {})).toEqual(no('forbidden'));
  const both = await Promise.all([ask('hello', hello), ask('hello', hello)]);
  expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect(await ask('hello', hello)).toEqual(no('forbidden'));
  socket.close();
  expect(await relay.store.recent(0, 10)).toEqual([]);
});

test('buttons of a conversation that was not begun are refused, and begin none', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  expect(await visitor.ask('handoff:cancel', {})).toEqual(no('forbidden'));
  expect(await visitor.ask('handoff:back', {})).toEqual(no('forbidden'));
  expect(await visitor.ask('chat:end', {})).toEqual(no('forbidden'));
  expect(await visitor.ask('handoff:choose', { topic: null })).toEqual(no('forbidden'));
  expect(await relay.store.recent(0, 10)).toEqual([]);
});

test.each([
  ['a text that is too long', 'message:send', { id: 'm', text: 'x'.repeat(longestText + 1) }],
  ['an empty text', 'message:send', { id: 'm', text: '' }],
  ['a blank text', 'message:send', { id: 'm', text: ' \n\t ' }],
  ['control characters alone', 'message:send', { id: 'm', text: '\u0000\u0007\u009f' }],
  ['no text', 'message:send', { id: 'm' }],
  ['an object where a text should be', 'message:send', { id: 'm', text: { $ne: null } }],
  ['a list where a text should be', 'message:send', { id: 'm', text: ['Hi'] }],
  ['an id with quotes', 'message:send', { id: "m' OR 1=1 --", text: 'Hi' }],
  ['an id that is too long', 'message:send', { id: 'm'.repeat(65), text: 'Hi' }],
  ['an id of other letters', 'message:send', { id: 'ünïcode', text: 'Hi' }],
  ['a number as an id', 'message:send', { id: 7, text: 'Hi' }],
  [
    'a choice that is too long',
    'message:send',
    { id: 'm', text: 'Hi', choice: { title: 'a', value: 'x'.repeat(501) } },
  ],
  ['a text instead of a body', 'message:send', 'Hi'],
  ['nothing instead of a body', 'message:send', null],
  ['a list instead of a body', 'message:send', ['m', 'Hi']],
  ['a negative place in the log', 'log:read', { after: -1 }],
  ['half a place in the log', 'log:read', { after: 1.5 }],
  ['a place beyond counting', 'log:read', { after: 2 ** 63 }],
  ['a text as a place', 'log:read', { after: '1' }],
  ['a topic that is too long', 'handoff:choose', { topic: 'x'.repeat(101) }],
  ['no topic', 'handoff:choose', {}],
] as const)('%s is invalid, and nothing comes of it', async (_, name, body) => {
  const relay = await shared();
  const visitor = await relay.visit();
  expect(await visitor.ask(name, body as never)).toEqual(no('invalid'));
  expect(await visitor.ask('log:read', { after: 0 })).toEqual(no('forbidden'));
  await visitor.say('Still here');
  visitor.close();
});

test.each([
  ['a version of the future', { ...hello, version: protocolVersion + 1 }],
  ['no version', { language: 'en' }],
  ['a token that is no text', { ...hello, token: { v: 1 } }],
  ['a token that is too long', { ...hello, token: 'x'.repeat(513) }],
  ['a language that is too long', { ...hello, language: 'x'.repeat(36) }],
  ['a language that no database takes', { ...hello, language: 'e\0' }],
  ['no language', { ...hello, language: '' }],
  ['a page that is too long', { ...hello, page: { url: 'x'.repeat(2_001), title: '' } }],
])('hello with %s is invalid', async (_, body) => {
  const relay = await shared();
  const socket = await knock(relay.url);
  expect(await socket.timeout(5_000).emitWithAck('hello', body)).toEqual(no('invalid'));
  expect(await socket.timeout(5_000).emitWithAck('hello', hello)).toMatchObject({ ok: true });
  socket.close();
});

test('what breaks terminals and files is taken out of a text; the rest of it stays as it was', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  await visitor.say('a\u0000b\u001b[31mc\r\nd\te 😀 \ud800 {{contact.email}} مرحبا');
  await visitor.hears('visitor: ab[31mc\nd\te 😀 \ufffd {{contact.email}} مرحبا');
  const again = await relay.visit({ token: visitor.token });
  expect(again.transcript()[1]).toBe(visitor.transcript()[1]);
});

test.each([
  ['an unknown event', (each: number) => [`shout ${each}`, {}, () => {}]],
  ['the name of a prototype', () => ['__proto__', {}, () => {}]],
  ['the name of a method', () => ['constructor', {}, () => {}]],
  ['a request without a callback', () => ['log:read', { after: 0 }]],
  ['a request with something else for a callback', () => ['log:read', { after: 0 }, 'call me']],
  ['a malformed request', () => ['log:read', 'after', () => {}]],
] as const)('%s is nonsense: three of them end the connection, and the process stays up', async (_, make) => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  const send = (each: number) => {
    const [name = '', ...args] = make(each) as [string, ...unknown[]];
    visitor.socket.emit(name, ...args);
  };
  send(1);
  send(2);
  await visitor.say('Still here');
  send(3);
  await eventually(() => visitor.socket.disconnected, 'the connection ends');
  await servesOthers(relay);
});

test('an event larger than 64 KiB ends the connection, and nothing else', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  visitor.socket.emit('message:send', { id: 'm', text: 'x'.repeat(70_000) }, () => {});
  await eventually(() => visitor.socket.disconnected, 'the connection ends');
  await servesOthers(relay);
});

test('a flood is told to wait, and cut off where it does not', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  const refusals: Reply<unknown>[] = [];
  const send = (times: number) => {
    for (let i = 0; i < times; i += 1) {
      visitor.socket.emit('log:read', { after: 0 }, (said: Reply<unknown>) => refusals.push(said));
    }
  };
  send(100);
  await eventually(() => refusals.length === 100, 'each is answered');
  send(1_000);
  await eventually(() => visitor.socket.disconnected, 'the connection ends');
  const tooFast = refusals.filter((said) => !said.ok && said.refusal === 'tooFast');
  expect(tooFast.length).toBeGreaterThan(0);
  expect(tooFast[0]).toMatchObject({ retryAfterMs: expect.any(Number) });
  await servesOthers(relay);
});

test('whoever writes faster than anybody reads is told how long to wait, and loses nothing', async () => {
  await using relay = await startRelay({
    settings: ({ limits }) => (limits.messages = { burst: 3, perMinute: 180 }),
  });
  const visitor = await relay.visit();
  for (const text of ['1', '2', '3']) await visitor.say(text);
  const refused = await visitor.ask('message:send', { id: 'm4', text: '4' });
  expect(refused).toMatchObject({ ok: false, refusal: 'tooFast', retryAfterMs: expect.any(Number) });
  // A repeat of what was accepted is no new message.
  const other = await relay.visit({ token: visitor.token });
  await other.until(() => other.transcript().includes('visitor: 3'));
  await eventually(
    async () => (await visitor.ask('message:send', { id: 'm4', text: '4' })).ok,
    'it is accepted in the end',
  );
  await visitor.hears('visitor: 4');
});

test('one address, and one visitor, have so many sockets at once', async () => {
  await using relay = await startRelay({
    settings: ({ limits }) => (limits.sockets = { ...limits.sockets, perVisitor: 2, perAddress: 4 }),
  });
  const one = await relay.visit();
  const { token } = one;
  await relay.visit({ token });
  await expect(relay.visit({ token })).rejects.toThrow('tooFast');
  await eventually(async () => {
    const sockets = await Promise.allSettled([relay.visit(), relay.visit(), relay.visit()]);
    return sockets.some((each) => each.status === 'rejected' && String(each.reason).includes('tooFast'));
  }, 'the fifth is refused');
});

test('a full disk refuses what cannot be kept, acknowledges nothing, and the visitor goes on afterwards', async () => {
  let isFull = false;
  const failures: object[] = [];
  await using relay = await startRelay({
    log: { info() {}, warn() {}, error: (fields) => void failures.push(fields) },
    around: (store) => ({
      ...store,
      commit: (...args) => (isFull ? Promise.reject(new Error('disk full')) : store.commit(...args)),
    }),
  });
  const visitor = await relay.visit();
  await visitor.say('Before');
  await visitor.hears('You said: Before');
  isFull = true;
  expect(await visitor.ask('message:send', { id: 'm2', text: 'Lost?' })).toEqual(no('unavailable'));
  expect(await visitor.ask('handoff:ask', { id: 'a' })).toEqual(no('unavailable'));
  const stranger = await relay.visit();
  for (const each of [stranger, stranger, visitor]) {
    expect(await each.ask('message:send', { id: 'm1', text: 'Hi' })).toEqual(no('unavailable'));
  }
  // Once a minute each, however many visitors try.
  const requests = failures.flatMap((fields) => ('request' in fields ? [fields.request] : []));
  expect(requests).toEqual(['message:send', 'handoff:ask']);
  isFull = false;
  await visitor.say('Lost?', 'm2');
  await stranger.say('Hi', 'm1');
  await visitor.hears('You said: Lost?');
  await stranger.hears('You said: Hi');
  expect(visitor.transcript().filter((line) => line.endsWith('Lost?'))).toEqual([
    'visitor: Lost?',
    'bot: You said: Lost?',
  ]);
});

test('that the bot thinks is shown, and stored nowhere', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  await visitor.until(() => visitor.typing.length === 2);
  expect(visitor.typing).toEqual([
    { author: { kind: 'bot' }, on: true },
    { author: { kind: 'bot' }, on: false },
  ]);
  expect(visitor.events.size).toBe(3);
});

test('a visitor who leaves in the middle of hello is forgotten', async () => {
  let hold: (() => void) | undefined;
  await using relay = await startRelay({
    settings: ({ limits }) => (limits.sockets = { ...limits.sockets, perVisitor: 1 }),
    around: (store) => ({
      ...store,
      session: async (hash) => {
        if (hold) await new Promise<void>((resolve) => (hold = resolve));
        return store.session(hash);
      },
    }),
  });
  const first = await relay.visit();
  await first.say('Hi');
  const { token } = first;
  first.close();
  const leaving = await knock(relay.url);
  hold = () => {};
  const before = hold;
  leaving.emit('hello', { ...hello, token }, () => {});
  await eventually(() => hold !== before, 'hello waits for the store');
  leaving.close();
  // Whoever comes after it is served after it was seen to leave.
  await relay.visit();
  hold();
  hold = undefined;
  await eventually(
    () =>
      relay.visit({ token }).then(
        () => true,
        () => false,
      ),
    'its place is free',
  );
});

test('a browser that has read further than there is anything learns that history was lost, and reads anew', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  await visitor.say('One');
  await visitor.hears('You said: One');
  const read = await visitor.ask('log:read', { after: 0 });
  const log = read.ok ? read.value.log : '';
  visitor.close();
  // As after a restored backup: this browser has seen number 99 of the same log.
  const back = await relay.visit({ token: visitor.token, log, after: 99 });
  expect(back.transcript()).toEqual(visitor.transcript());
  const anew = await back.ask('log:read', { after: 0 });
  expect(anew.ok && anew.value.log).not.toBe(log);
  await back.say('Two');
  await back.hears('You said: Two');
});

test('the log is given another identity for a browser at most once an hour', async () => {
  let at = Date.now();
  const said: string[] = [];
  const log = { info() {}, error() {}, warn: (_: object, sentence: string) => void said.push(sentence) };
  await using relay = await startRelay({ log, now: () => at });
  const visitor = await relay.visit();
  await visitor.say('One');
  await visitor.hears('You said: One');
  const { token } = visitor;
  const identity = async () => (await relay.store.recent(0, 1))[0]?.log ?? '';
  const identities = new Set([await identity()]);
  for (let i = 0; i < 5; i += 1) {
    const back = await relay.visit({ token, log: await identity(), after: 1_000_000 });
    identities.add(await identity());
    back.close();
  }
  expect([identities.size, said.length]).toEqual([2, 1]);
  at += 3_600_000;
  await relay.visit({ token, log: await identity(), after: 1_000_000 });
  identities.add(await identity());
  expect(identities.size).toBe(3);
});

test('after a restored backup a browser that was away gets every word, although the log is longer again', async ({
  skip,
}) => {
  skip(isPostgres, 'it handles the file itself');
  await using relay = await startRelay();
  const visitor = await relay.visit();
  await visitor.say('One');
  await visitor.hears('You said: One');
  const { token } = visitor;
  await relay.restart();
  const backup = join(relay.folder, 'backup.db');
  copyFileSync(join(relay.folder, 'baton.db'), backup);
  const away = await relay.visit({ token });
  await away.say('Two, which the backup does not have');
  await away.hears('You said: Two');
  const last = away.events.get(5);
  const { log } = away.welcome.conversation ?? {};
  await relay.restart({
    async meanwhile() {
      for (const end of ['', '-wal', '-shm']) rmSync(join(relay.folder, `baton.db${end}`), { force: true });
      copyFileSync(backup, join(relay.folder, 'baton.db'));
    },
  });
  const other = await relay.visit({ token });
  await other.say('Other words');
  await other.hears('You said: Other words');
  await other.say('More of them');
  await other.hears('You said: More of them');
  expect(other.events.get(5)).not.toEqual(last);
  const back = await relay.visit({
    token,
    after: 5,
    ...(log ? { log } : {}),
    ...(last ? { mark: markOf(last) } : {}),
  });
  expect(back.transcript()).toEqual(other.transcript());
  expect(back.welcome.conversation?.log).not.toBe(log);
  // One whose last event is ours is told only what is new.
  const same = other.events.get(5);
  const again = await relay.visit({
    token,
    after: 5,
    log: back.welcome.conversation?.log ?? '',
    ...(same ? { mark: markOf(same) } : {}),
  });
  expect([...again.events.keys()]).toEqual([6, 7]);
});

test('a failure while hello is answered shuts nothing: it is said again over the same socket', async () => {
  let fails = 0;
  const logged: object[] = [];
  const log = { info() {}, warn() {}, error: (fields: object) => void logged.push(fields) };
  await using relay = await startRelay({
    log,
    settings: ({ limits }) => (limits.sockets = { ...limits.sockets, perVisitor: 1 }),
    around: (store) => ({
      ...store,
      events: (...args) => ((fails -= 1) >= 0 ? Promise.reject(new Error('locked')) : store.events(...args)),
    }),
  });
  const first = await relay.visit();
  await first.say('Hi');
  await first.hears('You said: Hi');
  const { token } = first;
  first.close();
  const socket = await knock(relay.url);
  const ask = () => socket.timeout(5_000).emitWithAck('hello', { ...hello, token }) as Promise<Reply<unknown>>;
  await eventually(async () => {
    fails = 1;
    const reply = await ask();
    // The socket that left may be counted for a moment.
    return !reply.ok && reply.refusal === 'unavailable';
  }, 'hello fails');
  fails = 0;
  expect(await ask()).toMatchObject({ ok: true });
  expect(await socket.timeout(5_000).emitWithAck('message:send', { id: 'm2', text: 'Ho' })).toMatchObject({ ok: true });
  // A line about a conversation names it, by a name that opens nothing.
  const [{ id = '' } = {}] = await relay.store.recent(0, 1);
  expect(JSON.stringify(logged)).not.toContain(id);
  socket.close();
  await eventually(
    () =>
      relay.visit({ token }).then(
        () => true,
        () => false,
      ),
    'its place is free',
  );
});

test('a log of long words is read in pages that a slow browser can take', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  for (let i = 0; i < 6; i += 1) {
    relay.bot.next({ messages: Array.from({ length: 10 }, () => ({ text: 'ü'.repeat(9_000) })) });
    await visitor.say('Tell me everything');
    await eventually(() => visitor.events.size === 1 + 11 * (i + 1), 'the answers');
  }
  const again = await relay.visit({ token: visitor.token });
  expect(again.welcome.conversation?.seq).toBe(67);
  const seen = [...again.events.keys()];
  for (let pages = 0; seen.length < 67 && pages < 67; pages += 1) {
    const reply = await again.ask('log:read', { after: seen.length });
    const events = reply.ok ? reply.value.events : [];
    expect(events.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(JSON.stringify(events))).toBeLessThan(200_000);
    seen.push(...events.map(({ seq }) => seq));
  }
  expect(seen).toEqual(Array.from({ length: 67 }, (_, i) => i + 1));
});

test('pages of the log are counted by visitor over all their sockets, and by address', async () => {
  const setting: unknown[] = [];
  const log = { info() {}, error() {}, warn: (fields: object) => void setting.push(fields) };
  await using relay = await startRelay({ log, settings: ({ limits }) => (limits.reads = { burst: 5, perMinute: 5 }) });
  const one = await relay.visit();
  await one.say('Hi');
  const sockets = [await relay.visit({ token: one.token }), await relay.visit({ token: one.token })];
  const replies = [];
  for (const socket of [...sockets, ...sockets]) replies.push(await socket.ask('log:read', { after: 0 }));
  expect(replies.map(({ ok }) => ok)).toEqual([true, true, true, false]);
  expect(replies[3]).toMatchObject({ refusal: 'tooFast', retryAfterMs: expect.any(Number) as number });
  expect(setting).toEqual([{ setting: 'limits.reads', refused: 1 }]);
  // Ten readers at one address, and each hello is a page.
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => relay.visit()));
  const refused = all.filter((each) => each.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(50);
});

test('what was pressed is as clean as what was typed', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  await visitor.ask('message:send', {
    id: 'm1',
    text: 'A',
    choice: { title: 'A\u0000\u001b', value: 'a\u0000\ud800' },
  });
  await visitor.hears('You said: A');
  expect(relay.bot.asked[0]).toMatchObject({ choice: { title: 'A', value: 'a\ufffd' } });
});

test('an event that nobody knows is refused, readably', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  expect(await visitor.socket.timeout(2_000).emitWithAck('message:edit', {})).toEqual({
    ok: false,
    refusal: 'invalid',
  });
});

test('whoever asks for a person again and again is told to wait, for each wish may ring a whole team', async () => {
  await using relay = await startRelay({
    settings: (config) => (config.limits.handoffs = { burst: 2, perMinute: 1 }),
  });
  const visitor = await relay.visit();
  const answers = [];
  for (const id of ['a', 'b', 'c']) {
    answers.push(await visitor.ask('handoff:ask', { id }));
    await visitor.ask('handoff:cancel', {});
  }
  expect(answers.map((answer) => answer.ok)).toEqual([true, true, false]);
  expect(answers[2]).toMatchObject({ refusal: 'tooFast', retryAfterMs: expect.any(Number) as number });
});

test('who writes too fast gets the old answer to a repeat all the same', async () => {
  await using relay = await startRelay({ settings: ({ limits }) => (limits.messages = { burst: 2, perMinute: 2 }) });
  const visitor = await relay.visit();
  const send = (id: string) => visitor.ask('message:send', { id, text: 'Hi' });
  const first = await send('a');
  await send('b');
  expect(await send('c')).toMatchObject({ ok: false, refusal: 'tooFast' });
  expect(await send('a')).toEqual(first);
});

test('what stands in the query of the page is told to nobody', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit({ url: 'https://shop.example/reset?token=secret#mine' });
  await visitor.say('Hello');
  await visitor.hears('You said: Hello');
  expect(relay.bot.asked[0]?.page?.url).toBe('https://shop.example/reset');
});
