import { expect, test } from 'vitest';
import type { DeskEvent, DeskThread } from '../../desk.ts';
import { readFrame } from '../listen/frames.ts';
import { handedInBy } from '../listen/hints.ts';
import { eventOf } from './words.ts';
import { Message } from '../http/shapes.ts';
import { countRequests } from '../../../testing/count-requests.ts';
import { listen } from '../../../testing/listen.ts';
import { startDesk, type DeskUnderTest, type Who } from '../testing/start-desk.ts';

const at = (thread: DeskThread, rest = '') => `conversations/${thread.ref?.['number']}${rest}`;
const write = (under: DeskUnderTest, thread: DeskThread, who: Who, body: object) =>
  under.as(who, 'POST', at(thread, '/messages'), body);

async function events(
  under: DeskUnderTest,
  thread: DeskThread,
  ids: number[] = [],
  deep = false,
): Promise<DeskEvent[]> {
  const read = await under.desk.read(thread, new Set(ids), { deep });
  if (read.result !== 'read') throw new Error(read.result);
  return read.events;
}

const row = (more: object) =>
  Message.parse({ id: 7, content: 'Hi', message_type: 1, created_at: 1_800_000_000, private: false, ...more });
const user = { id: 3, name: 'Jon Abara', available_name: 'Jon', type: 'user', email: 'jon@desk.example' };
const where = { installation: 'ours', lastDelivery: () => 0 };
const time = 1_800_000_000_000;
const said = { kind: 'said', id: 7, agent: { key: '3', name: 'Jon' }, text: 'Hi', files: [], at: time, failed: false };

test.each<[string, object, object | undefined]>([
  ['an agent’s words', { sender: user }, said],
  ['a private note', { sender: user, private: true }, undefined],
  ['words that do not say whether they are private', { sender: user, private: undefined }, undefined],
  ['words that say nothing of being private', { sender: user, private: null }, undefined],
  ['an out-of-office text that does not say it', { message_type: 3, private: undefined }, undefined],
  ['a deletion that does not say it', { private: undefined, content_attributes: { deleted: true } }, undefined],
  ['a deleted private note', { sender: user, private: true, content_attributes: { deleted: true } }, undefined],
  ['a deleted message', { sender: user, content_attributes: { deleted: true } }, { kind: 'deleted', id: 7, at: time }],
  [
    'a deleted message of ours',
    { source_id: 'ours:k', content_attributes: { deleted: true } },
    { kind: 'deleted', id: 7, at: time },
  ],
  [
    'a visitor’s word of ours',
    { source_id: 'ours:k', message_type: 0 },
    { kind: 'ours', id: 7, key: 'k', failed: false, word: { by: 'visitor', text: 'Hi', at: time } },
  ],
  [
    'a bot’s word of ours',
    { source_id: 'ours:k' },
    { kind: 'ours', id: 7, key: 'k', failed: false, word: { by: 'bot', text: 'Hi', at: time } },
  ],
  [
    'the question of a rating, of ours',
    { source_id: 'ours:k', content_type: 'input_csat' },
    { kind: 'ours', id: 7, key: 'k', failed: false },
  ],
  ['a note of ours', { source_id: 'ours:k', private: true }, { kind: 'ours', id: 7, key: 'k', failed: false }],
  ['another relay’s', { source_id: 'theirs:k', message_type: 0 }, undefined],
  ['an agent’s, with a source id of another program', { sender: user, source_id: 'crm:1' }, said],
  ['what the visitor wrote elsewhere', { message_type: 0, sender: { id: 1, name: 'V', type: 'contact' } }, undefined],
  ['another bot’s words', { sender: { id: 9, name: 'B', type: 'agent_bot' } }, undefined],
  ['Captain’s words', { sender: { id: 9, name: 'B', type: 'captain_assistant' } }, undefined],
  ['an activity', { message_type: 2 }, undefined],
  ['a survey', { message_type: 3, content_type: 'input_csat' }, undefined],
  ['an out-of-office text', { message_type: 3, content_type: 'text' }, { kind: 'system', id: 7, text: 'Hi', at: time }],
  ['an automation', { message_type: 1, sender: null }, { kind: 'system', id: 7, text: 'Hi', at: time }],
  ['nothing at all', { sender: user, content: null }, undefined],
  ['a line break from the editor', { sender: user, content: 'a\\\nb' }, { ...said, text: 'a\nb' }],
  [
    'a file without words',
    { sender: user, content: null, attachments: [{ data_url: 'https://d.example/a.png', file_size: 5 }] },
    { ...said, text: '', files: [{ name: 'a.png', type: 'image/png', size: 5, url: 'https://d.example/a.png' }] },
  ],
])('%s', (_name, more, event) => {
  const found = eventOf(where, row(more));
  expect(found).toEqual(event === undefined ? [] : [event]);
  expect(JSON.stringify(found)).not.toContain('@desk.example');
});

test.each([1e15, -1, 0, 'yesterday', null, '2026-11-21T00:00:00Z'])(
  'a message with the time %j is none, unless it is ours',
  (created_at) => {
    expect(eventOf(where, row({ sender: user, created_at }))).toEqual([]);
    expect(eventOf(where, row({ source_id: 'ours:k', created_at }))).toMatchObject([{ kind: 'ours', key: 'k' }]);
    const frame = {
      event: 'message.created',
      inbox: 1,
      about: { source: 's' },
      message: row({ sender: user, created_at }),
    };
    expect(handedInBy(frame as never, 'ours')).toBeUndefined();
  },
);

test.each([undefined, null, true])(
  'what a frame tells with private %j is not handed in, and no such typing is shown',
  (value) => {
    const conversation = { id: 1, inbox_id: 1, contact_inbox: { source_id: 's' } };
    const frame = (event: string, data: object) => readFrame(JSON.stringify({ message: { event, data } }));
    const told = (more: object) => {
      const words = {
        id: 7,
        inbox_id: 1,
        conversation_id: 1,
        message_type: 1,
        content: 'Hi',
        created_at: time / 1_000,
      };
      const found = frame('message.created', { ...words, sender: user, conversation, ...more });
      return found?.type === 'event' && handedInBy(found, 'ours');
    };
    const typing = (more: object) => {
      const found = frame('conversation.typing_on', { conversation, user, ...more });
      return found?.type === 'event' && found.about.typing;
    };
    expect(told({ private: false })).toMatchObject({ said });
    expect(told({ private: value })).toBeUndefined();
    expect(typing({ is_private: false })).toMatchObject({ on: true });
    expect(typing({ is_private: value })).toBeNull();
  },
);

test('a failed message counts as one to heal only once deliveries arrive again', () => {
  const failed = row({ sender: user, status: 'failed' });
  const after = (ms: number) => eventOf({ ...where, lastDelivery: () => time + ms }, failed)[0];
  expect(after(-1_000)).toMatchObject({ failed: false });
  expect(after(60_000)).toMatchObject({ failed: true });
});

test('the token’s own user, writing at the desk, is a person like any other', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  await under.say(thread, 'Anybody there?');
  await write(under, thread, 'asha', { content: 'I am' });
  const [ours, theirs] = await events(under, thread);
  expect(ours).toMatchObject({ kind: 'ours' });
  expect(theirs).toMatchObject({ kind: 'said', text: 'I am', agent: { key: '1', name: 'Asha Verma' } });
});

test('a file reaches us with name, type and size', async () => {
  for (const chatwoot of ['4.10', '4.14'] as const) {
    await using under = await startDesk({ sandbox: { switches: { chatwoot } } });
    const thread = await under.begin();
    const form = new FormData();
    form.append('content', 'The list');
    form.append('attachments[]', new Blob(['a,b'], { type: 'text/csv' }), 'price list.csv');
    const headers = { 'Api-Access-Token': 'sandbox-mara' };
    const url = `${under.sandbox.url}/api/v1/accounts/1/${at(thread, '/messages')}`;
    expect((await fetch(url, { method: 'POST', headers, body: form })).status).toBe(200);
    expect(await events(under, thread)).toMatchObject([
      {
        kind: 'said',
        text: 'The list',
        files: [{ name: expect.stringMatching(/^price.list\.csv$/), type: 'text/csv', size: 3 }],
      },
    ]);
  }
});

test('a deletion of ours or theirs among the newest fifty is found, behind the cursor too', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const ids: number[] = [];
  for (let n = 0; n < 45; n += 1) ids.push((await write(under, thread, 'mara', { content: `line ${n}` })).id);
  await under.as('mara', 'DELETE', at(thread, `/messages/${ids[0]}`));
  const late = { ...thread, cursor: ids.at(-1) ?? 0 };
  expect(await events(under, late)).toEqual([]);
  const deep = await events(under, late, [], true);
  expect(deep).toHaveLength(45);
  expect(deep[0]).toMatchObject({ kind: 'deleted', id: ids[0] });
});

test('a thread is gone only if the desk says so twice while the inbox answers', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const gone = { status: 404, body: { error: 'Resource could not be found' } };
  under.sandbox.fault({ path: '/conversations/\\d+$', ...gone });
  expect(await under.desk.read(thread, new Set())).toMatchObject({ result: 'away' });
  under.sandbox.fault({ path: '/conversations/\\d+$', times: 2, ...gone });
  under.sandbox.fault({ path: '/inboxes/1$', ...gone });
  expect(await under.desk.read(thread, new Set())).toMatchObject({ result: 'away' });
  await fetch(`${under.sandbox.url}/sandbox/faults`, { method: 'DELETE' });
  expect(await under.desk.read(thread, new Set())).toMatchObject({ result: 'read' });
  await under.as('asha', 'DELETE', at(thread));
  expect(await under.desk.read(thread, new Set())).toEqual({ result: 'gone' });
});

test('a message that our absence painted red is healed', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const { id } = await write(under, thread, 'mara', { content: 'Hello' });
  await under.as('asha', 'PATCH', at(thread, `/messages/${id}`), { status: 'failed', external_error: 'timeout' });
  expect(await under.run(thread, { do: 'clearFailure', deskId: id })).toMatchObject([{ result: 'done' }]);
  expect((await under.messages(thread))[0]).toMatchObject({ id, status: 'sent' });
});

test('a long thread is read whole', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  for (let n = 0; n < 130; n += 1) await write(under, thread, 'mara', { content: `line ${n}` });
  const all = await events(under, thread);
  expect(all.map((event) => (event.kind === 'said' ? event.text : ''))).toEqual(all.map((_, n) => `line ${n}`));
  expect(all).toHaveLength(130);
});

test('a message with a time that is none blocks nothing: it is left out, and one line says so', async () => {
  const log = listen();
  await using under = await startDesk({ desk: { log } });
  const thread = await under.begin();
  const { id } = await write(under, thread, 'mara', { content: 'Hello' });
  const { payload } = await under.as('asha', 'GET', at(thread, '/messages?after=1&before=2147483647'));
  const conversation = await under.as('asha', 'GET', at(thread));
  const bad = { ...payload.at(-1), id: id + 1, created_at: 1e15 };
  const messages = { payload: [...payload, bad] };
  under.sandbox.fault({ path: '/messages\\?after', times: 2, status: 200, body: messages });
  const broken = { ...conversation, messages: [bad], last_non_activity_message: { ...bad, created_at: 'today' } };
  under.sandbox.fault({ path: '/conversations/1$', times: 2, status: 200, body: broken });
  for (let n = 0; n < 2; n += 1) expect(await events(under, thread)).toMatchObject([{ kind: 'said', id }]);
  const told = log.lines.filter(({ sentence }) => sentence.includes('left out'));
  expect(told).toMatchObject([{ level: 'warn', fields: { desk: 1, message: id + 1 } }]);
});

test('a state that is news comes with the words that led to it, though those were asked for before', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const known = await under.desk.read(thread, new Set());
  if (known.result !== 'read') throw new Error(known.result);
  const { id } = await write(under, thread, 'mara', { content: 'All done, goodbye' });
  await under.as('mara', 'POST', at(thread, '/toggle_status'), { status: 'resolved' });
  // As if the words had been read just before she spoke, and who has the thread just after she ended it.
  under.sandbox.fault({ path: '/messages\\?after', status: 200, body: { payload: [] } });
  const early: number[] = [];
  const read = await under.desk.read(thread, new Set(), {
    believed: known.state,
    early: ({ events: found }) => void early.push(found.length),
  });
  expect(early).toEqual([0]);
  expect(read).toMatchObject({ state: { status: 'resolved' }, events: [{ kind: 'said', id }] });
});

test('a desk that was restored from a backup is read from the beginning, and the cursor goes back', async () => {
  const passed = 10 * 60_000;
  await using under = await startDesk({ sandbox: { now: () => Date.now() - passed } });
  const thread = await under.begin();
  const { id } = await write(under, thread, 'mara', { content: 'kept' });
  const late = { ...thread, cursor: id + 40 };
  expect(await under.desk.read(late, new Set())).toMatchObject({ events: [{ kind: 'said', id }] });
  expect(await under.desk.read(thread, new Set())).toMatchObject({ events: [{ kind: 'said', id }] });
});

const notThere = { status: 404, body: { error: 'Resource could not be found' } };

/** Reads while who has the thread comes before its words, or after them. @returns what was told early */
async function readEarly(under: DeskUnderTest, thread: DeskThread, ids: number[], first: 'words' | 'state') {
  await under.desk.read({ ...thread, cursor: 0 }, new Set());
  under.sandbox.fault({
    path: first === 'words' ? '/conversations/\\d+$' : '/messages\\?after',
    after: true,
    hangMs: 150,
  });
  const early: DeskEvent[][] = [];
  const reading = under.desk.read(thread, new Set(ids), { early: (words) => void early.push(words.events) });
  return { reading, early };
}

test('words are told early, but not where a message is named that the cursor has passed', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const { id } = await write(under, thread, 'mara', { content: 'Hello' });
  const plain = await readEarly(under, thread, [id], 'words');
  expect(await plain.reading).toMatchObject({ events: [{ id }] });
  expect(plain.early).toMatchObject([[{ id }]]);
  // The desk may have been restored, and the number be another visitor's.
  const passed = await readEarly(under, { ...thread, cursor: id }, [id], 'words');
  expect(await passed.reading).toMatchObject({ events: [{ id }] });
  expect(passed.early).toEqual([]);
});

test('a thread that turns out to be gone, or another, tells no words early, then or later', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  await write(under, thread, 'mara', { content: 'Hello' });
  const other = await under.as('asha', 'GET', at(await under.begin()));
  for (const found of [notThere, { status: 200, body: other }]) {
    using requests = countRequests('sandbox-administrator');
    const { reading, early } = await readEarly(under, thread, [], 'state');
    under.sandbox.fault({ path: '/conversations/1$', times: 2, ...found });
    expect(await reading).toEqual({ result: 'gone' });
    await expect.poll(() => requests.answered.length).toBe(requests.asked.length);
    await fetch(`${under.sandbox.url}/sandbox/faults`, { method: 'DELETE' });
    await under.desk.read(thread, new Set()); // longer than the words could take from there
    expect(early).toEqual([]);
  }
});
