import { expect, test } from 'vitest';
import type { After } from '../clock.ts';
import type { DeskThread } from '../desks/desk.ts';
import { createDirtyThreads, type DirtyThread } from './dirty-threads.ts';

const thread = (conversation: string): DeskThread => ({
  conversation,
  round: 1,
  home: 'here',
  source: `source of ${conversation}`,
  ref: { number: 1 },
  cursor: 0,
  takesAfter: null,
});

/** Readings that end when the test says so, and timers that it rings itself. */
function bench() {
  const readings: { dirty: DirtyThread; end(isRead: boolean): void; fail(error: Error): void }[] = [];
  const timers: { ms: number; ring: () => void }[] = [];
  const failures: unknown[] = [];
  const after: After = (ms, ring) => {
    const timer = { ms, ring };
    timers.push(timer);
    return { [Symbol.dispose]: () => void (timer.ring = () => {}) };
  };
  const threads = createDirtyThreads({
    read: (dirty) => new Promise((end, fail) => readings.push({ dirty, end, fail })),
    failed: (error) => failures.push(error),
    after,
  });
  const ended = async (at: number, isRead: boolean) => {
    readings[at]?.end(isRead);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { threads, readings, timers, failures, ended };
}

test('a thread is read once at a time, and again for what was hinted at meanwhile', async () => {
  const { threads, readings, ended } = bench();
  threads.markDirty(thread('a'), [1]);
  threads.markDirty(thread('a'), [2]);
  threads.markDirty(thread('a'), [3]);
  threads.markDirty(thread('b'), []);
  expect(readings.map(({ dirty }) => [dirty.thread.conversation, [...dirty.ids]])).toEqual([
    ['a', [1]],
    ['b', []],
  ]);
  await ended(0, true);
  expect(readings[2]?.dirty.ids).toEqual(new Set([2, 3]));
  expect(threads.isClean(thread('a'))).toBe(false);
  await ended(2, true);
  expect(threads.isClean(thread('a'))).toBe(true);
});

test('who waits for a thread waits for all that was hinted at, and not for what is only read again', async () => {
  const { threads, readings, ended } = bench();
  let isRead = false;
  threads.markDirty(thread('a'), [1]);
  void threads.whenRead(thread('a')).then(() => (isRead = true));
  threads.markDirty(thread('a'), [2]);
  await ended(0, true);
  expect(isRead).toBe(false);
  threads.markDeep(thread('a'));
  await ended(1, true);
  expect(isRead).toBe(true);
  expect(readings[2]?.dirty).toMatchObject({ isHinted: false, isDeep: true });
});

test('a hint does not wait for a deep reading: it is read first, and the newest messages after it', async () => {
  const { threads, readings, ended } = bench();
  threads.markDirty(thread('a'), [1]);
  threads.markDeep(thread('a'));
  threads.markDirty(thread('a'), [2]);
  await ended(0, true);
  expect(readings[1]?.dirty).toMatchObject({ isHinted: true, isDeep: false });
  await ended(1, true);
  expect(readings[2]?.dirty).toMatchObject({ isHinted: false, isDeep: true });
});

test('what could not be read or taken in is tried again, less and less often', async () => {
  const { threads, readings, timers, failures, ended } = bench();
  threads.markDirty(thread('a'), [7]);
  await ended(0, false);
  expect(threads.isClean(thread('a'))).toBe(false);
  for (const [at, ms] of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000].entries()) {
    expect(timers[at]?.ms).toBe(ms);
    timers[at]?.ring();
    await ended(at + 1, false);
  }
  timers[6]?.ring();
  expect(readings[7]?.dirty.ids).toEqual(new Set([7]));
  readings[7]?.fail(new Error('full disk'));
  await expect.poll(() => failures.length).toBe(1);
  expect(timers[7]?.ms).toBe(15_000);
});

test('after a thread was read, the next failure waits briefly again', async () => {
  const { threads, timers, ended } = bench();
  threads.markDirty(thread('a'), []);
  await ended(0, false);
  timers[0]?.ring();
  await ended(1, true);
  threads.markDirty(thread('a'), []);
  await ended(2, false);
  expect(timers[1]?.ms).toBe(1_000);
});

test('when it is closed nothing more is read', async () => {
  const { threads, readings, timers, ended } = bench();
  threads.markDirty(thread('a'), []);
  threads[Symbol.dispose]();
  await ended(0, false);
  threads.markDirty(thread('b'), []);
  expect([readings.length, timers.length]).toEqual([1, 0]);
});
