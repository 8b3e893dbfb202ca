import { expect, test } from 'vitest';
import type { DeskTask } from '../../desk.ts';
import { countRequests } from '../../../testing/count-requests.ts';
import { startDesk, taskFor } from '../testing/start-desk.ts';

/** With the one before, as many as the desk takes in a minute. */
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test('199 words that waited through a start go as fast as the desk takes them: one request each, and one reading', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  await under.say(thread, 'before');
  const tasks = numbers(199).map((n): DeskTask => {
    const message = { author: { kind: 'visitor' } as const, text: `word ${n}` };
    return taskFor(thread, { key: `key-${n}`, kind: 'say', step: 'say', message: `m-${n}` }, { message, sentAt: 0 });
  });
  const desk = await under.reopen();
  under.sandbox.fault({ path: '.', times: 10_000, after: true, hangMs: 20 });
  using requests = countRequests();
  const startedAt = performance.now();
  for (const task of tasks) {
    expect(await desk.reconcile(task)).toMatchObject({ result: 'unsent', retryAfterMs: 0 });
    expect(await desk.perform(task)).toMatchObject({ result: 'done' });
  }
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  expect(requests.asked.filter((one) => one.includes('/conversations/1'))).toHaveLength(201); // the words, and two readings
  expect((await under.messages(thread)).map((one) => one.content)).toEqual([
    'before',
    ...numbers(199).map((n) => `word ${n}`),
  ]);
}, 60_000);

test('a word that an older copy of the file wrote is found, and not written again', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const message = { author: { kind: 'visitor' } as const, text: 'once' };
  const say = taskFor(thread, { key: 'k', kind: 'say', step: 'say', message: 'm' }, { message });
  const note = taskFor(thread, { key: 'l', kind: 'note', step: 'note', note: 'n' });
  for (const task of [say, note]) expect(await under.desk.perform(task)).toMatchObject({ result: 'done' });
  await under.reopen();
  for (const task of [say, note]) {
    const restored = { ...task, sentAt: 0 };
    expect(await under.desk.reconcile(restored)).toMatchObject({ result: 'done', deskId: expect.any(Number) });
    expect(await under.desk.perform(restored)).toMatchObject({ result: 'done', deskId: expect.any(Number) });
  }
  expect(await under.messages(thread)).toHaveLength(2);
});

test('where the older words cannot be read now, nothing is written, and they are read again', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const message = { author: { kind: 'visitor' } as const, text: 'once' };
  const task = taskFor(thread, { key: 'k', kind: 'say', step: 'say', message: 'm' }, { message, sentAt: 0 });
  under.sandbox.fault({ path: '/messages\\?', method: 'GET', times: 2, status: 500 });
  expect(await under.desk.reconcile(task)).toMatchObject({ result: 'unknown' });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'unsent' });
  expect(await under.messages(thread)).toEqual([]);
  expect(await under.desk.reconcile(task)).toMatchObject({ result: 'unsent', retryAfterMs: 0 });
  expect(await under.desk.perform(task)).toMatchObject({ result: 'done' });
});
