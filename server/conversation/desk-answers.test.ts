import { expect, test } from 'vitest';
import { mara, open, said, takeDecisions } from '../testing/decisions.ts';
import { deskAnswered } from './desk-answers.ts';

/** A conversation whose thread is there. */
function begun(...changes: Parameters<typeof takeDecisions>) {
  const one = takeDecisions(...changes);
  one.deskDoes();
  return one;
}

test('a thread that was made is known by what the desk says of it', () => {
  const one = takeDecisions();
  one.desk({ result: 'done', ref: { number: 12 } });
  expect(one.threads).toMatchObject([{ round: 1, ref: { number: 12 }, home: 'here' }]);
  expect(one.state.hasWords).toBe(false);
  one.desk({ result: 'done', deskId: 5 });
  expect(one.state.hasWords).toBe(true);
  expect(one.deskMessages).toMatchObject([{ round: 1, deskId: 5, key: expect.any(String) }]);
});

test('what did not happen is tried again: after the time the desk named, else later and later', () => {
  const one = takeDecisions();
  one.desk({ result: 'unsent', why: 'away', retryAfterMs: 7_000 });
  expect(one.row('begin')).toMatchObject({ status: 'ready', notBefore: one.at + 7_000 });
  one.desk({ result: 'unsent', why: 'away' });
  expect(one.row('begin').notBefore).toBe(one.at + 2_000);
  one.desk({ result: 'unsent', why: 'away' });
  expect(one.row('begin').notBefore).toBe(one.at + 4_000);
});

test('what may have happened is looked up, at first after a second', () => {
  const one = takeDecisions();
  one.desk({ result: 'unknown', why: 'no answer' });
  expect(one.row('begin')).toMatchObject({ status: 'unknown', notBefore: one.at + 1_000 });
  for (let attempt = 2; attempt <= 30; attempt += 1) one.desk({ result: 'unknown', why: 'no answer' });
  expect(one.row('begin').notBefore).toBe(one.at + 60_000);
});

test('what is in doubt is looked up again as soon as that tells for certain', () => {
  const one = takeDecisions();
  for (let attempt = 1; attempt <= 6; attempt += 1)
    one.desk({ result: 'unknown', why: 'too early', knownInMs: 20_000 - 3_000 * attempt });
  expect(one.row('begin').notBefore).toBe(one.at + 2_000);
});

test('what was in doubt and never arrived goes again at once', () => {
  const one = takeDecisions();
  one.desk({ result: 'done', ref: { number: 1 } });
  for (let attempt = 1; attempt <= 9; attempt += 1) one.desk({ result: 'unknown', why: 'no answer' });
  one.desk({ result: 'unsent', why: 'it never arrived' });
  expect(one.telling).toMatchObject({ status: 'ready', notBefore: one.at });
  one.desk({ result: 'unsent', why: 'away' });
  expect(one.telling?.notBefore).toBeGreaterThan(one.at);
});

test('an answer about a row that is gone changes nothing', () => {
  const one = takeDecisions();
  const row = one.row('begin');
  one.decide((draft) => draft.drop(() => true));
  one.decide((draft, context) => deskAnswered(draft, context, row, { result: 'refused', why: '422' }));
  expect(one.todo).toEqual(['say']);
});

test('a thread that the desk refuses to make is tried again, and people are not promised meanwhile', () => {
  const one = takeDecisions();
  one.asks();
  one.desk({ result: 'refused', why: '422' });
  expect(one.row('begin').status).toBe('ready');
  expect(one.state.handoff.phase).toBe('bot');
  expect(one.last).toMatchObject({ kind: 'handoff', because: 'failed' });
});

test('a refused word of the visitor is told to them and noted at the desk, once for those that wait', () => {
  const one = begun();
  one.writes('a');
  one.writes('b');
  one.desk({ result: 'refused', why: '422' });
  expect(one.log).toContainEqual(expect.objectContaining({ kind: 'undelivered', id: 'a' }));
  expect(one.state.undelivered).toMatchObject([{ id: 'a', heard: true }]);
  one.desk({ result: 'refused', why: '422' });
  expect(one.todo.filter((name) => name === 'note')).toHaveLength(1);
});

test('a refused word of the bot is noted at the desk, and the visitor has read it already', () => {
  const one = takeDecisions();
  one.desk({ result: 'done', ref: { number: 1 } });
  one.desk({ result: 'refused', why: '422' }, 'bot');
  expect(one.state.undelivered).toEqual([]);
  expect(one.todo).toEqual(['note']);
});

test('a refused note is not noted', () => {
  const one = takeDecisions();
  one.desk({ result: 'done', ref: { number: 1 } });
  one.desk({ result: 'refused', why: '422' }, 'bot');
  one.desk({ result: 'refused', why: '422' });
  expect(one.todo).toEqual([]);
});

test.each([
  ['clear', 'transferring'],
  ['open', 'bot'],
  ['check', 'waiting'],
])('when the desk refuses the step %s the visitor is in %s', (step, phase) => {
  const one = begun();
  one.asks();
  while (one.todo[0] !== step) one.desk();
  one.desk({ result: 'refused', why: '403' });
  expect(one.state.handoff.phase).toBe(phase);
  expect(Object.values(one.state.notes).map(({ text }) => text)).toContainEqual(expect.stringContaining(`(${step})`));
});

test('read back: with a person, or waiting for one, or resolved or given back already', () => {
  for (const [state, expected] of [
    [
      { ...open, assignee: mara },
      { phase: 'waiting', agent: mara },
    ],
    [open, { phase: 'waiting', agent: null }],
    [{ ...open, status: 'resolved' as const }, { phase: 'ending' }],
    [{ ...open, status: 'pending' as const, assignee: mara }, { phase: 'bot' }],
  ] as const) {
    const one = begun();
    one.asks();
    one.deskDoes(state);
    expect(one.state.handoff).toMatchObject(expected);
  }
});

test('given back between two steps of ours: the next reading finds it', async () => {
  const one = begun();
  const pending = { status: 'pending', assignee: null, team: null } as const;
  await one.reads([said(500, 'Hello')], pending);
  expect(one.todo).toEqual(['open', 'assign']);
  one.desk({ result: 'done', state: open });
  one.desk({ result: 'done', state: { ...pending, assignee: mara } });
  expect(one.state.handoff.phase).toBe('human');
  await one.reads([], { ...pending, assignee: mara });
  expect(one.state.handoff.phase).toBe('bot');
});

test('a step that finds a person there ends the handoff with them', () => {
  const one = begun();
  one.asks();
  one.desk({ result: 'done', taken: mara, state: { ...open, assignee: mara } });
  expect(one.state.handoff).toMatchObject({ phase: 'waiting', agent: mara });
  expect(one.todo).toEqual([]);
});

test('a person found in a pending thread has it opened for them', () => {
  const one = begun();
  one.asks();
  one.desk({ result: 'done', taken: mara, state: { status: 'pending', assignee: mara, team: null } });
  expect(one.todo).toEqual(['open', 'assign']);
});

test('what a former round answers moves nobody', () => {
  const one = begun();
  one.asks();
  const row = one.row('check');
  one.decide((draft) => void (draft.state.round = 9));
  one.decide((draft, context) => deskAnswered(draft, context, row, { result: 'done', state: open }));
  expect(one.state.handoff.phase).toBe('transferring');
});
