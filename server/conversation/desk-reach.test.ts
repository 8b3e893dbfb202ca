import { expect, test } from 'vitest';
import type { Loaded } from './draft.ts';
import { createDeskReach } from './desk-reach.ts';

/** Time that passes when the test says so. */
function start() {
  let at = 0;
  let isWell = true;
  const told: string[] = [];
  const waiting: { at: number; job: () => void }[] = [];
  const reach = createDeskReach({
    deskOf: () => ({ reachable: () => isWell }),
    tell: (id, isReached) => told.push(`${id} ${isReached ? 'reached' : 'away'}`),
    wasAway: () => false,
    now: () => at,
    after(ms, job) {
      const entry = { at: at + ms, job };
      waiting.push(entry);
      return { [Symbol.dispose]: () => void waiting.splice(waiting.indexOf(entry), 1) };
    },
  });
  return {
    reach,
    told,
    waiting,
    well: (on: boolean) => void (isWell = on),
    pass(ms: number) {
      for (const end = at + ms; at < end;) {
        at += 500;
        for (const entry of waiting.filter((one) => one.at <= at)) {
          waiting.splice(waiting.indexOf(entry), 1);
          entry.job();
        }
      }
    },
    // Only these are looked at.
    in: (phase: string) => ({ conversation: { site: 'demo', state: { handoff: { phase } } } }) as unknown as Loaded,
  };
}

test('a desk that is away for long is told where people are involved, once, and so is that it is back', () => {
  const { reach, told, well, pass, in: at } = start();
  reach.remember('a', at('human'));
  reach.remember('b', at('bot'));
  well(false);
  pass(14_000);
  expect(told).toEqual([]);
  pass(4_000);
  expect(told).toEqual(['a away']);
  reach.remember('c', at('transferring'));
  pass(5_000);
  expect(told).toEqual(['a away', 'c away']);
  expect([reach.isAway('a'), reach.isAway('b')]).toEqual([true, false]);
  well(true);
  pass(2_000);
  expect(told).toEqual(['a away', 'c away', 'a reached', 'c reached']);
});

test('words of one conversation that wait are told there alone, until one is taken', () => {
  const { reach, told, pass, in: at } = start();
  reach.remember('a', at('waiting'));
  reach.remember('b', at('waiting'));
  reach.reached('a', false);
  pass(10_000);
  reach.reached('a', false);
  pass(7_000);
  expect(told).toEqual(['a away']);
  reach.reached('a', true);
  pass(2_000);
  expect(told).toEqual(['a away', 'a reached']);
});

test('with the bot again the visitor is not left with the sentence, and no timer goes on', () => {
  const { reach, told, waiting, well, pass, in: at } = start();
  reach.remember('a', at('human'));
  well(false);
  pass(20_000);
  reach.remember('a', at('bot'));
  expect(told).toEqual(['a away', 'a reached']);
  pass(2_000);
  expect(waiting).toEqual([]);
});
