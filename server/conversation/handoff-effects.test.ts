import { expect, test } from 'vitest';
import { mara, open, support, takeDecisions } from '../testing/decisions.ts';
import { apply, requestHandoff } from './handoff-effects.ts';

test('a handoff is asked of the desk in steps, with a note and the visitor’s last words', () => {
  const one = takeDecisions();
  one.writes('a');
  one.asks();
  expect(one.todo).toEqual([
    'begin',
    'say',
    'say',
    'clear',
    'describe',
    'note',
    'open',
    'team',
    'check',
    'timer transferTooLong',
  ]);
  expect(Object.values(one.state.notes)).toMatchObject([{ quote: 2, summary: null }]);
  expect(one.last).toMatchObject({ kind: 'handoff', because: 'connecting', handoff: { team: 'Support' } });
});

test('asking twice is asking once', () => {
  const one = takeDecisions();
  one.asks('first');
  const before = [...one.todo];
  one.asks('second');
  expect(one.todo).toEqual(before);
});

test('without a team nobody in particular is asked', () => {
  const one = takeDecisions({ route: () => ({ route: { ...support, team: null } }) });
  one.asks();
  expect(one.todo).not.toContain('team');
});

test('what the bot made of it goes into the wish and the note', () => {
  const one = takeDecisions();
  one.decide((draft, context) => requestHandoff(draft, context, { by: 'bot', reason: 'hard', summary: 'A lamp' }));
  expect(Object.values(one.state.notes)).toMatchObject([{ summary: 'A lamp' }]);
});

test('nobody was picked: the team is called by a note', () => {
  const one = takeDecisions();
  one.asks();
  one.deskDoes(open);
  expect(one.state.handoff).toMatchObject({ phase: 'waiting', agent: null });
  // deskDoes has written that note, too.
  expect(Object.values(one.state.notes).map(({ text }) => text)).toEqual([
    expect.stringContaining('is waiting here, and nobody is assigned'),
  ]);
});

test('cancelled on the way: steps that have not left are dropped, words and a step under way go on', () => {
  const one = takeDecisions();
  one.writes('a');
  one.asks();
  one.desk({ result: 'done', ref: { number: 1 } });
  one.desk({ result: 'done', deskId: 1 });
  one.desk({ result: 'done', deskId: 2 });
  one.decide((draft) => draft.change(one.row('clear').id, { status: 'sending', sentAt: one.at }));
  one.decide((draft, context) => apply(draft, context, { kind: 'cancelled' }));
  expect(one.todo).toEqual(['clear', 'note', 'clear', 'pending', 'turn']);
  expect(one.turn).toEqual(['a']);
});

test('a person who answers in the bot’s thread gets it, and the bot’s turn is over', () => {
  const one = takeDecisions();
  one.writes('a');
  const wish = {
    id: 'w',
    by: 'agent' as const,
    reason: 'r',
    summary: null,
    skills: [],
    chosen: null,
    route: null,
    at: 1,
  };
  one.decide((draft, context) => apply(draft, context, { kind: 'spoke', agent: mara, wish }));
  expect(one.todo.slice(-2)).toEqual(['open', 'assign']);
  expect(one.todo).not.toContain('turn');
  expect(one.unanswered).toEqual(['a']);
});

test('given back: a new session, a new round, and one turn with all that nobody answered', () => {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  one.writes('a');
  one.deskDoes();
  const { session } = one.state.bot;
  one.decide((draft, context) => apply(draft, context, { kind: 'returned' }));
  expect(one.state).toMatchObject({ round: 0, handoff: { phase: 'bot' } });
  expect(one.state.bot.session).not.toBe(session);
  expect(one.turn).toEqual(['a']);
});

test('what the bot is given after a handoff includes what the desk refused, which is said again', () => {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  one.writes('a');
  one.desk({ result: 'refused', why: '422' });
  expect(one.state.undelivered).toMatchObject([{ id: 'a', heard: false }]);
  one.decide((draft, context) => apply(draft, context, { kind: 'returned' }));
  expect(one.state.undelivered).toEqual([]);
  expect(one.log).toContainEqual(expect.objectContaining({ kind: 'retried', id: 'a' }));
});

test('resolved while a word was on its way: the bot gets it, in a new round', () => {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  one.writes('a');
  one.decide((draft, context) => apply(draft, context, { kind: 'resolved' }));
  expect(one.state).toMatchObject({ handoff: { phase: 'bot' }, round: 2 });
  expect(one.todo).toEqual(['begin', 'say', 'turn']);
});

test('resolved when all had arrived: the chat has ended, and nothing is asked of the bot', () => {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  one.writes('a');
  one.deskDoes();
  one.decide((draft, context) => apply(draft, context, { kind: 'resolved' }));
  expect([one.state.handoff.phase, one.todo, one.unanswered]).toEqual(['ending', [], []]);
});

test('the visitor’s end closes the round with a note', () => {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  one.decide((draft, context) => apply(draft, context, { kind: 'ended' }));
  expect(one.todo).toEqual(['note', 'resolve']);
});

test('what the visitor wrote before ending the chat is not put to the bot', () => {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  one.writes('a');
  one.decide((draft, context) => apply(draft, context, { kind: 'ended' }));
  expect([one.state.handoff.phase, one.todo]).toEqual(['ending', ['say', 'note', 'resolve']]);
});
