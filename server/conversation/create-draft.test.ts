import { expect, test } from 'vitest';
import { newState } from '../stores/conversation-state.ts';
import { createDraft } from './create-draft.ts';
import type { Loaded } from './draft.ts';

const loaded = (version = 3): Loaded => ({
  conversation: {
    id: 'c',
    site: 'demo',
    visitor: 'v',
    log: 'l',
    version,
    seq: 7,
    state: newState('s', 'en', null),
    marks: { spoke: 0, forDesk: 0, told: 0, telling: null },
    createdAt: 1,
    updatedAt: 1,
  },
  savedState: JSON.stringify(newState('s', 'en', null)),
  work: [],
  threads: [],
  waiting: [],
  foundUpTo: 7,
});
const timer = { lane: 'timer' as const, timer: 'askedTooLong', epoch: 1 };

test('a decision that changes nothing costs no commit', () => {
  expect(createDraft(loaded(), 5).changes()).toBeUndefined();
});

test('what is loaded stays as it is: a draft changes a copy', () => {
  const before = loaded();
  const draft = createDraft(before, 5);
  draft.state.alsoOpen.push('a');
  draft.add('w', timer);
  draft.say({ id: 'm', author: { kind: 'visitor' }, text: 'Hi', at: 5 });
  expect([before.conversation.state.alsoOpen, before.work, before.waiting]).toEqual([[], [], []]);
  expect(draft.changes()).toMatchObject({ at: 5, addWork: [{ id: 'w', notBefore: 5, after: 7 }] });
  expect(JSON.parse(draft.changes()?.state ?? '')).toMatchObject({ alsoOpen: ['a'] });
});

test('a state that was only looked at, or is what it was, is not saved again', () => {
  const draft = createDraft(loaded(), 5);
  draft.add('w', timer);
  expect(draft.seen.language).toBe('en');
  expect(draft.state.language).toBe('en');
  expect(draft.changes()).not.toHaveProperty('state');
  expect(draft.whenCommitted().conversation.state).toEqual(newState('s', 'en', null));
});

test('what visitor and bot say waits for the desk until it was told, and what an agent says does not', () => {
  const draft = createDraft(loaded(), 5);
  draft.say({ id: 'a', author: { kind: 'visitor' }, text: 'Hi', at: 5 });
  draft.say({ id: 'b', author: { kind: 'agent', name: 'Mara' }, text: 'Hi', at: 5 });
  draft.say({ id: 'c', author: { kind: 'bot' }, text: 'Hi', at: 5 });
  expect(draft.waiting).toEqual([
    { seq: 8, id: 'a', by: 'visitor' },
    { seq: 10, id: 'c', by: 'bot' },
  ]);
  expect(draft.marks).toEqual({ spoke: 8, forDesk: 10, told: 0, telling: null });
  draft.tell({ seq: 8, status: 'sending', notBefore: 5, attempts: 1, sentAt: 5 });
  draft.told('a');
  expect([draft.marks.told, draft.marks.telling]).toEqual([8, null]);
  draft.told('c');
  expect(draft.whenCommitted()).toMatchObject({ waiting: [], conversation: { marks: { forDesk: 10, told: 10 } } });
});

test('a word that is taken back before its turn leaves those before it where they are', () => {
  const draft = createDraft(loaded(), 5);
  for (const id of ['a', 'b', 'c']) draft.say({ id, author: { kind: 'visitor' }, text: 'Hi', at: 5 });
  draft.tell({ seq: 8, status: 'sending', notBefore: 5, attempts: 1, sentAt: 5 });
  draft.told('b');
  expect(draft.marks).toMatchObject({ told: 0, telling: { seq: 8 } });
  expect(draft.waiting.map(({ id }) => id)).toEqual(['a', 'c']);
});

test('events are numbered after the last one, and are told as they are written', () => {
  const draft = createDraft(loaded(), 5);
  draft.say({ id: 'm', author: { kind: 'visitor' }, text: 'Hi', at: 5 });
  draft.receipt('m', 'hash');
  draft.append({ kind: 'botFailed', at: 5 });
  expect(draft.changes()?.entries).toEqual([
    { event: { kind: 'message', seq: 8, message: expect.objectContaining({ id: 'm' }) }, hash: 'hash' },
    { event: { kind: 'botFailed', seq: 9, at: 5 } },
  ]);
  expect(draft.news).toMatchObject([{ seq: 8, message: { text: 'Hi' } }, { seq: 9 }]);
  expect([draft.before('m')?.seq, draft.before('other'), draft.seq]).toEqual([8, undefined, 9]);
  expect(draft.whenCommitted().conversation).toMatchObject({ seq: 9, version: 4, updatedAt: 5 });
});

test('work is added in order, changed and dropped', () => {
  const draft = createDraft(loaded(), 5);
  draft.add('a', timer, { notBefore: 50 });
  draft.add('b', timer);
  draft.change('a', { status: 'sending', attempts: 1 });
  draft.change('nobody', { attempts: 9 });
  draft.drop(({ id }) => id === 'b');
  expect(draft.work).toMatchObject([{ id: 'a', order: 1, notBefore: 50, status: 'sending', attempts: 1 }]);
  expect(draft.changes()).toMatchObject({ changeWork: [{ id: 'a', attempts: 1 }], dropWork: ['b'] });
});

test('a thread is made once for a round, and replaced after that', () => {
  const draft = createDraft(loaded(), 5);
  const thread = { round: 1, home: 'here', source: 's', ref: null, cursor: 0, takesAfter: null };
  draft.thread(thread);
  draft.thread({ ...thread, cursor: 4 });
  draft.thread({ ...thread, round: 2 });
  expect(draft.threads).toMatchObject([
    { conversation: 'c', round: 1, cursor: 4 },
    { round: 2, cursor: 0 },
  ]);
});

test('only the first decision makes the conversation', () => {
  expect(createDraft(loaded(0), 5)).toMatchObject({ isNew: true });
  expect(createDraft(loaded(0), 5).changes()).toMatchObject({ create: { site: 'demo', visitor: 'v', log: 'l' } });
  const draft = createDraft(loaded(), 5);
  draft.renewLog('anew');
  expect([draft.isNew, draft.log, draft.changes()?.create, draft.whenCommitted().conversation.log]).toEqual([
    false,
    'anew',
    undefined,
    'anew',
  ]);
});
