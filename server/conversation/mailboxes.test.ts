import { expect, test } from 'vitest';
import { createMailboxes } from './mailboxes.ts';

/** Mailboxes that are emptied by hand. */
function open() {
  const taken: string[][] = [];
  const waiting: (() => void)[] = [];
  const boxes = createMailboxes<string>(
    (id, items) =>
      new Promise((done) => {
        taken.push([id, ...items]);
        waiting.push(done);
      }),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    boxes,
    taken,
    turn,
    /** What was taken out is done. */
    async done() {
      waiting.shift()?.();
      await turn();
    },
  };
}

test('what waits in a mailbox is taken out together, in the order in which it came', async () => {
  const { boxes, taken, turn, done } = open();
  boxes.put('c', 'one', false);
  boxes.put('c', 'two', false);
  await turn();
  for (const item of ['three', 'four']) boxes.put('c', item, false);
  expect(taken).toEqual([['c', 'one', 'two']]);
  await done();
  expect(taken.at(-1)).toEqual(['c', 'three', 'four']);
  await done();
  expect(taken).toHaveLength(2);
});

test('what is to be alone is taken out by itself, and keeps its place', async () => {
  const { boxes, taken, turn, done } = open();
  for (const item of ['one', 'two', 'ALONE', 'three']) boxes.put('c', item, item === 'ALONE');
  await turn();
  for (let i = 0; i < 3; i += 1) await done();
  expect(taken).toEqual([
    ['c', 'one', 'two'],
    ['c', 'ALONE'],
    ['c', 'three'],
  ]);
});

test('a job runs between what came before it and what comes after, and one that fails holds nothing up', async () => {
  const { boxes, taken, turn, done } = open();
  boxes.put('c', 'before', false);
  const job = boxes.inTurn('c', () => Promise.resolve(taken.length));
  const failing = boxes.inTurn('c', () => Promise.reject(new Error('in vain')));
  failing.catch(() => {});
  boxes.put('c', 'after', false);
  await turn();
  expect(taken).toEqual([['c', 'before']]);
  await done();
  expect(await job).toBe(1);
  await expect(failing).rejects.toThrow('in vain');
  await turn();
  expect(taken.at(-1)).toEqual(['c', 'after']);
  await done();
});

test('conversations do not wait for each other, and all of them are waited for at the end', async () => {
  const { boxes, taken, turn, done } = open();
  boxes.put('c', 'one', false);
  boxes.put('d', 'one', false);
  await turn();
  expect(taken).toEqual([
    ['c', 'one'],
    ['d', 'one'],
  ]);
  let isIdle = false;
  const idle = boxes.idle().then(() => (isIdle = true));
  await done();
  expect(isIdle).toBe(false);
  await done();
  await idle;
  boxes.put('c', 'two', false);
  await turn();
  expect(taken.at(-1)).toEqual(['c', 'two']);
  await done();
});
