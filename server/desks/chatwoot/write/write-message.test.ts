import { expect, test } from 'vitest';
import { shortName } from '../../../short-name.ts';
import type { DeskTask, DeskThread } from '../../desk.ts';
import { quoted } from '../../../conversation/note-text.ts';
import { plainText } from './text.ts';
import { countRequests } from '../../../testing/count-requests.ts';
import { listen } from '../../../testing/listen.ts';
import { newThread, startDesk, taskFor, type DeskUnderTest } from '../testing/start-desk.ts';

const noes = [400, 409, 413, 422].map((status) => [status, { status, body: { error: 'Validation failed' } }] as const);
const posts = { path: '/messages$', method: 'POST' };

function saying(under: DeskUnderTest, thread: DeskThread, text: string, by: 'visitor' | 'bot' = 'visitor'): DeskTask {
  const [op] = under.desk.plan({ do: 'say', message: 'm' });
  if (!op) throw new Error('nothing was planned');
  return taskFor(thread, op, { message: { author: { kind: by }, text } });
}

test.each(noes)('a word that is refused once with %d stands at the desk as plain text, once', async (_status, no) => {
  const log = listen();
  await using under = await startDesk({ desk: { log } });
  const thread = await under.begin();
  under.sandbox.fault({ ...posts, ...no });
  const choices = [{ title: 'Red', value: 'r' }];
  const message = {
    author: { kind: 'bot' } as const,
    text: '**Which** [one](https://a.example/b)? 😀',
    choices,
    at: 0,
  };
  const [said] = await under.run(thread, { do: 'say', message: 'm' }, { message });
  expect(said).toMatchObject({ result: 'done', deskId: expect.any(Number) });
  expect(await under.messages(thread)).toMatchObject([{ content: 'Which one (https://a.example/b)? ?' }]);
  expect(log.lines.filter(({ sentence }) => sentence.includes('plain text'))).toMatchObject([
    { fields: { conversation: shortName('c'), desk: 1 } },
  ]);
});

test.each(noes)('a word that is refused twice with %d is refused, and is not there', async (_status, no) => {
  await using under = await startDesk();
  const thread = await under.begin();
  under.sandbox.fault({ ...posts, ...no, times: 2 });
  expect(await under.say(thread, 'hello')).toMatchObject({ result: 'refused' });
  expect(await under.messages(thread)).toEqual([]);
});

test.each(noes)('a word that was kept before it was refused with %d is not written again', async (_status, no) => {
  await using under = await startDesk();
  const thread = await under.begin();
  under.sandbox.fault({ ...posts, ...no, after: true });
  expect(await under.say(thread, 'first')).toMatchObject({ result: 'done' });
  under.sandbox.fault({ ...posts, ...no });
  under.sandbox.fault({ ...posts, ...no, after: true });
  expect(await under.say(thread, 'second')).toMatchObject({ result: 'done' });
  expect(await under.messages(thread)).toMatchObject([{ content: 'first' }, { content: 'second' }]);
});

test('a note that is refused goes as plain text, and still calls the team', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  under.sandbox.fault({ ...posts, status: 422, body: { error: 'Validation failed' } });
  const note = '# Waiting\n> **Hi** [@x](mention://user/1/x)';
  const [called] = await under.run(thread, { do: 'call', team: 'support', note: 'n' }, { note });
  expect(called).toMatchObject({ result: 'done' });
  expect(await under.messages(thread)).toMatchObject([
    { content: '[@support](mention://team/1/support) Waiting\nHi @x (mention: //user/1/x)', private: true },
  ]);
});

test.each(noes)('a read that is answered with %d refuses nothing; the word goes later', async (_status, no) => {
  await using under = await startDesk();
  const thread = await under.begin();
  await under.reopen(); // the conversation is looked at once a start
  const task = saying(under, thread, 'hello');
  under.sandbox.fault({ path: '/conversations/\\d+$', method: 'GET', ...no });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unsent' });
  const sent = { ...task, sentAt: Date.now() };
  under.sandbox.fault({ path: '/messages\\?', method: 'GET', ...no });
  expect(await under.desk.reconcile(sent)).toMatchObject({ result: 'unknown' });
  under.sandbox.fault({ path: '/messages\\?', method: 'GET', ...no });
  expect(await under.desk.perform(sent)).toMatchObject({ result: 'unsent' });
  expect(await under.desk.perform(sent)).toMatchObject({ result: 'done' });
  expect(await under.messages(thread)).toHaveLength(1);
});

test.each(noes)('a step whose reading is answered with %d is done later', async (_status, no) => {
  await using under = await startDesk();
  const thread = await under.begin();
  const ops = under.desk.plan({ do: 'handOver', team: 'support', attributes: { reason: 'r' }, note: 'n' });
  for (const op of ops) {
    if (op.step === 'note') continue; // it is written without reading the conversation
    under.sandbox.fault({ path: '/conversations/\\d+$', method: 'GET', ...no });
    const task = taskFor(thread, op);
    expect(await under.desk.perform(task)).toMatchObject({ result: 'unsent' });
    expect(await under.desk.perform(task)).toMatchObject({ result: 'done' });
  }
});

test.each(noes)('a look-up that is answered with %d refuses no beginning', async (_status, no) => {
  await using under = await startDesk();
  const task = taskFor(newThread(under.desk.home), { key: 'k', kind: 'begin', step: 'begin' });
  under.sandbox.fault({ path: '/contact_inboxes/filter$', method: 'POST', ...no });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unsent' });
  await under.begin({ id: task.visitor.id }); // from here on the contact is there, and has to be found
  under.sandbox.fault({ path: '/contacts/filter$', method: 'POST', ...no });
  under.sandbox.fault({ path: '/contacts/search', method: 'GET', ...no });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unsent' });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'done' });
});

test('what the desk kept is compared with what was meant', async () => {
  const log = listen();
  await using under = await startDesk({ desk: { log } });
  const thread = await under.begin();
  const task = saying(under, thread, 'Use {{ to start', 'bot');
  const source_id = `${under.settings.all.get('chatwoot installation')}:${task.op.key}`;
  const kept = { id: 7, content: 'Use  to start', message_type: 1, created_at: 1, source_id };
  under.sandbox.fault({ ...posts, status: 200, body: kept });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'done', deskId: 7 });
  const changed = log.lines.filter(({ sentence }) => sentence === 'the desk changed our words');
  expect(changed).toMatchObject([{ level: 'warn', fields: { conversation: shortName('c'), desk: 1, message: 7 } }]);
});

test('a conversation that the desk made open, for want of our bot, does not stay so', async () => {
  await using under = await startDesk();
  const contact = await under.as('asha', 'POST', 'contacts', { inbox_id: 1, name: 'Olle' });
  const { source_id } = contact.payload.contact_inbox;
  await under.as('asha', 'POST', 'inboxes/1/set_agent_bot', { agent_bot: null });
  const made = await under.as('asha', 'POST', 'conversations', { inbox_id: 1, source_id });
  expect(made).toMatchObject({ status: 'open' });
  under.sandbox.fault({ path: '/conversations$', method: 'POST', status: 200, body: made });
  const task = taskFor(newThread(under.desk.home), { key: 'k', kind: 'begin', step: 'begin' });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'done', state: { status: 'pending' } });
  expect(await under.as('asha', 'GET', `conversations/${made.id}`)).toMatchObject({ status: 'pending' });
});

test('many begin at once: the first word of each follows its making, before others are made', async () => {
  await using under = await startDesk();
  under.sandbox.fault({ path: '.', times: 1_000, after: true, hangMs: 5 });
  using requests = countRequests();
  const rounds = Array.from({ length: 40 }, async (_, n) => {
    const thread = await under.begin({ id: `v-${n}` });
    const message = { author: { kind: 'visitor' } as const, text: 'hello' };
    const [said] = await under.run(thread, { do: 'say', message: 'm' }, { message, isFirst: true });
    expect(said).toMatchObject({ result: 'done' });
  });
  await Promise.all(rounds);
  let without = 0;
  for (const request of requests.asked) {
    if (/^POST .*\/conversations$/.test(request)) without += 1;
    if (/^POST .*\/messages$/.test(request)) without -= 1;
    expect(without).toBeLessThanOrEqual(4); // no more than are under way at once
  }
  expect(requests.asked.filter((one) => one.endsWith('/messages'))).toHaveLength(40);
});

test('a list beside the thread that is not there refuses no note', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const [note] = under.desk.plan({ do: 'call', team: null, note: 'n' });
  if (!note) throw new Error('nothing was planned');
  under.sandbox.fault({ path: '/inbox_members/', method: 'GET', status: 404 });
  expect(await under.desk.perform(taskFor(thread, note))).toMatchObject({ result: 'unsent' });
  expect(await under.desk.perform(taskFor(thread, note))).toMatchObject({ result: 'done' });
});

test.each([
  ['a **b** __c__ `d` ~~e~~', 'a b c d e'],
  ['## Title\n> said\n2 * 3 * 4', 'Title\nsaid\n2 * 3 * 4'],
  ['![p](https://a.example/p.png) [t](https://a.example)', 'p (https://a.example/p.png) t (https://a.example)'],
  ['a\u0000\u200b\u202eb\r\nc\td\ud800', 'ab\nc\td'],
  ['Grüße, Łódź, العربية, 日本 😀', 'Grüße, Łódź, العربية, 日本 ?'],
  ['', ''],
])('%j as plain text is %j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

const living = /mention:\/\/|!\[/i;

test.each([
  '(mention://user/3/Jon)',
  '(men\u00adtion:\u200b//user/3/Jon)',
  '(mention:/\u200d/user/3/Jon)',
  '(MENTION:\u2060//user/3/Jon)',
  '(men**tion**://user/3/Jon)',
  'two [@Jon](mention://user/3/Jon)s',
  '!\u200b[a [nested] name](https://a.example/p.png)',
])('a mention or a picture in somebody’s words, as %j, is none in plain text, quoted or not', (text) => {
  expect(plainText(text)).not.toMatch(living);
  expect(plainText(quoted(text))).not.toMatch(living);
  expect(plainText(quoted(text))).toMatch(/Jon|nested/);
});
