import { expect, test } from 'vitest';
import type { Desk, Outcome } from '../desks/desk.ts';
import { silent } from '../log.ts';
import { LeaseLost } from '../nodes/leases.ts';
import { takeDecisions } from '../testing/decisions.ts';
import type { Conversations } from './conversations.ts';
import { createStepRunner } from './run-step.ts';

/** A visitor's word waits for the desk. @param outcome what becomes of a request there */
function wordThatWaits(outcome: () => Outcome) {
  const one = takeDecisions();
  one.deskDoes();
  one.writes('m1', 'Hi');
  let isOurs = true;
  const sent: string[] = [];
  const steps = createStepRunner({
    // As much of them as telling words needs.
    conversations: {
      decide: async (_id: string, decision: Parameters<typeof one.decide>[0]) => one.decide(decision),
      load: async () => one.loaded,
    } as unknown as Conversations,
    store: {
      message: async (_conversation, id) => ({ id, author: { kind: 'visitor' }, text: 'Hi', at: 1 }),
      events: async () => [],
    },
    mayBegin: () => true,
    claim: () => () => isOurs,
    deskOf: () =>
      ({
        perform: async ({ message }) => {
          sent.push(message?.text ?? '');
          return outcome();
        },
      }) as Pick<Desk, 'perform'> as Desk,
    nameOf: () => 'Visitor',
    reached: () => {},
    now: () => 2_000,
    log: silent,
  });
  return { one, steps, sent, lose: () => (isOurs = false) };
}

test('a word that was marked under a lease that is over is not sent under the next one: it is in doubt', async () => {
  const { one, steps, sent, lose } = wordThatWaits(() => ({ result: 'done', deskId: 7 }));
  lose();
  await expect(steps.tellWords('c')).rejects.toThrow(LeaseLost);
  expect([sent, one.telling?.status]).toEqual([[], 'sending']);
});

test('that a word did not leave is not believed where another node had the lease meanwhile', async () => {
  const { one, steps, lose } = wordThatWaits(() => {
    lose();
    return { result: 'unsent', why: 'another relay does it by now' };
  });
  await expect(steps.tellWords('c')).rejects.toThrow(LeaseLost);
  expect(one.telling?.status).toBe('sending');
});

test('what the desk has counts, whoever has the lease', async () => {
  const { one, steps, sent, lose } = wordThatWaits(() => {
    lose();
    return { result: 'done', deskId: 7 };
  });
  await steps.tellWords('c');
  expect([sent, one.waiting]).toEqual([['Hi'], []]);
});
