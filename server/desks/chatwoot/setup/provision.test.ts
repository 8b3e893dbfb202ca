import { expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../../../../sandbox/server.ts';
import { RelayError } from '../../../errors.ts';
import { openChatwoot } from '../chatwoot-desk.ts';
import { listen } from '../../../testing/listen.ts';
import { createEar, memorySettings, newThread, startDesk, taskFor, type Json } from '../testing/start-desk.ts';
import type { ChatwootOptions } from '../options.ts';
import { begin, reading, saying } from '../../semantics.ts';

const publicUrl = 'https://relay.example.com';

function opening(sandbox: Sandbox, more: Partial<ChatwootOptions> = {}) {
  const log = listen();
  const settings = memorySettings();
  const options: ChatwootOptions = {
    url: sandbox.url,
    account: 1,
    token: 'sandbox-administrator',
    botName: 'Helper',
    siteName: 'demo',
    settings,
    log,
    teams: ['support'],
    timing: { retryMs: 10 },
    waitMs: 60_000, // however busy this machine is
    ...more,
  };
  return { log, settings, open: (again: Partial<ChatwootOptions> = {}) => openChatwoot({ ...options, ...again }) };
}

async function ask(sandbox: Sandbox, method: string, path: string, body?: object): Promise<Json> {
  const response = await fetch(`${sandbox.url}/api/v1/accounts/1/${path}`, {
    method,
    headers: { 'Api-Access-Token': 'sandbox-administrator', 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

test.each(['4.10', '4.14'] as const)(
  'an empty %s gets an inbox, a bot, members, attributes: once',
  async (chatwoot) => {
    await using sandbox = await createSandbox({ switches: { chatwoot } });
    const { open } = opening(sandbox, { publicUrl });
    const first = await open();
    await first.close();
    const again = await open();
    await again.close();
    expect(again.home).toBe(first.home);
    const inboxes = (await ask(sandbox, 'GET', 'inboxes')).payload;
    expect(inboxes).toHaveLength(1);
    expect(inboxes[0]).toMatchObject({
      name: 'Helper',
      enable_auto_assignment: false,
      lock_to_single_conversation: true,
    });
    expect(inboxes[0].webhook_url).toMatch(/^https:\/\/relay\.example\.com\/incoming-chatwoot\/demo\/[\w-]{32}$/);
    expect(await ask(sandbox, 'GET', 'agent_bots')).toMatchObject([{ name: 'Helper', outgoing_url: '' }]);
    expect(await ask(sandbox, 'GET', 'inboxes/1/agent_bot')).toMatchObject({ agent_bot: { id: 1 } });
    expect((await ask(sandbox, 'GET', 'inbox_members/1')).payload.map((one: Json) => one.name)).toEqual([
      'Mara Ostby',
      'Wim Dekker',
    ]);
    const keys = (await ask(sandbox, 'GET', 'custom_attribute_definitions?attribute_model=0')).map(
      (one: Json) => one.attribute_key,
    );
    expect(keys).toContain('baton_language');
  },
);

test('lost settings make no second inbox and no second bot', async () => {
  await using sandbox = await createSandbox();
  const settings = memorySettings();
  const { open } = opening(sandbox, { settings });
  await (await open()).close();
  const installation = settings.all.get('chatwoot installation') ?? '';
  settings.all.clear();
  settings.all.set('chatwoot installation', installation);
  await (await open()).close();
  expect((await ask(sandbox, 'GET', 'inboxes')).payload).toHaveLength(1);
  expect(await ask(sandbox, 'GET', 'agent_bots')).toHaveLength(1);
});

test('a second bot of one account gets an inbox and an identity of its own, and hears nothing of the first', async () => {
  await using under = await startDesk();
  const names = async (path: string) =>
    ((await under.as('asha', 'GET', path)) as Json).map((one: Json) => (one.attribute_key ?? one.name) as string);
  const [attributes, teams] = [await names('custom_attribute_definitions?attribute_model=0'), await names('teams')];
  const other = await openChatwoot({
    ...{ url: under.sandbox.url, account: 1, token: 'sandbox-administrator', botName: 'Seller', siteName: 'shop' },
    ...{ settings: under.settings, log: listen(), waitMs: 60_000 },
  });
  const inboxes = (await ask(under.sandbox, 'GET', 'inboxes')).payload as Json[];
  expect(inboxes.map(({ name }) => name as string).sort()).toEqual(['Helper', 'Seller']);
  expect(await names('agent_bots')).toEqual(['Helper', 'Seller']);
  expect([await names('custom_attribute_definitions?attribute_model=0'), await names('teams')]).toEqual([
    attributes,
    teams,
  ]);

  // What is said to both in turn stands in each one's own inbox, and comes back to nobody else.
  const desks = [under.desk, other];
  const threads = await Promise.all(desks.map((desk) => begin({ desk })));
  for (const text of ['one', 'two', 'three']) {
    for (const [at, desk] of desks.entries()) {
      await desk.perform(saying(desk, threads[at]!, `${text} for ${desk === other ? 'Seller' : 'Helper'}`));
    }
  }
  for (const [at, name] of ['Helper', 'Seller'].entries()) {
    const number = threads[at]?.ref?.['number'];
    const inbox = inboxes.find((one) => one.name === name);
    expect(await ask(under.sandbox, 'GET', `conversations/${number}`)).toMatchObject({ inbox_id: inbox?.id });
    const { events } = await reading(desks[at]!, threads[at]!);
    expect(events.map((event) => event.kind === 'ours' && event.word?.text)).toEqual(
      ['one', 'two', 'three'].map((text) => `${text} for ${name}`),
    );
    expect(await desks[1 - at]!.read(threads[at]!, new Set())).toEqual({ result: 'gone' });
  }
  await other.close();
});

test('without a public address, one of ours that is left is taken away; others’ and their attributes stay', async () => {
  await using sandbox = await createSandbox();
  const { open } = opening(sandbox, { publicUrl });
  await (await open()).close();
  await ask(sandbox, 'PATCH', 'inboxes/1', { channel: { additional_attributes: { crm: 'x' } } });
  const settings = memorySettings();
  await (await opening(sandbox, { settings, inbox: 1 }).open()).close();
  const inbox = await ask(sandbox, 'GET', 'inboxes/1');
  expect(inbox.webhook_url ?? '').toBe('');
  expect(inbox.additional_attributes).toMatchObject({ crm: 'x', baton: settings.all.get('chatwoot installation') });
  await ask(sandbox, 'PATCH', 'inboxes/1', { channel: { webhook_url: 'https://crm.example/hook' } });
  const other = opening(sandbox, { settings, inbox: 1, publicUrl });
  await (await other.open()).close();
  expect((await ask(sandbox, 'GET', 'inboxes/1')).webhook_url).toBe('https://crm.example/hook');
  expect(other.log.lines.map((line) => line.sentence)).toContain(
    'the inbox has another program’s webhook; ours is not set',
  );
});

test('another site’s name for the same bot changes its webhook, and nothing else', async () => {
  await using sandbox = await createSandbox();
  const { open } = opening(sandbox, { publicUrl });
  const first = await open();
  await first.close();
  const again = await open({ siteName: 'another' });
  await again.close();
  expect(again.home).toBe(first.home);
  const inboxes = (await ask(sandbox, 'GET', 'inboxes')).payload;
  expect(inboxes).toHaveLength(1);
  expect(inboxes[0].webhook_url).toContain('/incoming-chatwoot/another/');
  expect(await ask(sandbox, 'GET', 'agent_bots')).toHaveLength(1);
});

test('an inbox of the bot’s name is adopted only if it is nobody’s', async () => {
  await using sandbox = await createSandbox();
  const channel = { type: 'api', webhook_url: 'https://crm.example/hook' };
  await ask(sandbox, 'POST', 'inboxes', { name: 'Helper', channel });
  await expect(opening(sandbox).open()).rejects.toThrow('somebody else’s');
  await ask(sandbox, 'PATCH', 'inboxes/1', { channel: { webhook_url: '' } });
  const desk = await opening(sandbox).open();
  expect(desk.provisioned()).toMatchObject({ inbox: 1 });
  await desk.close();
});

test('in an inbox that we did not make, it is said who is missing, and nobody is added', async () => {
  await using sandbox = await createSandbox();
  await ask(sandbox, 'POST', 'inboxes', { name: 'Shop', channel: { type: 'api' } });
  const { open, log } = opening(sandbox, { inbox: 1, teams: ['support', 'nobody'] });
  await (await open()).close();
  expect((await ask(sandbox, 'GET', 'inbox_members/1')).payload).toEqual([]);
  const warned = log.lines.filter((line) => line.level === 'warn').map((line) => line.fields);
  expect(warned).toContainEqual({ inbox: 1, agents: ['Mara Ostby', 'Wim Dekker'] });
  expect(warned).toContainEqual({ team: 'nobody', there: ['support', 'sales'] });
  expect(JSON.stringify(log.lines)).not.toMatch(/@sandbox|sandbox-administrator/);
});

test.each([
  ['a wrong token', { token: 'nonsense' }, /does not know our access token/],
  ['another account', { account: 9 }, /is not in account 9; it is in: 1 \(Sandbox\)/],
  ['an agent’s token', { token: 'sandbox-mara' }, /no administrator/],
  ['no such inbox', { inbox: 12 }, /no inbox 12 in this account; API inboxes: none/],
  ['no URL', { url: 'chat' }, /no URL/],
])('%s ends the first set-up with a sentence and a remedy', async (_name, options, sentence) => {
  await using sandbox = await createSandbox();
  const failed = await opening(sandbox, options)
    .open()
    .catch((error: unknown) => error);
  if (!(failed instanceof RelayError)) throw new Error('it did not end with a RelayError', { cause: failed });
  expect(failed.message).toMatch(sentence);
  expect(failed.remedy).toBeTruthy();
  expect(`${failed.message} ${failed.remedy}`).not.toContain('nonsense');
});

test('an inbox of another installation is refused by name, and taken over by number, which is said', async () => {
  await using sandbox = await createSandbox();
  await (await opening(sandbox).open()).close();
  await expect(opening(sandbox).open()).rejects.toThrow('somebody else’s');
  const { open, log, settings } = opening(sandbox, { inbox: 1 });
  await (await open()).close();
  const { additional_attributes } = await ask(sandbox, 'GET', 'inboxes/1');
  expect(additional_attributes).toMatchObject({ baton: settings.all.get('chatwoot installation') });
  const takenOver = () => log.lines.filter(({ sentence }) => sentence.includes('taken over'));
  expect(takenOver()).toMatchObject([{ level: 'warn', fields: { inbox: 1 } }]);
  await (await open()).close();
  expect(takenOver()).toHaveLength(1);
});

test('a desk that is away at the start is set up once it is there', async () => {
  await using sandbox = await createSandbox();
  sandbox.fault({ path: '^/api$', times: 3, status: 502 });
  const { open, log } = opening(sandbox);
  const desk = await open();
  const ear = createEar();
  await using _watching = desk.watch(ear.watch);
  const task = taskFor(newThread(desk.home), { key: 'k', kind: 'begin', step: 'begin' });
  expect(desk.healthy()).toBe(false);
  expect(await desk.perform(task)).toMatchObject({ result: 'unsent' });
  await ear.catchesUp();
  expect(desk.healthy()).toBe(true);
  expect(await desk.perform(task)).toMatchObject({ result: 'done' });
  expect(log.lines.filter((line) => line.level === 'warn' && /set up now/.test(line.sentence))).toHaveLength(1);
  await desk.close();
});

test('an agent’s token is enough once the desk is set up', async () => {
  await using under = await startDesk();
  await under.reopen({ token: 'sandbox-mara' });
  const thread = await under.begin();
  await under.say(thread, 'Hello');
  await under.say(thread, 'Hi', 'bot');
  const done = await under.run(thread, { do: 'handOver', team: 'sales', attributes: { skills: 'x' }, note: 'n' });
  expect(done.every(({ result }) => result === 'done')).toBe(true);
  await under.as('jon', 'POST', `conversations/${thread.ref?.['number']}/messages`, { content: 'I am here' });
  const reading = await under.desk.read(thread, new Set());
  expect(reading).toMatchObject({ result: 'read', state: { status: 'open' } });
  const back = await under.run(thread, { do: 'close', note: 'n' });
  expect(back.every(({ result }) => result === 'done')).toBe(true);
  const ear = createEar();
  await using _watching = under.desk.watch(ear.watch);
  await ear.catchesUp(2);
});

test('a bot that was deleted at the desk is made again', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  await under.as('asha', 'DELETE', 'agent_bots/1');
  const said = () => under.say(thread, 'hello', 'bot');
  expect(await said()).toMatchObject({ result: 'unsent' });
  await expect.poll(said, { timeout: 20_000 }).toMatchObject({ result: 'done' });
});

test('a wrong number of an inbox ends the start, and nothing is forgotten', async () => {
  await using sandbox = await createSandbox();
  const { open, settings } = opening(sandbox);
  const first = await open();
  await first.close();
  const before = new Map(settings.all);
  await expect(open({ inbox: 77 })).rejects.toThrow('no inbox 77');
  expect(settings.all).toEqual(before);
  const again = await open();
  await again.close();
  expect(again.home).toBe(first.home);
});
