import { expect, test } from 'vitest';
import { startRelay, type TestRelay } from '../testing/start-relay.ts';
import { createTokens, hashOf, newId, type Claims } from './tokens.ts';

/** What the relay makes of a token; the words of hello's refusal otherwise. */
async function open(relay: TestRelay, token: string, site?: string): Promise<string> {
  try {
    const visitor = await relay.visit({ token, ...(site ? { site } : {}) });
    return visitor.welcome.conversation ? 'known' : 'new';
  } catch (error) {
    return String(error).replace('Error: hello was refused: ', '');
  }
}

async function someone(relay: TestRelay) {
  const visitor = await relay.visit();
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  return visitor;
}

test('a token that was not handed out here, or was changed in any bit, is good for nothing', async () => {
  await using relay = await startRelay();
  const { token } = await someone(relay);
  const [version = '', payload = '', mac = ''] = token.split('.');
  const flipped = Array.from({ length: 12 }, (_, i) => {
    const bytes = Buffer.from(payload, 'base64url');
    const at = Math.floor((i * bytes.length) / 12);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (i % 8));
    return [version, bytes.toString('base64url'), mac].join('.');
  });
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  const otherwise = (change: object) => Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
  const foreign = createTokens({ key: Buffer.alloc(32, 7), lifeMs: 1e9, now: Date.now });
  // Base64url has spellings that mean the same bytes; only one of them is a token.
  const last = mac.slice(-1);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const respelled = mac.slice(0, -1) + (letters[letters.indexOf(last) ^ 1] ?? '');
  const forged = [
    ...flipped,
    token.slice(0, -1),
    `${token}x`,
    `${token}.`,
    `${token}=`,
    `v2.${payload}.${mac}`,
    `v1.${payload}.`,
    `v1.${payload}.${respelled}`,
    `v1.${otherwise({ expiresAt: Number.MAX_SAFE_INTEGER })}.${mac}`,
    `v1.${otherwise({ conversation: newId() })}.${mac}`,
    `v1.${otherwise({})}.`,
    'v1.e30.e30',
    `eyJhbGciOiJub25lIn0.${payload}.`,
    foreign.mint('demo').token,
    foreign.mint('demo', { ...claims, token }).token,
    '',
    'null',
  ];
  for (const one of forged.filter(Boolean)) expect(await open(relay, one)).toBe('expired');
  expect(await open(relay, token)).toBe('known');
});

test('a token of another site is not good here', async () => {
  await using relay = await startRelay({
    settings: ({ sites }) => (sites['other'] = { ...sites['demo']!, name: 'Another shop' }),
  });
  const { token } = await someone(relay);
  expect(await open(relay, token, 'other')).toBe('expired');
  expect(await open(relay, token, 'demo')).toBe('known');
});

test('a token is over when its time is, whether anything was said or not', async () => {
  let at = Date.now();
  await using relay = await startRelay({ now: () => at, settings: ({ times }) => (times.token = 60_000) });
  const { token } = await someone(relay);
  const unused = (await relay.visit()).token;
  at += 59_000;
  expect(await open(relay, token)).toBe('known');
  expect(await open(relay, unused)).toBe('new');
  at += 2_000;
  expect(await open(relay, token)).toBe('expired');
  expect(await open(relay, unused)).toBe('expired');
});

test('a token lives over a restart', async () => {
  await using relay = await startRelay();
  const { token } = await someone(relay);
  await relay.restart();
  expect(await open(relay, token)).toBe('known');
});

test('what the database keeps of a token opens nothing', async () => {
  await using relay = await startRelay();
  const { token } = await someone(relay);
  expect(await relay.store.session(token)).toBeUndefined();
  expect(await relay.store.session(hashOf(token))).toBeDefined();
  expect(await open(relay, hashOf(token))).toBe('expired');
});

test('a token whose conversation a restored backup has lost begins anew with it', async () => {
  await using before = await startRelay();
  await using relay = await startRelay();
  const { token } = await someone(before);
  // The key is part of the backup; the conversation was begun after it.
  await relay.store.set('key.tokens', (await before.store.setting('key.tokens')) ?? '');
  await relay.restart();
  expect(await open(relay, token)).toBe('new');
  const visitor = await relay.visit({ token });
  await visitor.say('Hi', 'm1');
  expect(await open(relay, token)).toBe('known');
});

test('an old token is replaced when the next one is first used, and goes on for a grace', async () => {
  let at = Date.now();
  await using relay = await startRelay({ now: () => at, settings: ({ times }) => (times.rotation = 1_000) });
  const { token } = await someone(relay);
  at += 2_000;
  const tab = await relay.visit({ token });
  const next = tab.token;
  expect(next).not.toBe(token);
  // Handed out is not used: the acknowledgement may have been lost, and the browser still has the old one.
  at += 3_600_000;
  expect(await open(relay, token)).toBe('known');
  expect(await open(relay, next)).toBe('known');
  at += 30_000;
  expect(await open(relay, token)).toBe('known');
  at += 31_000;
  expect(await open(relay, token)).toBe('expired');
  expect(await open(relay, next)).toBe('known');
});

test('two tabs that were each given a next token both go on, whichever the browser keeps', async () => {
  let at = Date.now();
  await using relay = await startRelay({ now: () => at, settings: ({ times }) => (times.rotation = 1_000) });
  const { token } = await someone(relay);
  at += 2_000;
  const one = (await relay.visit({ token })).token;
  const two = (await relay.visit({ token })).token;
  expect(new Set([token, one, two]).size).toBe(3);
  expect(await open(relay, one)).toBe('known');
  at += 86_400_000;
  expect(await open(relay, token)).toBe('expired');
  expect(await open(relay, two)).toBe('known');
});

test('a copy of a token that goes on beside the browser’s own is turned away once the own one has grown old', async () => {
  let at = Date.now();
  const said: { fields: object; sentence: string }[] = [];
  const log = {
    info() {},
    error() {},
    warn: (fields: object, sentence: string) => void said.push({ fields, sentence }),
  };
  await using relay = await startRelay({ now: () => at, log, settings: ({ times }) => (times.rotation = 3_600_000) });
  const { token } = await someone(relay);
  at += 3_700_000;
  // The browser's tabs, and somebody with a copy of what it stored.
  const own = (await relay.visit({ token })).token;
  const copied = (await relay.visit({ token })).token;
  expect(await open(relay, own)).toBe('known');
  expect(await open(relay, copied)).toBe('known');
  at += 3_700_000;
  const next = (await relay.visit({ token: own })).token;
  expect(next).not.toBe(own);
  expect([await open(relay, copied), await open(relay, copied)]).toEqual(['expired', 'expired']);
  expect([await open(relay, own), await open(relay, next), await open(relay, own)]).toEqual([
    'known',
    'known',
    'known',
  ]);
  expect(said).toHaveLength(1);
  expect(said[0]?.sentence).toContain('two browsers');
  expect(JSON.stringify(said)).not.toContain(copied);
});

test('a successor of a token that was over is over, too', async () => {
  let at = Date.now();
  await using relay = await startRelay({ now: () => at, settings: ({ times }) => (times.rotation = 1_000) });
  const visitor = await someone(relay);
  const { token } = visitor;
  const stale = createTokens({
    key: Buffer.from((await relay.store.setting('key.tokens')) ?? '', 'base64url'),
    lifeMs: 1e9,
    now: () => at + 200_000,
  });
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
  at += 2_000;
  const next = (await relay.visit({ token })).token;
  expect(await open(relay, next)).toBe('known');
  at += 300_000;
  expect(await open(relay, stale.mint('demo', { ...claims, token }).token)).toBe('expired');
});
