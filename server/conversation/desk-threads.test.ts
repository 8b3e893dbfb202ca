import { expect, test } from 'vitest';
import { said, takeDecisions } from '../testing/decisions.ts';
import { botAnswered, visitorDecided } from './conversation.ts';
import { endThread } from './desk-threads.ts';

/** A person has answered, and all that is to be done at the desk is done. */
async function human() {
  const one = takeDecisions();
  one.asks();
  one.deskDoes();
  await one.reads([said(50, 'Hi')]);
  one.deskDoes();
  return one;
}

test('words that wait for an older thread that is gone come behind the beginning of the next one', async () => {
  const one = await human();
  one.writes('a');
  one.writes('b');
  one.decide((draft, context) => visitorDecided(draft, context, 'back'));
  const answer = { messages: [{ text: 'I can help' }], context: {}, skills: [] };
  one.decide((draft, context) => botAnswered(draft, context, one.row('turn'), answer));
  expect(one.state.round).toBe(2);
  one.decide((draft, context) => endThread(draft, context, 1));
  expect(one.state.round).toBe(2);
  expect(one.todo).toEqual(['begin', 'say', 'say', 'say']);
  expect(one.waiting.map(([, round]) => round)).toEqual([2, 2, 2]);
});

test('what a thread that is gone leaves behind, one that was refused among it, goes to one next thread', async () => {
  const one = await human();
  one.writes('a');
  one.desk({ result: 'refused', why: 'no' });
  one.desk({ result: 'refused', why: 'no' });
  one.writes('b');
  expect(one.state.undelivered).toMatchObject([{ id: 'a' }]);
  one.decide((draft, context) => endThread(draft, context, 1));
  expect(one.state.round).toBe(2);
  expect(one.todo.filter((step) => step === 'begin')).toHaveLength(1);
  expect(one.todo[0]).toBe('begin');
  expect(one.threads.map(({ round }) => round)).toEqual([1, 2]);
});
