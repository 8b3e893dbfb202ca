import { expect, test } from 'vitest';
import { newState } from '../stores/conversation-state.ts';
import { createDraft, type Loaded } from './draft.ts';

const loaded = (version = 3): Loaded => ({
  conversation: {
    id: 'c',
    site: 'demo',
    visitor: 'v',
    log: 'l',
    version,
    seq: 7,
    state: newState('s', 'en', null),
    createdAt: 1,
    updatedAt: 1,
  },
  work: [],
  threads: [],
});
const timer = { lane: 'timer' as const, timer: 'askedTooLong', epoch: 1 };

test('a decision that changes nothing costs no commit', () => {
  expect(createDraft(loaded(), 5).changes()).toBeUndefined();
});

test('what is loaded stays as it is: a draft changes a copy', () => {
  const before = loaded();
  const draft = createDraft(before, 5);
  draft.state.queued.push('a');
  draft.add('w', timer);
  expect([before.conversation.state.queued, before.work]).toEqual([[], []]);
  expect(draft.changes()).toMatchObject({ at: 5, state: { queued: ['a'] }, addWork: [{ id: 'w', notBefore: 5 }] });
});

test('events are numbered after the last one, and are told as they are written', () => {
  const draft = createDraft(loaded(), 5);
  draft.say({ id: 'm', author: { kind: 'visitor' }, text: 'Hi', at: 5 });
  draft.receipt('m', 'hash');
  draft.append({ kind: 'botFailed', at: 5 });
  expect(draft.changes()?.events).toEqual([
    { kind: 'message', seq: 8, id: 'm' },
    { kind: 'botFailed', seq: 9, at: 5 },
  ]);
  expect(draft.news).toMatchObject([{ seq: 8, message: { text: 'Hi' } }, { seq: 9 }]);
  expect([draft.seqOf('m'), draft.seqOf('other'), draft.seq]).toEqual([8, 9, 9]);
  expect(draft.after().conversation).toMatchObject({ seq: 9, version: 4, updatedAt: 5 });
});

test('work is added in order, changed and dropped', () => {
  const draft = createDraft(loaded(), 5);
  draft.add('a', timer, 50);
  draft.add('b', timer);
  draft.change('a', { status: 'sending', attempts: 1 });
  draft.change('nobody', { attempts: 9 });
  draft.drop(({ id }) => id === 'b');
  expect(draft.work).toMatchObject([{ id: 'a', order: 1, notBefore: 50, status: 'sending', attempts: 1 }]);
  expect(draft.changes()).toMatchObject({ changeWork: [{ id: 'a', attempts: 1 }], dropWork: ['b'] });
});

test('a thread is made once for a round, and replaced after that', () => {
  const draft = createDraft(loaded(), 5);
  const thread = { round: 1, home: 'here', source: 's', ref: null, cursor: 0 };
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
  expect([draft.isNew, draft.log, draft.changes()?.create, draft.after().conversation.log]).toEqual([
    false,
    'anew',
    undefined,
    'anew',
  ]);
});
