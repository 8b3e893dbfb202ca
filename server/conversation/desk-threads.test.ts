import { expect, test } from 'vitest';
import { open, said, takeDecisions } from '../testing/decisions.ts';
import { botAnswered, visitorDecided } from './conversation.ts';
import { endThread, reopenThread } from './desk-threads.ts';
import { addSteps } from './desk-steps.ts';

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

/** Words that wait as steps, as an older version left them: before all that was said since. */
function leaveSteps(one: ReturnType<typeof takeDecisions>, ...messages: string[]): void {
  for (const message of messages)
    one.decide((draft, context) => addSteps(draft, context, draft.state.round, { do: 'say', message }, 0));
}
/** What the desk has of the visitor's words, in its order. */
const atDesk = (one: ReturnType<typeof takeDecisions>) =>
  one.deskMessages.flatMap(({ message }) => (message?.length === 1 ? [message] : []));

test('words that waited before an upgrade are said before newer ones, though their thread ends first', async () => {
  const one = await human();
  leaveSteps(one, 'a', 'b');
  one.writes('c');
  one.decide((draft, context) => endThread(draft, context, 1));
  one.deskDoes();
  expect(one.state.round).toBe(2);
  expect(atDesk(one)).toEqual(['a', 'b', 'c']);
});

test('… and though an older thread is taken up again', async () => {
  const one = await human();
  await one.reads([], { ...open, status: 'resolved' });
  one.writes('-');
  one.deskDoes();
  expect(one.state.round).toBe(2);
  leaveSteps(one, 'a', 'b');
  one.writes('c');
  one.decide((draft, context) => reopenThread(draft, context, 1));
  one.deskDoes();
  expect(atDesk(one)).toEqual(['-', 'a', 'b', 'c']);
});

test('… and though people resolve it meanwhile', async () => {
  const one = await human();
  leaveSteps(one, 'a', 'b');
  one.decide((draft) => draft.state.alsoOpen.push('a', 'b'));
  one.writes('c');
  await one.reads([], { ...open, status: 'resolved' });
  one.deskDoes();
  expect(one.state.round).toBe(2);
  expect(atDesk(one)).toEqual(['a', 'b', 'c']);
});
