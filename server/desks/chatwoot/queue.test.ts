import { expect, test } from 'vitest';
import { createQueue, type Lane } from './queue.ts';

test('as many at once as allowed, and what the visitor said before what we only want to know', async () => {
  const queue = createQueue(2);
  const started: string[] = [];
  const finish: (() => void)[] = [];
  const add = (lane: Lane, name: string) =>
    queue.run(lane, () => {
      started.push(name);
      return new Promise<void>((done) => finish.push(done));
    });
  const all = [
    add('reading', 'r1'),
    add('reading', 'r2'),
    add('reading', 'r3'),
    add('outbox', 'o1'),
    add('outbox', 'o2'),
  ];
  await Promise.resolve();
  expect(started).toEqual(['r1', 'r2']);
  for (const expected of ['o1', 'o2', 'r3']) {
    finish.shift()?.();
    await expect.poll(() => started.at(-1)).toBe(expected);
  }
  finish.forEach((done) => done());
  await Promise.all(all);
});

test('a job that fails gives its place to the next', async () => {
  const queue = createQueue(1);
  const failing = queue.run('outbox', () => Promise.reject(new Error('no')));
  const next = queue.run('reading', () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
