import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../../../../sandbox/server.ts';
import { RelayError } from '../../../errors.ts';
import { openChatwoot } from '../chatwoot-desk.ts';
import { countRequests } from '../../../testing/count-requests.ts';
import { listen } from '../../../testing/listen.ts';
import { createEar, memorySettings, newThread, startDesk, taskFor, type DeskUnderTest } from '../testing/start-desk.ts';

const changeMembers = (under: DeskUnderTest, method: 'POST' | 'DELETE') =>
  under.as('asha', method, 'inbox_members', { inbox_id: 1, user_ids: [2] });

const noFaults = (sandbox: Sandbox) => fetch(`${sandbox.url}/sandbox/faults`, { method: 'DELETE' });

const hanging = { path: '.', times: 1_000, hangMs: 60_000, status: 503 };

describe.each(['4.10', '4.14'] as const)('Chatwoot %s', (chatwoot) => {
  const start = (desk: Parameters<typeof startDesk>[0] = {}) =>
    startDesk({ ...desk, sandbox: { switches: { chatwoot } } });

  test('a user taken out of the inbox while we run is said once, with what to do; all goes on when they are back', async () => {
    const log = listen();
    await using under = await start({ desk: { log } });
    const desk = await under.reopen({ token: 'sandbox-mara', timing: { sweepMs: 20 } });
    const thread = await under.begin();
    await under.say(thread, 'one');
    log.lines.length = 0;
    await changeMembers(under, 'DELETE');
    for (const text of ['two', 'three']) {
      expect(await under.say(thread, text)).toMatchObject({ result: 'unsent', retryAfterMs: 15_000 });
      expect(await desk.read(thread, new Set())).toMatchObject({ result: 'away' });
    }
    using requests = countRequests();
    let caughtUp = 0;
    await using _watching = desk.watch({ ...createEar().watch, caughtUp: () => void (caughtUp += 1) });
    await expect.poll(() => requests.asked.filter((one) => one.includes('updated_within')).length).toBeGreaterThan(2);
    expect(caughtUp).toBe(0); // the list is empty for this user, and no refusal
    await expect.poll(() => log.lines.length).toBe(1);
    expect(log.lines).toMatchObject([
      { level: 'error', fields: { user: 2, name: 'Mara Ostby', role: 'agent', inbox: 1 } },
    ]);
    expect(log.lines[0]?.fields['remedy']).toContain('add them to inbox 1');
    await expect.poll(() => [desk.healthy(), desk.reachable()]).toEqual([false, false]);
    await changeMembers(under, 'POST');
    expect(await under.say(thread, 'two')).toMatchObject({ result: 'done' });
    await expect.poll(() => caughtUp).toBeGreaterThan(0);
    await expect.poll(() => [desk.healthy(), desk.reachable()]).toEqual([true, true]);
    expect(log.lines.slice(1)).toMatchObject([{ level: 'info', sentence: expect.stringContaining('again') }]);
  });

  test('an administrator who is none any more is named so', async () => {
    const log = listen();
    await using under = await start({ desk: { log, teams: [] } });
    await under.as('asha', 'PATCH', 'agents/2', { role: 'administrator' });
    const desk = await under.reopen({ token: 'sandbox-mara' });
    const thread = await under.begin();
    await under.say(thread, 'one');
    log.lines.length = 0;
    await under.as('asha', 'PATCH', 'agents/2', { role: 'agent' });
    expect(await under.say(thread, 'two')).toMatchObject({ result: 'unsent' });
    await expect.poll(() => log.lines.length).toBe(1);
    expect(log.lines[0]?.fields['remedy']).toContain('make this user an administrator of account 1');
    expect(desk.healthy()).toBe(false);
    await under.as('asha', 'PATCH', 'agents/2', { role: 'administrator' });
    expect(await under.say(thread, 'two')).toMatchObject({ result: 'done' });
    expect(desk.healthy()).toBe(true);
  });

  test('a start with such a token says the same sentence once, makes no other inbox, and goes on when it is good', async () => {
    const log = listen();
    await using under = await start();
    await changeMembers(under, 'DELETE');
    using requests = countRequests();
    const desk = await under.reopen({ token: 'sandbox-mara', log, timing: { retryMs: 5 } });
    const looks = () => requests.asked.filter((one) => one === 'GET /api/v1/accounts/1/inboxes/1').length;
    await expect.poll(looks).toBeGreaterThan(3);
    expect(desk.healthy()).toBe(false);
    const task = taskFor(newThread(desk.home), { key: 'k', kind: 'begin', step: 'begin' });
    expect(await desk.perform(task)).toMatchObject({ result: 'unsent' });
    expect(log.lines).toMatchObject([{ level: 'error', fields: { user: 2, role: 'agent', inbox: 1 } }]);
    expect(requests.asked.filter((one) => /^(POST|PATCH)/.test(one) || one.endsWith('/inboxes'))).toEqual([]);
    await changeMembers(under, 'POST');
    await expect.poll(() => desk.healthy()).toBe(true);
    expect(await desk.perform(task)).toMatchObject({ result: 'done' });
  });
});

test.each([
  ['a token that was reset', { error: 'Invalid Access Token' }, 401, /set CHATWOOT_TOKEN/],
  [
    'a user who left the account',
    { error: 'You are not authorized to access this account' },
    401,
    /add this user to account 1/,
  ],
  ['a suspended account', { error: 'Account is suspended' }, 401, /made active again/],
  ['a 403 in the desk’s words', { error: 'Not for you' }, 403, /see inbox 1/],
] as const)('%s: one line with what to do, and one when it is over', async (_name, body, status, remedy) => {
  const log = listen();
  await using under = await startDesk({ desk: { log } });
  const thread = await under.begin();
  log.lines.length = 0;
  under.sandbox.fault({ path: '/accounts/1/', times: 1_000, status, body });
  for (const text of ['one', 'two', 'three']) {
    expect(await under.say(thread, text)).toMatchObject({ result: 'unsent', retryAfterMs: 15_000 });
  }
  await expect.poll(() => log.lines.length).toBe(1);
  expect(log.lines).toMatchObject([{ level: 'error', fields: { remedy: expect.stringMatching(remedy) } }]);
  expect(under.desk.healthy()).toBe(false);
  await noFaults(under.sandbox);
  expect(await under.say(thread, 'one')).toMatchObject({ result: 'done' });
  expect(under.desk.healthy()).toBe(true);
  expect(log.lines).toHaveLength(2);
});

test('the first set-up is told in one line, with all that it made', async () => {
  const log = listen();
  await using _under = await startDesk({ desk: { log } });
  expect(log.lines.filter(({ level }) => level === 'info')).toMatchObject([
    { sentence: 'connected to Chatwoot', fields: { inbox: 1, madeInbox: 1, addedAgents: [2, 4, 3] } },
  ]);
});

test('what the very first set-up may not do is said, once; it is tried again', async () => {
  const log = listen();
  await using sandbox = await createSandbox({ switches: { delayMs: 1 } });
  const no = { error: 'You are not authorized to do this action' };
  sandbox.fault({ path: '/inboxes$', method: 'POST', times: 3, status: 401, body: no });
  const settings = memorySettings();
  const desk = await openChatwoot({
    ...{ url: sandbox.url, account: 1, token: 'sandbox-administrator', botName: 'Helper', siteName: 'demo' },
    ...{ settings, log, waitMs: 60_000, timing: { retryMs: 20 } },
  });
  expect(desk.provisioned()).toBeNull();
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { why: expect.stringContaining('not authorized') } }]);
  await expect.poll(() => desk.provisioned(), { timeout: 15_000 }).not.toBeNull();
  expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  await desk.close();
});

test('a desk that hangs at the start is not waited for; it is used as soon as it answers', async () => {
  const log = listen();
  await using under = await startDesk();
  under.sandbox.fault(hanging);
  const startedAt = performance.now();
  const desk = await under.reopen({ waitMs: 50, log, timing: { totalMs: 400 } });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(desk.healthy()).toBe(false);
  await noFaults(under.sandbox);
  await expect.poll(() => desk.healthy(), { timeout: 5_000 }).toBe(true);
  expect(log.lines.filter(({ sentence }) => sentence === 'connected to Chatwoot')).toMatchObject([
    { fields: { account: 1, inbox: 1, bot: 'Helper', webhook: false } },
  ]);
});

test.each([
  ['a token that is not known', '^/api/v1/profile', 401, /does not know our access token/],
  ['an address without a Chatwoot', '^/api$', 404, /there is no Chatwoot/],
])('%s ends the very first set-up, also after it was waited for', async (_name, path, status, sentence) => {
  await using sandbox = await createSandbox();
  sandbox.fault({ path, hangMs: 200, status });
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<unknown>((resolve) => (fail = resolve));
  const desk = await openChatwoot({
    url: sandbox.url,
    account: 1,
    token: 'sandbox-administrator',
    botName: 'Helper',
    siteName: 'demo',
    settings: memorySettings(),
    log: listen(),
    waitMs: 20,
    failed: fail,
  });
  const error = await failed;
  expect(error).toBeInstanceOf(RelayError);
  expect((error as RelayError).message).toMatch(sentence);
  await desk.close();
});

test('an inbox deleted while we run is noticed, said once, and made anew; threads of before are over', async () => {
  const log = listen();
  await using under = await startDesk({ desk: { log } });
  const thread = await under.begin();
  await under.desk.read(thread, new Set());
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  log.lines.length = 0;
  await under.as('asha', 'DELETE', 'inboxes/1');
  expect(await under.desk.read(thread, new Set())).toMatchObject({ result: 'away' });
  await ear.hears((hint) => 'source' in hint.thread && hint.thread.source === thread.source);
  expect(await under.desk.read(thread, new Set())).toEqual({ result: 'gone' });
  expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { inbox: 1 } }]);
  expect(under.desk.healthy()).toBe(true);
  const next = await under.begin();
  expect(await under.say(next, 'hello')).toMatchObject({ result: 'done' });
});

test('an inbox deleted while nobody writes is noticed, too', async () => {
  await using under = await startDesk({ desk: { timing: { inboxCheckMs: 20 } } });
  const { home } = under.desk;
  await under.as('asha', 'DELETE', 'inboxes/1');
  await expect.poll(() => under.desk.home).not.toBe(home);
  await expect.poll(() => under.desk.healthy()).toBe(true);
});

/** The inbox is gone, a new one is being made, and meanwhile the bot's token is refused: what asks for another set-up. */
async function twoSetUps(making: { after: boolean; hangMs: number; status?: number }) {
  const under = await startDesk({ desk: { timing: { inboxCheckMs: 20 } } });
  const thread = await under.begin();
  await under.say(thread, 'hello', 'bot');
  const requests = countRequests('sandbox-administrator');
  const count = (list: readonly string[], method: string, end: string) =>
    list.filter((one) => one.startsWith(`${method} `) && one.endsWith(end)).length;
  const refusal = { status: 401, body: { error: 'Invalid Access Token' } };
  under.sandbox.fault({ path: '/messages$', method: 'POST', hangMs: 300, ...refusal });
  under.sandbox.fault({ path: '/inboxes$', method: 'POST', ...making });
  const said = under.say(thread, 'one', 'bot');
  await under.as('asha', 'DELETE', 'inboxes/1');
  await expect.poll(() => count(requests.asked, 'POST', '/inboxes')).toBe(1);
  expect(await said).toMatchObject({ result: 'unsent' });
  return {
    under,
    asked: (method: string, end: string) => count(requests.asked, method, end),
    answered: (method: string, end: string) => count(requests.answered, method, end),
    async [Symbol.asyncDispose]() {
      requests[Symbol.dispose]();
      await under[Symbol.asyncDispose]();
    },
  };
}

test('a set-up that is asked for while another one hangs begins after it', async () => {
  await using stage = await twoSetUps({ after: true, hangMs: 900 });
  await expect.poll(() => stage.asked('GET', '/profile'), { interval: 5, timeout: 5_000 }).toBe(2);
  expect(stage.answered('POST', '/inboxes')).toBe(1);
  await expect.poll(() => stage.under.desk.healthy()).toBe(true);
  expect(stage.asked('POST', '/inboxes')).toBe(1);
});

test('where the one that hung has failed, the one after it is not followed by a third', async () => {
  await using stage = await twoSetUps({ after: false, hangMs: 900, status: 500 });
  await expect.poll(() => stage.under.desk.healthy(), { timeout: 5_000 }).toBe(true);
  const looks = () => stage.asked('GET', '/inboxes/2');
  const before = looks();
  await expect.poll(looks).toBeGreaterThan(before + 5);
  expect(stage.asked('GET', '/profile')).toBe(2);
  expect((await stage.under.as('asha', 'GET', 'inboxes')).payload).toHaveLength(1);
});

test('a beginning in an inbox that was deleted waits for the next one', async () => {
  await using under = await startDesk();
  await under.as('asha', 'DELETE', 'inboxes/1');
  const task = taskFor(newThread(under.desk.home), { key: 'k', kind: 'begin', step: 'begin' });
  const { home } = under.desk;
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unsent' });
  await expect.poll(() => under.desk.home).not.toBe(home);
});

test('an inbox given by number that was deleted is not replaced; it is said what to do', async () => {
  const log = listen();
  await using under = await startDesk({ desk: { log } });
  await under.reopen({ inbox: 1 });
  const thread = await under.begin();
  await under.as('asha', 'DELETE', 'inboxes/1');
  log.lines.length = 0;
  await under.desk.read(thread, new Set());
  const errors = () => log.lines.filter(({ level }) => level === 'error');
  await expect.poll(errors).toHaveLength(2);
  expect(errors()).toMatchObject([
    { sentence: expect.stringContaining('not at the desk any more') },
    { fields: { remedy: expect.stringContaining('CHATWOOT_INBOX_ID') } },
  ]);
  expect(under.desk.healthy()).toBe(false);
  expect((await under.as('asha', 'GET', 'inboxes')).payload).toEqual([]);
});

test('a second relay on the same inbox, with a copy of the data, is noticed by the first', async () => {
  const log = listen();
  await using under = await startDesk({ desk: { log, timing: { inboxCheckMs: 20 } } });
  const settings = memorySettings();
  for (const [name, value] of under.settings.all) settings.all.set(name, value);
  const options = { url: under.sandbox.url, account: 1, token: 'sandbox-administrator', log: listen(), settings };
  const copy = await openChatwoot({ ...options, botName: 'Helper', siteName: 'demo' });
  const noticed = () => log.lines.filter(({ sentence }) => sentence.includes('another relay uses this inbox'));
  await expect.poll(noticed).toHaveLength(1);
  await copy.close();
});

test('a secret for signatures that was made anew at the desk is read again', async () => {
  await using under = await startDesk({ desk: { timing: { inboxCheckMs: 20 } } });
  const { secret } = await under.as('asha', 'POST', 'inboxes/1/reset_secret');
  await expect.poll(() => [...under.settings.all.values()].join()).toContain(secret);
});

test('a right that is missing for one conversation keeps nobody else from the desk, and the rest is caught up', async () => {
  await using under = await startDesk({ desk: { timing: { sweepMs: 20 } } });
  const [one, other] = [await under.begin(), await under.begin()];
  const path = '/conversations/1(/messages)?$';
  under.sandbox.fault({ path, times: 1_000, status: 401, body: { error: 'You are not authorized to do this action' } });
  expect(await under.say(one, 'one')).toMatchObject({ result: 'unsent' });
  expect([under.desk.healthy(), under.desk.reachable()]).toEqual([false, true]);
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp();
  expect(await under.say(other, 'two')).toMatchObject({ result: 'done' });
  expect([under.desk.healthy(), under.desk.reachable()]).toEqual([false, true]);
});
