import { describe, expect, test } from 'vitest';
import { jon, mara, open, said, takeDecisions } from '../testing/decisions.ts';
import { botAnswered } from './conversation.ts';
import { takeMessage, takeReading } from './desk-read.ts';
import type { DeskEvent } from '../desks/desk.ts';

/** People are awaited, and all that is to be done at the desk is done. */
function waiting() {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  return one;
}
const texts = (one: ReturnType<typeof takeDecisions>) =>
  one.log.flatMap((event) => (event.kind === 'message' ? [event.message.text] : []));

test('a person’s words are in the log once, however often they are read, after the news of who speaks', async () => {
  const one = waiting();
  expect(await one.reads([said(50, 'Hi')])).toBe('believed');
  expect(await one.reads([said(50, 'Hi'), said(51, 'there')])).toBe('believed');
  expect(texts(one)).toEqual(['Hello', 'Hi', 'there']);
  expect(one.state).toMatchObject({ handoff: { phase: 'human', agent: mara }, heardTo: 51 });
  const kinds = one.log.map(({ kind }) => kind);
  expect(kinds.indexOf('handoff', kinds.indexOf('handoff') + 1)).toBeLessThan(kinds.lastIndexOf('message'));
});

test('a person who is quicker than what gives the thread to a team answers for the one that was asked for', async () => {
  const one = takeDecisions();
  one.asks();
  await one.reads([said(50, 'Hi')]);
  one.deskDoes();
  await one.reads([said(51, 'there')], { ...open, assignee: mara });
  await one.reads([said(52, 'again')], { ...open, assignee: mara });
  const teams = one.log.flatMap((event) =>
    event.kind === 'message' && event.message.author.kind === 'agent' ? [event.message.author.team] : [],
  );
  expect(teams).toEqual(['Support', 'Support', 'Support']);
});

test('the desk’s own words are shown, and nobody has joined', async () => {
  const one = waiting();
  await one.reads([{ kind: 'system', id: 60, text: 'We are closed', at: 60 }]);
  expect(one.last).toMatchObject({ kind: 'message', message: { author: { kind: 'system' } } });
  expect(one.state.handoff.phase).toBe('waiting');
});

test('who has it is not believed while a step of ours changes it, or has changed it since', async () => {
  const one = takeDecisions();
  one.asks();
  expect(await one.reads([said(50, 'Hi')], { ...open, assignee: jon })).toBe('moving');
  expect(texts(one)).toContain('Hi');
  const calm = waiting();
  const reading = { result: 'read' as const, state: { ...open, assignee: jon }, events: [], cursor: 0 };
  const outcome = await calm.decide((draft, context) =>
    takeReading(draft, context, { round: 1, reading, known: calm.known, isCurrent: false }),
  );
  expect([outcome, calm.state.handoff]).toMatchObject(['stale', { agent: null }]);
});

test('assigned, let go of, passed on, resolved: what agents do at the desk is followed', async () => {
  const one = waiting();
  await one.reads([], { ...open, assignee: jon });
  expect(one.state.handoff).toMatchObject({ phase: 'waiting', agent: jon });
  await one.reads([], open);
  expect(one.state.handoff).toMatchObject({ phase: 'waiting', agent: null });
  await one.reads([said(50, 'Hi')], { ...open, assignee: mara });
  await one.reads([], { ...open, assignee: jon });
  expect(one.state.handoff).toMatchObject({ phase: 'human', agent: jon });
  await one.reads([], { ...open, status: 'resolved' });
  expect(one.state.handoff).toMatchObject({ phase: 'ending', by: 'agent' });
});

test('given back to the bot: only a change at the desk counts', async () => {
  const one = waiting();
  await one.reads([said(50, 'Hi')], open);
  await one.reads([], { ...open, status: 'pending' });
  expect(one.state.handoff.phase).toBe('bot');
});

test('opened at the desk while the bot had it: people have it', async () => {
  const one = takeDecisions();
  one.deskDoes();
  await one.reads([], { ...open, assignee: mara });
  expect(one.state.handoff).toMatchObject({ phase: 'waiting', agent: mara, wish: { by: 'agent' } });
});

test('a thread that is gone ends its round, and its words go to the next one', async () => {
  const one = waiting();
  one.writes('a');
  const gone = { result: 'gone' as const };
  await one.decide((draft, context) =>
    takeReading(draft, context, { round: 1, reading: gone, known: one.known, isCurrent: true }),
  );
  expect(one.state).toMatchObject({ handoff: { phase: 'bot' }, round: 2 });
  expect(one.todo).toEqual(['begin', 'say', 'turn']);
});

test('a message that was deleted at the desk loses its words here, and so does what was made of it', async () => {
  const one = waiting();
  await one.reads([said(50, 'secret')]);
  await one.reads([{ kind: 'deleted', id: 50, at: 50 }]);
  expect(one.last).toMatchObject({ kind: 'deletion', id: 'd.1.50' });
  const before = one.log.length;
  await one.reads([{ kind: 'deleted', id: 50, at: 50 }]);
  expect(one.log).toHaveLength(before);
});

test('a message that was deleted before it was seen is never shown', async () => {
  const one = waiting();
  await one.reads([{ kind: 'deleted', id: 50, at: 50 }]);
  await one.reads([said(50, 'secret')]);
  expect(texts(one)).not.toContain('secret');
});

test('one of ours that comes back answers a step whose answer was lost', async () => {
  const one = takeDecisions();
  one.desk({ result: 'done', ref: { number: 1 } });
  one.desk({ result: 'unknown', why: 'no answer' });
  const { key } = one;
  await one.reads([{ kind: 'ours', id: 9, key, failed: false }], { ...open, status: 'pending' });
  expect(one.todo).toEqual([]);
});

describe('a word of ours that nobody here knows', () => {
  const lost = (id: number, by: 'visitor' | 'bot', text: string): DeskEvent => ({
    kind: 'ours',
    id,
    key: `key of ${id}`,
    failed: false,
    word: { by, text, at: id },
  });

  test('is taken back after a backup was restored, once, and the desk is not told it again', async () => {
    const one = takeDecisions({ isLost: (at) => at > 40 && at < 60 });
    one.desk({ result: 'done', ref: { number: 1 } });
    const before = one.todo;
    const events = [lost(50, 'visitor', 'a lost question'), lost(51, 'bot', 'a lost answer')];
    await one.reads(events, { ...open, status: 'pending' });
    await one.reads(events, { ...open, status: 'pending' });
    expect(texts(one).filter((text) => text?.startsWith('a lost'))).toEqual(['a lost question', 'a lost answer']);
    expect(one.todo).toEqual(before);
    // What was deleted at the desk since goes here, too.
    await one.reads([{ kind: 'deleted', id: 50, at: 50 }], { ...open, status: 'pending' });
    expect(one.last).toMatchObject({ kind: 'deletion', id: 'd.1.50' });
  });

  test('answers what was lost before it, and nothing that was said here since', async () => {
    const one = takeDecisions({ isLost: (at) => at > 40 && at < 60 });
    one.desk({ result: 'done', ref: { number: 1 } });
    one.writes('a');
    one.writes('b'); // the bot is being asked about the one before
    const pending = { ...open, status: 'pending' as const };
    await one.reads([lost(50, 'visitor', 'a lost question'), lost(51, 'bot', 'a lost answer')], pending);
    expect(one.unanswered).toEqual(['a', 'b']);
    const turn = one.row('turn');
    one.decide((draft, context) => botAnswered(draft, context, turn, { messages: [], context: {}, skills: [] }));
    expect(one.turn).toEqual(['b']);
  });

  test('is put to the bot with what the visitor says next, where nobody had answered it', async () => {
    const one = takeDecisions({ isLost: (at) => at > 40 && at < 60 });
    one.desk({ result: 'done', ref: { number: 1 } });
    const events = [lost(50, 'visitor', 'one'), lost(51, 'bot', 'answer'), lost(52, 'visitor', 'two')];
    await one.reads(events, { ...open, status: 'pending' });
    one.writes('a');
    expect(one.turn).toEqual(['d.1.52', 'a']);
  });

  test('is left alone otherwise', async () => {
    const one = takeDecisions({ isLost: (at) => at > 40 && at < 60 });
    one.desk({ result: 'done', ref: { number: 1 } });
    await one.reads([lost(70, 'visitor', 'not lost')], { ...open, status: 'pending' });
    expect(texts(one)).not.toContain('not lost');
  });
});

test('an id that is another message now means a backup: it is shown, and the thread is read anew', async () => {
  const one = waiting();
  await one.reads([said(50, 'before')]);
  expect(await one.reads([{ ...said(50, 'after'), at: 99 }])).toBe('stale');
  expect(texts(one)).toContain('after');
  expect(one.threads).toMatchObject([{ cursor: 0 }]);
});

test('a failed delivery is cleared once', async () => {
  const one = waiting();
  const failed = { ...said(50, 'Hi'), failed: true };
  await one.reads([failed]);
  await one.reads([failed]);
  expect(one.todo).toHaveLength(1);
  expect(one.work[0]?.task).toMatchObject({ op: { kind: 'clearFailure', deskId: 50 } });
});

test('a person who writes in an older thread makes it live again, and the newer one is closed', async () => {
  const one = waiting();
  await one.reads([], { ...open, status: 'resolved' });
  one.writes('a');
  one.deskDoes();
  expect(one.state.round).toBe(2);
  await one.reads([said(500, 'One more thing')], open, 1);
  expect(one.state).toMatchObject({ round: 1, revived: true, handoff: { phase: 'human' } });
  expect(one.todo).toEqual(['note', 'resolve', 'open', 'assign']);
});

test('a person who writes in an older thread while others have the visitor is told where answers arrive, once', async () => {
  const one = waiting();
  await one.reads([], { ...open, status: 'resolved' });
  one.writes('a');
  one.deskDoes();
  one.asks();
  one.deskDoes();
  await one.reads([said(500, 'x')], { ...open, status: 'resolved' }, 1);
  await one.reads([said(501, 'y')], { ...open, status: 'resolved' }, 1);
  expect([one.state.round, one.todo]).toEqual([2, ['timer waitedTooLong', 'note']]);
  expect(texts(one)).toEqual(expect.arrayContaining(['x', 'y']));
});

test('a message that is handed in counts only where people have the thread and it is new', async () => {
  const one = waiting();
  const take = (round: number, id: number) =>
    one.decide((draft, context) => takeMessage(draft, context, round, said(id, `word ${id}`), one.known));
  expect(await take(2, 50)).toBe(false);
  expect(await take(1, 50)).toBe(true);
  expect(await take(1, 50)).toBe(false);
  expect(one.state.heardTo).toBe(50);
  const bots = takeDecisions();
  bots.deskDoes();
  expect(await bots.decide((draft, context) => takeMessage(draft, context, 1, said(50, 'Hi'), bots.known))).toBe(false);
});

test('a thread that a refused step left pending is not given back', async () => {
  const pending = { ...open, status: 'pending' as const };
  const one = takeDecisions();
  one.deskDoes();
  one.asks();
  one.desk({ result: 'done', taken: mara, state: { ...pending, assignee: mara } });
  expect(one.todo).toEqual(['open', 'assign']);
  while (one.todo.length > 0) one.desk({ result: 'refused', why: '403' });
  await one.reads([], { ...pending, assignee: mara });
  expect(one.state.handoff.phase).toBe('waiting');
});

test('who spoke last goes on having the visitor while somebody else stays assigned', async () => {
  const one = waiting();
  await one.reads([], { ...open, assignee: jon });
  await one.reads([said(50, 'Hi', mara)], { ...open, assignee: jon });
  await one.reads([], { ...open, assignee: jon });
  expect(one.state.handoff).toMatchObject({ phase: 'human', agent: mara });
});

test('a person’s answer answers what the desk has, and not what it refused', async () => {
  const one = waiting();
  one.writes('a');
  one.desk({ result: 'refused', why: '422' });
  one.writes('b');
  one.deskDoes();
  await one.reads([said(500, 'Hi')]);
  expect(one.state.undelivered).toMatchObject([{ id: 'a', heard: false }]);
  expect(one.unanswered).toEqual([]);
});
