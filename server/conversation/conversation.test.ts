import { expect, test } from 'vitest';
import { takeDecisions, topics } from '../testing/decisions.ts';
import {
  botAnswered,
  botFailed,
  choose,
  deleteMessage,
  nothingToAsk,
  retryMessage,
  timerDue,
  visitorDecided,
} from './conversation.ts';
import { apply } from './handoff-effects.ts';

const answer = (text: string) => ({ messages: [{ text }], context: { mood: 'good' }, skills: [] });
const asked = { route: () => ({ ask: topics }) };

test('a conversation begins with the greeting, and with a thread at the desk that it is mirrored to', () => {
  const one = takeDecisions();
  expect(one.log).toMatchObject([{ kind: 'message', seq: 1, message: { author: { kind: 'bot' }, text: 'Hello' } }]);
  expect(one.todo).toEqual(['begin', 'say']);
});

test('what the visitor writes goes to the desk and, in one turn at a time, to the bot', () => {
  const one = takeDecisions();
  one.writes('a');
  one.writes('b');
  expect(one.todo).toEqual(['begin', 'say', 'say', 'turn', 'say']);
  expect(one.turn).toEqual(['a']);
  one.decide((draft, context) => botAnswered(draft, context, one.row('turn'), answer('Hm')));
  expect(one.last).toMatchObject({ kind: 'message', message: { author: { kind: 'bot' }, text: 'Hm' } });
  expect(one.turn).toEqual(['b']);
  expect(one.state.bot).toMatchObject({ turns: 1, context: { mood: 'good' } });
  expect(one.unanswered).toEqual(['b']);
});

test('an answer of the bot is not accepted once somebody else is asked for', () => {
  const one = takeDecisions();
  one.writes('a');
  const turn = one.row('turn');
  one.asks();
  one.decide((draft, context) => botAnswered(draft, context, turn, answer('late')));
  expect(one.log.map((event) => (event.kind === 'message' ? event.message.text : event.kind))).not.toContain('late');
  expect(one.unanswered).toEqual(['a']);
});

test('a bot that hands over passes on what it made of it', () => {
  const one = takeDecisions();
  one.writes('a');
  const handoff = { reason: 'too hard', summary: 'A lamp' };
  one.decide((draft, context) =>
    botAnswered(draft, context, one.row('turn'), { messages: [], context: {}, skills: [], handoff }),
  );
  expect(one.state.handoff).toMatchObject({ phase: 'transferring', wish: { by: 'bot', summary: 'A lamp' } });
});

test('a bot that fails is asked once more; then a person is offered', () => {
  const one = takeDecisions();
  one.writes('a');
  one.decide((draft, context) => botFailed(draft, context, one.row('turn'), { mayRetry: true }));
  expect(one.row('turn')).toMatchObject({ attempts: 1, notBefore: one.at + 250 });
  one.decide((draft, context) => botFailed(draft, context, one.row('turn'), { mayRetry: true }));
  expect(one.last).toMatchObject({ kind: 'botFailed' });
  expect(one.todo).not.toContain('turn');
});

test('a bot whose failure lasts is not asked again', () => {
  const one = takeDecisions();
  one.writes('a');
  one.decide((draft, context) => botFailed(draft, context, one.row('turn'), { mayRetry: false }));
  expect(one.last).toMatchObject({ kind: 'botFailed' });
});

test('a bot that fails twice hands over where the configuration says so', () => {
  const one = takeDecisions({ onBotFailure: 'handoff' });
  one.writes('a');
  for (const _ of [1, 2])
    one.decide((draft, context) => botFailed(draft, context, one.row('turn'), { mayRetry: true }));
  expect(one.state.handoff).toMatchObject({ phase: 'transferring', wish: { by: 'relay', reason: 'bot_failed' } });
});

test('answers that helped nobody are counted only where the operator wants it', () => {
  const one = takeDecisions({ mostFallbacks: 0 });
  for (const id of ['a', 'b', 'c', 'd']) {
    one.writes(id);
    const answer = { messages: [{ text: 'Well' }], context: {}, skills: [], fallback: true as const };
    one.decide((draft, context) => botAnswered(draft, context, one.row('turn'), answer));
  }
  expect(one.last).toMatchObject({ kind: 'message' });
});

test('a turn whose words are all gone is over, and the next one goes', () => {
  const one = takeDecisions();
  one.writes('a');
  one.writes('b');
  one.decide((draft, context) => nothingToAsk(draft, context, one.row('turn')));
  expect(one.turn).toEqual(['b']);
});

test.each([
  [
    'a topic that was pressed',
    (one: ReturnType<typeof takeDecisions>) => one.decide((d, c) => choose(d, c, 'orders')),
    'Orders',
  ],
  ['a topic that was written', (one: ReturnType<typeof takeDecisions>) => one.writes('w', 'Orders'), 'Orders'],
  ['other words', (one: ReturnType<typeof takeDecisions>) => one.writes('w', 'A lamp'), null],
])('%s answers what it is about', (_, happens, chosen) => {
  const one = takeDecisions(asked);
  one.asks();
  expect(one.state.handoff.phase).toBe('asking');
  happens(one);
  expect(one.state.handoff).toMatchObject({ phase: 'transferring', wish: { chosen } });
});

test('a choice outside of the question changes nothing', () => {
  const one = takeDecisions();
  const before = one.log.length;
  one.decide((draft, context) => choose(draft, context, 'orders'));
  expect(one.log).toHaveLength(before);
});

test('a question that nobody answers ends with its timer, and a timer of an older epoch changes nothing', () => {
  const one = takeDecisions(asked);
  one.asks();
  const timer = one.row('timer askedTooLong');
  one.decide((draft, context) => timerDue(draft, context, timer));
  expect(one.state.handoff.phase).toBe('transferring');
  one.decide((draft, context) => timerDue(draft, context, { ...timer, task: { ...timer.task, epoch: 0 } as never }));
  expect(one.state.handoff.phase).toBe('transferring');
});

test('a timer whose handoff has ended says nothing of the next one', () => {
  const one = takeDecisions();
  one.asks();
  const timer = one.row('timer transferTooLong');
  one.decide((draft) => draft.drop((row) => row.id === timer.id));
  one.decide((draft, context) => timerDue(draft, context, timer));
  expect(one.state.handoff.phase).toBe('transferring');
});

test('the time of a handoff begins when the words before it have left', () => {
  const one = takeDecisions();
  one.writes('a');
  one.asks();
  one.desk({ result: 'done', ref: { number: 1 } });
  one.decide((draft, context) => timerDue(draft, context, one.row('timer transferTooLong')));
  expect(one.state.handoff.phase).toBe('transferring');
  expect(one.row('timer transferTooLong').notBefore).toBe(one.at + 30_000);
  one.decide((draft, context) => timerDue(draft, context, one.row('timer transferTooLong')));
  expect(one.state.handoff.phase).toBe('bot');
});

test('cancelled while people are awaited: the waiting words go to the bot as one turn', () => {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  one.writes('a');
  one.writes('b');
  expect([one.state.handoff.phase, one.unanswered]).toEqual(['waiting', ['a', 'b']]);
  one.decide((draft, context) => visitorDecided(draft, context, 'cancelled'));
  expect(one.turn).toEqual(['a', 'b']);
});

test('the first word after the end begins a new round with the bot', () => {
  const one = takeDecisions();
  one.asks();
  one.decide((draft, context) => visitorDecided(draft, context, 'ended'));
  expect(one.state.handoff).toMatchObject({ phase: 'ending', by: 'visitor' });
  one.writes('a');
  expect([one.state.handoff.phase, one.state.round, one.threads.length]).toEqual(['bot', 2, 2]);
  expect(one.turn).toEqual(['a']);
});

test('a refused message is retried or deleted once; another is neither', () => {
  const one = takeDecisions();
  one.desk({ result: 'done', ref: { number: 1 } });
  one.desk({ result: 'done', deskId: 1 });
  one.writes('a');
  one.desk({ result: 'refused', why: '422' });
  const before = one.log.length;
  one.decide((draft, context) => retryMessage(draft, context, 'other'));
  one.decide((draft, context) => deleteMessage(draft, context, 'other'));
  expect(one.log).toHaveLength(before);
  one.decide((draft, context) => retryMessage(draft, context, 'a'));
  expect(one.last).toMatchObject({ kind: 'retried', id: 'a' });
  one.decide((draft, context) => retryMessage(draft, context, 'a'));
  expect(one.log).toHaveLength(before + 1);
});

test('a message that the bot has heard is not put to it again by a retry', () => {
  const one = takeDecisions();
  one.deskDoes();
  one.writes('a');
  one.decide((draft, context) => botAnswered(draft, context, one.row('turn'), answer('Hm')));
  one.desk({ result: 'refused', why: '422' });
  one.decide((draft, context) => retryMessage(draft, context, 'a'));
  expect(one.todo).not.toContain('turn');
});

test('the timer of a handoff that was cancelled does not end the next one', () => {
  const one = takeDecisions();
  one.asks();
  const timer = one.row('timer transferTooLong');
  one.decide((draft, context) => visitorDecided(draft, context, 'cancelled'));
  one.asks('again');
  one.deskDoes();
  one.decide((draft, context) => apply(draft, context, { kind: 'returned' }));
  one.asks('once more');
  one.decide((draft, context) => timerDue(draft, context, timer));
  expect(one.state.handoff.phase).toBe('transferring');
});

test('a new round has no words at the desk yet', () => {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  one.decide((draft, context) => visitorDecided(draft, context, 'ended'));
  one.deskDoes();
  expect(one.state.hasWords).toBe(true);
  one.writes('a');
  expect([one.state.round, one.state.hasWords]).toEqual([2, false]);
});
