import { expect, test } from 'vitest';
import { createQueue, type Priority } from './queue.ts';

/** A queue whose jobs last until the test ends them. */
function open(atOnce: number) {
  const queue = createQueue(atOnce);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    add(priority: Priority, ...names: string[]) {
      for (const name of names) {
        void queue.run(priority, () => {
          started.push(name);
          return new Promise<void>((done) => ends.set(name, done));
        });
      }
    },
    /** Ends one, and waits until another began in its place. */
    async end(name: string) {
      const before = started.length;
      ends.get(name)?.();
      await expect.poll(() => started.length).toBeGreaterThan(before);
      return started.at(-1);
    },
  };
}

test('as many at once as allowed: hear first, then a thread’s first word, then what goes to the desk, then the rest', async () => {
  const { started, add, end } = open(2);
  add('hear', 'w1', 'w2');
  await expect.poll(() => started).toEqual(['w1', 'w2']);
  add('background', 'r1');
  add('write', 'o1');
  add('first', 'f1');
  add('hear', 'w3');
  // One place is left to the desk, the other goes to words.
  expect(await end('w1')).toBe('f1');
  expect(await end('w2')).toBe('w3');
  expect(await end('f1')).toBe('o1');
  expect(await end('o1')).toBe('r1');
});

test('a person’s hear never wait behind what goes to the desk, however much of it there is', async () => {
  const { started, add, end } = open(4);
  add('write', 'o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8');
  await expect.poll(() => started).toEqual(['o1', 'o2', 'o3']);
  add('hear', 'w1', 'w2');
  await expect.poll(() => started.at(-1)).toBe('w1');
  expect(await end('o1')).toBe('w2');
  expect(await end('w1')).toBe('o4');
});

test('what is only looked after finds a place beside a backlog, and leaves one to whatever comes', async () => {
  const { started, add, end } = open(4);
  add('write', 'o1', 'o2', 'o3', 'o4');
  add('background', 'r1', 'r2');
  await expect.poll(() => started).toEqual(['o1', 'o2', 'o3', 'r1']);
  expect(await end('r1')).toBe('r2');
});

test('background leaves one place to what goes to the desk', async () => {
  const { started, add, end } = open(4);
  add('hear', 'w1', 'w2', 'w3', 'w4', 'w5');
  await expect.poll(() => started).toEqual(['w1', 'w2', 'w3', 'w4']);
  add('write', 'o1', 'o2');
  expect(await end('w1')).toBe('o1');
  expect(await end('w2')).toBe('w5');
});

test('a job that fails gives its place to the next', async () => {
  const queue = createQueue(1);
  const failing = queue.run('write', () => Promise.reject(new Error('no')));
  const next = queue.run('background', () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
