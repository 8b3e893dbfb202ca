import { expect, test } from 'vitest';
import { open, said, takeDecisions } from '../testing/decisions.ts';
import { visitorRated } from './conversation.ts';

/* The visitor has said whether it helped: what comes from the desk after that. */

const resolved = { ...open, status: 'resolved' as const };

async function rated() {
  const one = takeDecisions({ mayRate: true });
  one.asks();
  one.deskDoes();
  await one.reads([said(50, 'Hi')]);
  await one.reads([], resolved);
  one.decide((draft, context) => visitorRated(draft, context, { stars: 4, text: '' }));
  one.deskDoes(resolved);
  expect(one.state.handoff.phase).toBe('closed');
  return one;
}

test('a person who speaks again gets the thread opened, though it was resolved', async () => {
  const one = await rated();
  await one.reads([said(99, 'One more thing')], resolved);
  expect(one.state.handoff.phase).toBe('human');
  expect(one.row('open').task).toMatchObject({ op: { evenResolved: true } });
});

test('a word from before the end that is found only now is shown, and moves nothing', async () => {
  const one = await rated();
  await one.reads([said(40, 'Bye')], resolved);
  expect(one.last).toMatchObject({ kind: 'message', message: { text: 'Bye' } });
  expect(one.state.handoff.phase).toBe('closed');
});

test('a thread that is reopened is not asked about a second time', async () => {
  const one = await rated();
  await one.reads([said(99, 'One more thing')], resolved);
  one.deskDoes();
  await one.reads([], open);
  await one.reads([], resolved);
  expect(one.state.handoff).toMatchObject({ phase: 'ending' });
  expect(one.state.handoff).not.toHaveProperty('mayRate');
});
