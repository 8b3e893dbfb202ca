import { expect, test } from 'vitest';
import type { Conversation } from '../stores/store.ts';
import { startDeepReads } from './deep-reads.ts';
import { newState, type HandoffState } from '../stores/conversation-state.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Conversations, and a time that a test lets pass; what is due goes off on the way, each at its time. */
function open(count: number, phase: 'bot' | 'human') {
  let at = 100 * hour;
  const timers = new Set<{ at: number; job: () => void }>();
  const reads: { id: string; at: number }[] = [];
  const handoff = { phase, epoch: 1 } as HandoffState; // the rest of it does not matter here
  const all = Array.from({ length: count }, (_, n): Conversation => {
    const state = { ...newState('s', 'en', null), handoff };
    return {
      id: `c-${n}`,
      site: 'demo',
      visitor: 'v',
      log: 'l',
      version: 1,
      seq: 1,
      state: JSON.stringify(state),
      marks: { spoke: 0, forDesk: 0, told: 0, telling: null },
      createdAt: at,
      updatedAt: at,
    };
  });
  const deep = startDeepReads({
    store: { recent: async (since, limit) => all.filter(({ updatedAt }) => updatedAt >= since).slice(0, limit) },
    isOurs: (site) => site === 'demo',
    read: async (id) => void reads.push({ id, at }),
    now: () => at,
    after(ms, job) {
      const timer = { at: at + ms, job };
      timers.add(timer);
      return { [Symbol.dispose]: () => void timers.delete(timer) };
    },
    complain(error) {
      throw error;
    },
  });
  return {
    reads,
    [Symbol.dispose]: () => deep[Symbol.dispose](),
    async pass(ms: number) {
      const end = at + ms;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve)); // what was begun comes to its next timer
        const next = [...timers].sort((a, b) => a.at - b.at)[0];
        if (!next || next.at > end) break;
        at = next.at;
        timers.delete(next);
        next.job();
      }
      at = end;
    },
    /** How many were read in so long. */
    async readIn(ms: number) {
      const before = reads.length;
      await this.pass(ms);
      return reads.length - before;
    },
  };
}

test('at once, and every five minutes', async () => {
  using deep = open(1, 'human');
  expect(await deep.readIn(0)).toBe(1);
  expect(await deep.readIn(20 * minute)).toBe(3);
});

test('for an hour after the last thing that happened, and for a day where people have it', async () => {
  using bots = open(1, 'bot');
  expect(await bots.readIn(50 * minute)).toBeGreaterThan(8);
  await bots.pass(11 * minute);
  expect(await bots.readIn(hour)).toBe(0);
  using peoples = open(1, 'human');
  await peoples.pass(23 * hour);
  expect(await peoples.readIn(30 * minute)).toBeGreaterThan(4);
  await peoples.pass(31 * minute);
  expect(await peoples.readIn(hour)).toBe(0);
});

test('at most a hundred in a round, a second apart, and in the next the others first', async () => {
  using deep = open(130, 'human');
  await deep.pass(4 * minute);
  expect(deep.reads).toHaveLength(100);
  const gaps = deep.reads.slice(1).map(({ at }, n) => at - (deep.reads[n]?.at ?? 0));
  expect(new Set(gaps)).toEqual(new Set([1_000]));
  await deep.pass(4 * minute);
  expect(new Set(deep.reads.slice(0, 130).map(({ id }) => id)).size).toBe(130);
});

test('none once it has ended', async () => {
  const deep = open(3, 'human');
  await deep.pass(0);
  deep[Symbol.dispose]();
  expect(await deep.readIn(hour)).toBe(0);
});
