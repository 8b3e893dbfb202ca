import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SandboxOptions } from '../../../../sandbox/server.ts';
import type { DeskThread, Hint } from '../../desk.ts';
import type { ChatwootDesk } from '../chatwoot-desk.ts';
import { isSigned, readDelivery } from './delivery.ts';
import { countRequests } from '../../../testing/count-requests.ts';
import { listen } from '../../../testing/listen.ts';
import { createEar, mara, startDesk, type DeskUnderTest, type Who } from '../testing/start-desk.ts';

const at = (thread: DeskThread, rest = '') => `conversations/${thread.ref?.['number']}${rest}`;
const write = async (under: DeskUnderTest, thread: DeskThread, who: Who, body: object) =>
  (await under.as(who, 'POST', at(thread, '/messages'), body)).id as number;
const names = (thread: DeskThread, id: number) => (hint: Hint) => hint.ids.includes(id) && isAbout(thread, hint);
const isAbout = (thread: DeskThread, { thread: which }: Hint) =>
  'source' in which ? which.source === thread.source : which.number === thread.ref?.['number'];

/** A relay's edge: what main.ts mounts, without Express. */
async function openEdge(desk: () => ChatwootDesk | undefined) {
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const secret = request.url?.split('/').at(-1) ?? '';
      const status = desk()?.webhook.receive(Buffer.concat(chunks), request.headers, secret) ?? 503;
      statuses.push(status);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url, statuses, [Symbol.asyncDispose]: close };
}

/** A desk that is heard by its webhook. */
async function withWebhook(switches: SandboxOptions['switches'] = {}) {
  const opened: { desk?: ChatwootDesk } = {}; // the desk must know the edge's address, and the edge the desk
  const edge = await openEdge(() => opened.desk);
  const log = listen();
  const timing = { sweepMs: 60_000 };
  const under = await startDesk({
    sandbox: { switches: { refuseCable: true, ...switches } },
    desk: { publicUrl: edge.url, log, timing },
  });
  opened.desk = under.desk;
  const dispose = async () => {
    await under[Symbol.asyncDispose]();
    await edge[Symbol.asyncDispose]();
  };
  return { under, edge, log, [Symbol.asyncDispose]: dispose };
}

test.each(['4.10', '4.14'] as const)('%s: the websocket alone is enough', async (chatwoot) => {
  await using under = await startDesk({ sandbox: { switches: { chatwoot } }, desk: { timing: { sweepMs: 60_000 } } });
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp(2); // at the start, and once it is subscribed
  const thread = await under.begin();
  const id = await write(under, thread, 'mara', { content: 'Hello' });
  await ear.hears(names(thread, id));
  const note = await write(under, thread, 'mara', { content: 'odd', private: true });
  await under.as('mara', 'POST', at(thread, '/toggle_typing_status'), { typing_status: 'on', is_private: true });
  await under.as('mara', 'POST', at(thread, '/toggle_typing_status'), { typing_status: 'on', is_private: false });
  await ear.hears((hint) => hint.typing?.on === true);
  expect(ear.hints.filter((hint) => hint.typing)).toMatchObject([{ typing: { agent: mara, on: true } }]);
  await under.as('mara', 'DELETE', at(thread, `/messages/${id}`));
  await ear.hears((hint) => names(thread, id)(hint) && hint !== ear.hints.find(names(thread, id)));
  expect(ear.hints.some((hint) => hint.ids.includes(note))).toBe(false);
  const toBot = await write(under, thread, 'mara', { content: '/bot continue', private: true });
  await ear.hears(names(thread, toBot));
});

test('a websocket that was cut comes back, and what was missed is found', async () => {
  const log = listen();
  await using under = await startDesk({ desk: { log, timing: { sweepMs: 60_000 } } });
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp(2);
  const thread = await under.begin();
  under.sandbox.set({ refuseCable: true });
  const id = await write(under, thread, 'mara', { content: 'while you were away' });
  under.sandbox.set({ refuseCable: false });
  await ear.hears(names(thread, id));
  expect(JSON.stringify(log.lines)).not.toMatch(/pubsub|while you were away/);
});

test('a token for the websocket that has changed is read anew', async () => {
  await using under = await startDesk({ desk: { timing: { sweepMs: 60_000 } } });
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp(2);
  under.sandbox.cut();
  await ear.catchesUp(3);
  const thread = await under.begin();
  const id = await write(under, thread, 'mara', { content: 'Hello' });
  await ear.hears(names(thread, id));
});

test.each(['4.10', '4.14'] as const)('%s: the webhook alone is enough', async (chatwoot) => {
  await using parts = await withWebhook({ chatwoot });
  const { under, edge, log } = parts;
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  const thread = await under.begin();
  const own = await under.say(thread, 'Anybody there?');
  const id = await write(under, thread, 'mara', { content: 'Hello' });
  await ear.hears(names(thread, id));
  await under.as('mara', 'POST', at(thread, '/toggle_typing_status'), { typing_status: 'on', is_private: false });
  await ear.hears((hint) => hint.typing?.on === true);
  await under.sandbox.idle();
  expect(new Set(edge.statuses)).toEqual(new Set([200]));
  expect(ear.hints.some((hint) => own.result === 'done' && hint.ids.includes(own.deskId ?? -1))).toBe(false);
  expect(log.lines.some(({ sentence }) => /signature/.test(sentence))).toBe(false);
});

test('deliveries doubled and shuffled name every message, and no thread but its own', async () => {
  await using parts = await withWebhook({ double: 0.5, shuffle: 5 });
  const { under } = parts;
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  const threads = [await under.begin(), await under.begin()];
  const ids = new Map<number, DeskThread>();
  for (let n = 0; n < 12; n += 1) {
    const thread = threads[n % 2];
    if (thread) ids.set(await write(under, thread, 'mara', { content: `line ${n}` }), thread);
  }
  for (const [id, thread] of ids) await ear.hears(names(thread, id));
  await under.sandbox.idle();
  for (const [id, thread] of ids) {
    expect(ear.hints.filter((hint) => hint.ids.includes(id)).every((hint) => isAbout(thread, hint))).toBe(true);
  }
});

test.each([true, false])('neither websocket nor webhook: looking is enough (people involved: %s)', async (involved) => {
  const timing = { sweepMs: 30, calmSweepMs: 60 };
  await using under = await startDesk({ sandbox: { switches: { refuseCable: true } }, desk: { timing } });
  const ear = createEar({ peopleInvolved: () => involved });
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  const thread = await under.begin();
  const id = await write(under, thread, 'mara', { content: 'Hello' });
  await ear.hears(names(thread, id));
  await under.as('mara', 'POST', at(thread, '/toggle_status'), { status: 'resolved' });
  const before = ear.hints.length;
  await ear.hears((hint) => isAbout(thread, hint) && ear.hints.indexOf(hint) >= before);
});

const minute = 60_000;

test.each([
  ['after an hour', -60 * minute, true],
  ['after sixteen minutes', -16 * minute, true],
  ['after a minute', -minute, false],
  ['after the clock was set back by a minute', minute, true],
  ['after the clock was set back by a day', 24 * 60 * minute, true],
])('%s all that moved is found; the list is read page by page: %s ms, %s', async (_name, away, isPaged) => {
  await using under = await startDesk({
    sandbox: { switches: { refuseCable: true } },
    desk: { timing: { sweepMs: 60_000 } },
  });
  const threads = [];
  for (let n = 0; n < 30; n += 1) threads.push(await under.begin());
  using requests = countRequests('sandbox-administrator');
  const ear = createEar({ since: Date.now() + away });
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  for (const thread of threads) expect(ear.hints.some((hint) => isAbout(thread, hint))).toBe(true);
  const lists = requests.asked.filter((one) => one.includes('/conversations?'));
  expect(lists.map((one) => /updated_within|page=\d/.exec(one)?.[0])).toEqual(
    isPaged ? ['page=1', 'page=2'] : ['updated_within'],
  );
});

test('a list that is too long to be taken at once is read page by page; a bad row hides none of the others', async () => {
  const log = listen();
  const timing = { sweepMs: 60_000 };
  await using under = await startDesk({ sandbox: { switches: { refuseCable: true } }, desk: { log, timing } });
  const [first, second] = [await under.begin(), await under.begin()];
  const { payload } = (await under.as('asha', 'GET', 'conversations?status=all')).data;
  const broken = payload.map((row: { id: number }) => (row.id === 1 ? { ...row, status: 7 } : row));
  under.sandbox.fault({ path: 'updated_within', status: 200, body: 'x'.repeat(21 * 1024 * 1024) });
  under.sandbox.fault({ path: 'page=1', status: 200, body: { data: { payload: broken } } });
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  expect(ear.hints.map(({ thread }) => thread)).toEqual([{ home: second.home, number: 2 }]);
  expect(first.ref).toMatchObject({ number: 1 });
  expect(log.lines).toContainEqual(expect.objectContaining({ fields: { desk: 1 } }));
});

test('what has not moved is not told again', async () => {
  await using under = await startDesk({
    sandbox: { switches: { refuseCable: true } },
    desk: { timing: { sweepMs: 10 } },
  });
  await under.begin();
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp(5);
  expect(ear.hints).toHaveLength(1);
});

test('the desk is caught up only once all that was told of has been read; what was not is told again', async () => {
  const timing = { sweepMs: 10 };
  await using under = await startDesk({ sandbox: { switches: { refuseCable: true } }, desk: { timing } });
  await under.begin();
  const reads: { done: () => void; failed: () => void }[] = [];
  const caughtUp: number[] = [];
  const startedAt = Date.now();
  await using _watching = under.desk.watch({
    handIn() {},
    heard: () => new Promise((done, failed) => reads.push({ done, failed: () => failed(new Error('not read')) })),
    peopleInvolved: () => true,
    since: startedAt,
    caughtUp: (at) => caughtUp.push(at),
  });
  const told = (times: number) => expect.poll(() => reads.length).toBe(times);
  const quiet = () => new Promise((done) => setTimeout(done, 100)); // some sweeps long
  await told(1);
  await quiet();
  expect(reads).toHaveLength(1); // it is being read
  await under.begin();
  await told(2); // a read that takes long keeps nothing else from being told
  reads[1]?.done();
  await quiet();
  expect(caughtUp).toEqual([]);
  reads[0]?.failed();
  await told(3);
  await quiet();
  expect(caughtUp).toEqual([]);
  const last = Date.now();
  reads[2]?.done();
  await expect.poll(() => caughtUp.at(-1) ?? 0).toBeGreaterThanOrEqual(last);
  expect(caughtUp).toEqual([...caughtUp].sort((a, b) => a - b));
  expect(reads).toHaveLength(3);
});

test('one conversation that cannot be read for long does not hold up the others; it is told again until it is read', async () => {
  const log = listen();
  await using under = await startDesk({
    sandbox: { switches: { refuseCable: true } },
    desk: { timing: { sweepMs: 10 }, log },
  });
  const bad = await under.begin();
  const isBad = (hint: Hint) => isAbout(bad, hint);
  let refuses = true;
  const told = { bad: 0, read: 0 };
  const caughtUp: number[] = [];
  await using _watching = under.desk.watch({
    handIn() {},
    heard(hint) {
      if (!isBad(hint)) return Promise.resolve();
      told.bad += 1;
      if (refuses) return Promise.reject(new Error('not read'));
      told.read += 1;
      return Promise.resolve();
    },
    peopleInvolved: () => true,
    since: Date.now(),
    caughtUp: (at) => caughtUp.push(at),
  });
  await expect.poll(() => caughtUp.length).toBeGreaterThan(0);
  expect(told.bad).toBeGreaterThanOrEqual(3);
  const last = Date.now();
  await expect.poll(() => caughtUp.at(-1) ?? 0).toBeGreaterThan(last);
  const before = told.bad;
  await expect.poll(() => told.bad).toBeGreaterThan(before);
  expect(log.lines.filter(({ sentence }) => sentence.includes('could not be read several times'))).toHaveLength(1);
  refuses = false;
  await expect.poll(() => told.read).toBe(1);
});

test('a read that never ends is told again after a while', async () => {
  const timing = { sweepMs: 10, readMs: 50 };
  await using under = await startDesk({ sandbox: { switches: { refuseCable: true } }, desk: { timing } });
  await under.begin();
  let told = 0;
  let caughtUp = 0;
  await using _watching = under.desk.watch({
    handIn() {},
    heard: () => ((told += 1) === 1 ? new Promise<void>(() => {}) : Promise.resolve()),
    peopleInvolved: () => true,
    since: Date.now(),
    caughtUp: () => void (caughtUp += 1),
  });
  await expect.poll(() => caughtUp).toBeGreaterThan(0);
  expect(told).toBe(2);
});

test('a delivery is let in by its path, and believed by its signature', async () => {
  await using parts = await withWebhook({ chatwoot: '4.14' });
  const { under, log } = parts;
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  const thread = await under.begin();
  await under.sandbox.idle();
  const url = (await under.as('asha', 'GET', 'inboxes/1')).webhook_url as string;
  const secret = url.split('/').at(-1) ?? '';
  expect(under.desk.webhook.path).toBe('/incoming-chatwoot/demo/:secret');
  const { webhook } = under.desk;
  const conversation = { id: thread.ref?.['number'], inbox_id: 1, contact_inbox: { source_id: thread.source } };
  const forged = (event: object) => Buffer.from(JSON.stringify({ conversation, ...event }));
  const message = forged({ event: 'message_created', id: 4711, message_type: 'outgoing', private: false });
  expect(webhook.receive(message, {}, 'another')).toBe(404);
  expect(webhook.receive(Buffer.from('{'), {}, secret)).toBe(400);
  expect(webhook.receive(Buffer.from('[]'), {}, secret)).toBe(200);
  expect(webhook.receive(forged({ event: 'something.new' }), {}, secret)).toBe(200);
  expect(ear.hints.some((hint) => hint.ids.includes(4711))).toBe(false);
  expect(webhook.receive(message, {}, secret)).toBe(200);
  expect(ear.hints.some(names(thread, 4711))).toBe(true);
  const typing = forged({
    event: 'conversation_typing_on',
    user: { id: 2, name: 'Mara', type: 'user' },
    is_private: false,
  });
  expect(webhook.receive(typing, {}, secret)).toBe(200);
  expect(ear.hints.some((hint) => hint.typing)).toBe(false);
  expect(log.lines.filter(({ sentence }) => /wrong signature/.test(sentence))).toHaveLength(1);
  expect(webhook.receive(Buffer.from('{'), {}, secret)).toBe(400);
  expect(log.lines.filter(({ sentence }) => /none of Chatwoot/.test(sentence))).toMatchObject([
    { level: 'warn', fields: { inbox: 1, remedy: expect.stringContaining('proxy') } },
  ]);
  expect(JSON.stringify(log.lines)).not.toContain(secret);
});

test('a delivery’s private name is never shown: typing carries the public one, or none until it is known', async () => {
  await using parts = await withWebhook({ chatwoot: '4.10' }); // does not sign, so that all is believed
  const { under } = parts;
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  const secret = ((await under.as('asha', 'GET', 'inboxes/1')).webhook_url as string).split('/').at(-1) ?? '';
  const typing = (user: object) => {
    const conversation = { id: 1, inbox_id: 1, contact_inbox: { source_id: 'x' } };
    const body = { event: 'conversation_typing_on', conversation, user: { type: 'user', ...user }, is_private: false };
    expect(under.desk.webhook.receive(Buffer.from(JSON.stringify(body)), {}, secret)).toBe(200);
    return ear.hints.at(-1)?.typing?.agent;
  };
  // The people are listed once the desk is set up.
  await expect.poll(() => typing({ id: 2, name: 'Mara Private' })).toEqual({ key: '2', name: 'Mara Ostby' });
  expect(typing({ id: 9, name: 'Somebody Private' })).toEqual({ key: '9', name: '' });
  expect(JSON.stringify(ear.hints)).not.toContain('Private');
});

test('another inbox’s news is none of ours', async () => {
  await using parts = await withWebhook();
  const { under } = parts;
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  const secret = ((await under.as('asha', 'GET', 'inboxes/1')).webhook_url as string).split('/').at(-1) ?? '';
  const conversation = { id: 1, inbox_id: 99, contact_inbox: { source_id: 'x' } };
  const raw = Buffer.from(JSON.stringify({ event: 'message_created', id: 1, conversation }));
  expect(under.desk.webhook.receive(raw, {}, secret)).toBe(200);
  expect(ear.hints).toEqual([]);
});

interface Signed {
  secret: string;
  deliveries: { timestamp: string; signature: string; body: string }[];
}

test('the signatures of a real server are good; changed, late or under another secret they are not', () => {
  const file = new URL('../../../../sandbox/recordings/4.14-signature.json', import.meta.url);
  const { secret, deliveries } = JSON.parse(readFileSync(file, 'utf8')) as Signed;
  expect(deliveries.length).toBeGreaterThan(0);
  for (const { timestamp, signature, body } of deliveries) {
    const raw = Buffer.from(body);
    const headers = { 'x-chatwoot-timestamp': timestamp, 'x-chatwoot-signature': signature };
    const now = Number(timestamp) * 1_000;
    expect(isSigned(raw, headers, secret, now)).toBe(true);
    expect(isSigned(raw, headers, secret, now + 299_000)).toBe(true);
    expect(isSigned(raw, headers, secret, now + 301_000)).toBe(false);
    expect(isSigned(raw, headers, 'another', now)).toBe(false);
    expect(isSigned(Buffer.from(`${body} `), headers, secret, now)).toBe(false);
    expect(isSigned(raw, { 'x-chatwoot-timestamp': timestamp }, secret, now)).toBe(false);
    expect(readDelivery(raw)).toMatchObject({ about: { source: expect.any(String) } });
  }
});

test('a delivery that was too long to be kept makes the desk look for all that moved', async () => {
  await using parts = await withWebhook({ quiet: true });
  const { under, edge } = parts;
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  const thread = await under.begin();
  const id = await write(under, thread, 'mara', { content: 'x'.repeat(150_000) });
  expect(ear.hints.some(names(thread, id))).toBe(false);
  const [inbox] = (await under.as('asha', 'GET', 'inboxes')).payload as { webhook_url: string }[];
  const secret = inbox?.webhook_url.split('/').at(-1) ?? '';
  expect(inbox?.webhook_url).toContain(edge.url);
  expect([under.desk.webhook.knows(secret), under.desk.webhook.knows(`${secret}x`)]).toEqual([true, false]);
  expect(under.desk.webhook.receive(null, {}, secret)).toBe(200);
  await ear.hears(names(thread, id));
});

test('a signature is held against the clock of the machine, though that of the relay is ahead', async () => {
  const log = listen();
  await using edgeless = await startDesk({
    sandbox: { switches: { refuseCable: true } },
    desk: { log, publicUrl: 'https://relay.example', now: () => Date.now() + 60 * minute },
  });
  const inbox = await edgeless.as('asha', 'GET', 'inboxes/1');
  const raw = Buffer.from(JSON.stringify({ event: 'something.new' }));
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const hmac = createHmac('sha256', inbox.secret as string)
    .update(`${timestamp}.`)
    .update(raw)
    .digest('hex');
  const headers = { 'x-chatwoot-timestamp': timestamp, 'x-chatwoot-signature': `sha256=${hmac}` };
  const secret = (inbox.webhook_url as string).split('/').at(-1) ?? '';
  const wrong = () => log.lines.filter(({ sentence }) => /wrong signature/.test(sentence)).length;
  expect(edgeless.desk.webhook.receive(raw, headers, secret)).toBe(200);
  expect(wrong()).toBe(0);
  expect(edgeless.desk.webhook.receive(raw, { ...headers, 'x-chatwoot-signature': 'sha256=0' }, secret)).toBe(200);
  expect(wrong()).toBe(1);
});
