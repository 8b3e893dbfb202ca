import { expect, test } from 'vitest';
import { createSandbox } from '../../../../sandbox/server.ts';
import type { DeskTask, DeskThread } from '../../desk.ts';
import { listen } from '../../../testing/listen.ts';
import { jon, newThread, startDesk, taskFor, type DeskUnderTest } from '../testing/start-desk.ts';

const cut = { path: '/messages$', method: 'POST', after: true, cut: true };

function saying(under: DeskUnderTest, thread: DeskThread, text: string): DeskTask {
  const [op] = under.desk.plan({ do: 'say', message: 'm' });
  if (!op) throw new Error('nothing was planned');
  return taskFor(thread, op, { message: { author: { kind: 'visitor' }, text }, sentAt: Date.now() });
}

test('a message whose answer was lost is found, and stands there once', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const task = { ...saying(under, thread, 'hello'), sentAt: null };
  under.sandbox.fault(cut);
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unknown' });
  const sent = { ...task, sentAt: Date.now() };
  expect(await under.desk.reconcile(sent)).toMatchObject({ result: 'done', deskId: expect.any(Number) });
  expect(await under.desk.perform(sent)).toMatchObject({ result: 'done' });
  expect(await under.messages(thread)).toHaveLength(1);
});

test('what waits for its turn does not leave any more once it is another relay’s to send', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const task = (text: string, mayLeave = () => true) => ({ ...saying(under, thread, text), sentAt: null, mayLeave });
  await under.desk.perform(task('first'));
  under.sandbox.fault({ path: '/messages$', method: 'POST', after: true, hangMs: 500, times: 3 });
  let isOurs = true;
  const before = ['a', 'b', 'c'].map((text) =>
    under.desk.perform({ ...task(text), op: { ...task(text).op, key: text } }),
  );
  const late = under.desk.perform(task('late', () => isOurs));
  isOurs = false;
  expect(await late).toMatchObject({ result: 'unsent' });
  await Promise.all(before);
  expect((await under.messages(thread)).map(({ content }) => content).sort()).toEqual(['a', 'b', 'c', 'first']);
});

test('a message that never arrived is in doubt until the settle time is over', async () => {
  let now = 1_800_000_000_000;
  await using under = await startDesk({ desk: { now: () => now, reconcileMs: 20_000 } });
  const thread = await under.begin();
  const task = { ...saying(under, thread, 'hello'), sentAt: now };
  now += 18_000;
  expect(await under.desk.reconcile(task)).toMatchObject({ result: 'unknown', knownInMs: 2_000 });
  now += 2_000;
  expect(await under.desk.reconcile(task)).toMatchObject({ result: 'unsent' });
});

test.each([
  ['a 500', { status: 500 }, 'unknown'],
  ['a 502 with a page', { status: 502, body: '<html>bad gateway</html>' }, 'unknown'],
  ['a page with 200', { status: 200, body: '<html>one moment</html>' }, 'unknown'],
  ['a 429', { status: 429, body: 'Retry later\n' }, 'unsent'],
  ['a 401', { status: 401, body: { error: 'Invalid Access Token' } }, 'unsent'],
  ['a 402', { status: 402, body: { error: 'Account limit exceeded' } }, 'unsent'],
  ['a redirect', { status: 302 }, 'unsent'],
  ['too many messages', { status: 422, body: { error: 'Validation failed: Too many messages' } }, 'unsent'],
  ['another 422, twice', { status: 422, body: { error: 'Validation failed' }, times: 2 }, 'refused'],
  ['a proxy’s 400', { status: 400, body: '<html>bad request</html>' }, 'unsent'],
  ['an empty 400', { status: 400, body: '' }, 'unsent'],
  ['a proxy’s 401', { status: 401, body: '<html>who are you</html>' }, 'unsent'],
  ['a firewall’s 403', { status: 403, body: '<html>blocked</html>' }, 'unsent'],
  ['an empty 404', { status: 404, body: '' }, 'unsent'],
  ['a 406 of another program', { status: 406, body: { errors: [{ code: 1 }] } }, 'unsent'],
  ['a 413', { status: 413, body: '' }, 'unsent'],
  ['a proxy’s 422', { status: 422, body: '<html>no</html>' }, 'unsent'],
  ['Chatwoot’s 400, twice', { status: 400, body: { error: 'Bad Request' }, times: 2 }, 'refused'],
  ['a proxy’s 404', { status: 404, body: '<html>not here</html>' }, 'unsent'],
  ['Chatwoot’s 404', { status: 404, body: { error: 'Resource could not be found' } }, 'refused'],
] as const)('%s to a message means %s', async (_name, fault, result) => {
  await using under = await startDesk();
  const thread = await under.begin();
  await under.say(thread, 'first'); // verified from here on
  under.sandbox.fault({ path: '/messages$', method: 'POST', ...fault });
  expect(await under.desk.perform({ ...saying(under, thread, 'second'), sentAt: null })).toMatchObject({ result });
});

test.each([
  ['half an answer', { status: 200, body: '{"id": 12, "content": "hel' }],
  ['an answer about something else', { status: 200, body: { id: 12, message_type: 0, created_at: 1, source_id: 'x' } }],
  ['an error after it was done', { status: 500, after: true }],
  ['no answer in time', { hangMs: 600, after: true }],
] as const)('%s leaves a message in doubt, and it is found out', async (_name, fault) => {
  await using under = await startDesk({ desk: { timing: { totalMs: 300 }, reconcileMs: 60_000 } });
  const thread = await under.begin();
  const task = saying(under, thread, 'hello');
  under.sandbox.fault({ path: '/messages$', method: 'POST', ...fault });
  expect(await under.desk.perform({ ...task, sentAt: null })).toMatchObject({ result: 'unknown' });
  const isKept = 'after' in fault;
  // A slow desk may still be at it: that is what the settle time is for.
  await expect.poll(async () => (await under.desk.reconcile(task)).result).toBe(isKept ? 'done' : 'unknown');
  expect(await under.messages(thread)).toHaveLength(isKept ? 1 : 0);
});

test('a desk that is not there was certainly not told', async () => {
  const log = listen();
  await using under = await startDesk({ desk: { log } });
  const thread = await under.begin();
  await under.sandbox.close();
  // A connection that was kept may have died under the first request, which leaves that one in doubt.
  await expect.poll(async () => (await under.say(thread, 'hello')).result).toBe('unsent');
  for (let n = 0; n < 3; n += 1) expect(await under.say(thread, 'hello')).toMatchObject({ result: 'unsent' });
  expect(under.desk.healthy()).toBe(false);
  const warned = log.lines.filter(({ level }) => level === 'warn');
  expect(warned).toMatchObject([{ fields: { url: under.sandbox.url }, sentence: expect.stringContaining('waits') }]);
});

test.each([
  ['too many requests', { status: 429, body: 'Retry later\n' }, expect.any(Number)],
  ['a token that is not good', { status: 401, body: { error: 'Invalid Access Token' } }, 15_000],
  ['a load balancer', { status: 502, body: '<html>bad gateway</html>' }, 15_000],
])('%s: what is in doubt stays so, and is looked up later', async (_name, fault, retryAfterMs) => {
  await using under = await startDesk();
  const thread = await under.begin();
  const said = { ...saying(under, thread, 'hello'), sentAt: Date.now() };
  under.sandbox.fault({ path: '/messages', method: 'GET', ...fault });
  expect(await under.desk.reconcile(said)).toMatchObject({ result: 'unknown', retryAfterMs });
  const [open] = under.desk.plan({ do: 'assign', agent: jon });
  if (!open) throw new Error('nothing was planned');
  under.sandbox.fault({ path: '/conversations/\\d+$', method: 'GET', ...fault });
  const opened = { ...taskFor(thread, open), sentAt: Date.now() };
  expect(await under.desk.reconcile(opened)).toMatchObject({ result: 'unknown', retryAfterMs });
  const absent = await under.desk.reconcile(opened);
  expect(absent).toMatchObject({ result: 'unknown' });
  expect(absent).not.toHaveProperty('retryAfterMs'); // it may arrive at any moment
});

test('a token that is not good any more is said once, with the remedy; the bot serves on', async () => {
  const log = listen();
  await using under = await startDesk({ desk: { log } });
  const thread = await under.begin();
  const locked = { status: 401, body: { error: 'Invalid Access Token' } };
  under.sandbox.fault({ path: '^/api/', times: 100, ...locked });
  expect(await under.say(thread, 'one')).toMatchObject({ result: 'unsent', retryAfterMs: 15_000 });
  await under.say(thread, 'two');
  const errors = log.lines.filter(({ level }) => level === 'error');
  expect(errors).toMatchObject([{ fields: { remedy: expect.stringContaining('CHATWOOT_TOKEN') } }]);
  const again = await under.reopen();
  expect(again.healthy()).toBe(false);
  expect(again.home).toBe(thread.home);
});

test('a firewall’s page is tried again without a long wait, and the desk counts as away', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  under.sandbox.fault({ path: '/messages$', method: 'POST', status: 403, body: '<html>blocked</html>' });
  const outcome = await under.say(thread, 'hello');
  expect(outcome).toMatchObject({ result: 'unsent' });
  expect(outcome).not.toHaveProperty('retryAfterMs');
  expect(under.desk.healthy()).toBe(false);
  expect(await under.say(thread, 'hello')).toMatchObject({ result: 'done' });
});

test('a 422 after the message was kept is a success', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  under.sandbox.fault({ path: '/messages$', method: 'POST', after: true, status: 422, body: { error: 'Oops' } });
  expect(await under.say(thread, 'kept')).toMatchObject({ result: 'done' });
  expect(await under.messages(thread)).toHaveLength(1);
});

test('each step of a handover survives a lost answer', async () => {
  await using under = await startDesk();
  const intent = { do: 'handOver', team: 'support', attributes: { skills: 'Returns' }, note: 'n' } as const;
  for (const path of ['/assignments$', '/custom_attributes$', '/messages$', '/toggle_status$']) {
    const thread = await under.begin();
    under.sandbox.fault({ path, method: 'POST', after: true, cut: true });
    for (const op of under.desk.plan(intent)) {
      const task = taskFor(thread, op);
      const outcome = await under.desk.perform(task);
      if (outcome.result === 'done') continue;
      expect(outcome.result).toBe('unknown');
      expect(await under.desk.reconcile({ ...task, sentAt: Date.now() })).toMatchObject({ result: 'done' });
    }
    const found = await under.as('asha', 'GET', `conversations/${thread.ref?.['number']}`);
    expect(found).toMatchObject({ status: 'open', meta: { team: { name: 'support' }, assignee: { id: 2 } } });
    expect((await under.messages(thread)).length).toBe(1);
  }
});

test('a step in doubt is done where the thread was resolved since, and opens nothing', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const [open] = under.desk.plan({ do: 'assign', agent: jon });
  if (!open) throw new Error('nothing was planned');
  const task = taskFor(thread, open);
  under.sandbox.fault({ path: '/toggle_status$', method: 'POST', after: true, cut: true });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unknown' });
  await under.as('jon', 'POST', `conversations/${thread.ref?.['number']}/toggle_status`, { status: 'resolved' });
  const resolved = { result: 'done', state: { status: 'resolved' } };
  expect(await under.desk.reconcile({ ...task, sentAt: 0 })).toMatchObject(resolved);
  expect(await under.desk.perform({ ...task, sentAt: 0 })).toMatchObject(resolved);
});

test('a round whose answer was lost is found by its source', async () => {
  await using under = await startDesk();
  const task = taskFor(newThread(under.desk.home), { key: 'k', kind: 'begin', step: 'begin' });
  under.sandbox.fault({ path: '/conversations$', method: 'POST', after: true, cut: true });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unknown' });
  expect(await under.desk.reconcile({ ...task, sentAt: Date.now() })).toMatchObject({
    result: 'done',
    ref: { number: 1 },
  });
});

test('a filter that finds nothing says so by an empty 404; another empty 404 is a proxy’s', async () => {
  await using under = await startDesk();
  const task = taskFor(newThread(under.desk.home), { key: 'k', kind: 'begin', step: 'begin' });
  under.sandbox.fault({ path: '/contacts$', method: 'POST', status: 404, body: '' });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unsent' });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'done', ref: { number: 1 } });
});

test.each([
  ['locked to one conversation goes again at once', true, { result: 'unsent', retryAfterMs: 0 }],
  ['that may have several waits until it is certain', false, { result: 'unknown' }],
])('a round that was not made in an inbox %s', async (_, isLocked, outcome) => {
  await using under = await startDesk();
  await under.as('asha', 'PATCH', 'inboxes/1', { lock_to_single_conversation: isLocked });
  const desk = await under.reopen();
  const task = taskFor(newThread(desk.home), { key: 'k', kind: 'begin', step: 'begin' });
  under.sandbox.fault({ path: '/conversations$', method: 'POST', cut: true });
  expect(await desk.perform(task)).toMatchObject({ result: 'unknown' });
  expect(await desk.reconcile({ ...task, sentAt: Date.now() })).toMatchObject(outcome);
});

test('a contact that was made while the answer was lost is used', async () => {
  await using under = await startDesk();
  const task = taskFor(newThread(under.desk.home), { key: 'k', kind: 'begin', step: 'begin' });
  under.sandbox.fault({ path: '/contacts$', method: 'POST', after: true, cut: true });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unsent' });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'done', ref: { number: 1 } });
});

test('in an inbox with many conversations a contact, a round is still made once', async () => {
  await using sandbox = await createSandbox();
  const headers = { 'Api-Access-Token': 'sandbox-administrator', 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'Shop', channel: { type: 'api' } });
  await fetch(`${sandbox.url}/api/v1/accounts/1/inboxes`, { method: 'POST', headers, body });
  await using under = await startDesk({ desk: { url: sandbox.url, inbox: 1 } });
  const task = taskFor(newThread(under.desk.home), { key: 'k', kind: 'begin', step: 'begin' });
  sandbox.fault({ path: '/conversations$', method: 'POST', after: true, cut: true });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unknown' });
  expect(await under.desk.perform(task)).toMatchObject({
    result: 'done',
    ref: { number: 1 },
    state: { status: 'pending' },
  });
});

test('a number that is somebody else’s now is not written to', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const other = { ...thread, source: 'x', ref: { number: 1, uuid: 'another' } };
  expect(await under.say(other, 'hello')).toMatchObject({ result: 'refused', gone: true });
  expect(await under.run(other, { do: 'assign', agent: jon })).toMatchObject([{ gone: true }, { gone: true }]);
  expect(await under.desk.read(other, new Set())).toEqual({ result: 'gone' });
  expect(await under.desk.read({ ...thread, home: 'elsewhere' }, new Set())).toEqual({ result: 'gone' });
});

test('why something was refused names fields, and never what the desk says: it may quote the visitor', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const body = { message: 'Content “my card is 4111” is bad', attributes: ['content', 'my card is 4111'] };
  under.sandbox.fault({ path: '/messages$', method: 'POST', status: 422, body, times: 2 });
  const outcome = await under.say(thread, 'my card is 4111');
  expect(outcome).toMatchObject({ result: 'refused', why: 'status 422 (content)' });
});
