import { expect, test } from 'vitest';
import type { Route } from '../stores/conversation-state.ts';
import { open, said, takeDecisions } from '../testing/decisions.ts';
import { visitorDecided } from './conversation.ts';

/* A message was left, and its handoff is still on its way to the desk, or has just arrived there. */

const nobody = { awayAt: () => ({ why: 'hours' as const, opensAt: 9_000 }) };

function left(route?: Route) {
  const one = takeDecisions({ ...nobody, ...(route ? { route: () => ({ route }) } : {}) });
  one.asks();
  one.decide((draft, context) => visitorDecided(draft, context, 'left'));
  one.writes('a');
  expect(one.state.handoff.phase).toBe('async');
  return one;
}
type Left = ReturnType<typeof left>;
const goesBack = (one: Left) => one.decide((draft, context) => visitorDecided(draft, context, 'back'));

test('who went back to the assistant stays there, though the thread of the message is open', async () => {
  const one = left();
  one.deskDoes();
  goesBack(one);
  one.writes('b');
  one.deskDoes({ ...open, status: 'pending' });
  await one.reads([], open, 1);
  expect(one.state.handoff.phase).toBe('bot');
  await one.reads([], { ...open, status: 'resolved' }, 1);
  await one.reads([], open, 1);
  expect(one.state).toMatchObject({ round: 1, handoff: { phase: 'waiting' } });
});

test('a person who answers the message has the visitor, who went back to the assistant', async () => {
  const one = left();
  one.deskDoes();
  goesBack(one);
  one.writes('b');
  await one.reads([said(50, 'It can.')], open, 1);
  expect(one.state).toMatchObject({ round: 1, handoff: { phase: 'human' } });
});

test('the message reaches a team, though the visitor went back before the desk had said who is there', () => {
  const chain = [
    { team: 'support', label: 'Support', skipIf: ['nobody_online' as const] },
    { team: 'sales', label: 'Sales' },
  ];
  const one = left({ team: 'support', label: 'Support', trail: [], chain });
  while (one.todo[0] !== 'look')
    one.desk({ result: 'done', ...(one.todo[0] === 'begin' ? { ref: { number: 1 } } : {}) });
  goesBack(one);
  expect(one.todo).toContain('team');
});

test('a person who answers before the handoff is through gets the thread', async () => {
  const one = left();
  one.desk({ result: 'done', ref: { number: 1 } });
  await one.reads([said(50, 'It can.')], { ...open, status: 'pending' });
  expect(one.state.handoff.phase).toBe('human');
  expect(one.todo).toContain('assign');
});
