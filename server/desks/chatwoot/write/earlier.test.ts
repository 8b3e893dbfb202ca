import { expect, test } from 'vitest';
import type { DeskTask } from '../../desk.ts';
import { countRequests } from '../../../testing/count-requests.ts';
import { sourceOf } from '../source-id.ts';
import { startDesk, taskFor } from '../testing/start-desk.ts';
import type { Api } from '../http/api.ts';
import { createEarlier } from './earlier.ts';

/** With the one before, as many as the desk takes in a minute. */
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test('199 words that waited through a start go as fast as the desk takes them: one request each, and few readings', async () => {
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
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeLessThan(20_000);
  // The words, two readings, and one more every three seconds.
  const asked = requests.asked.filter((one) => one.includes('/conversations/1')).length;
  expect(asked).toBeLessThanOrEqual(201 + Math.ceil(tookMs / 3_000));
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

test('what another relay wrote meanwhile is found: a reading is not believed for long', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const task = taskFor(thread, { key: 'k', kind: 'say', step: 'say', message: 'm' }, { sentAt: 0 });
  let at = 0;
  let payload: object[] = [];
  // As much of it as one reading needs.
  const api = {
    ask: async () => ({ ok: true, body: { payload, bad: [], count: payload.length }, at }),
  } as unknown as Api;
  const earlier = createEarlier({ api, installation: 'i', now: () => at });
  expect(await earlier.find(task, 1)).toMatchObject({ ok: true, body: undefined });
  payload = [{ id: 7, source_id: sourceOf('i', 'k') }];
  at = 2_999;
  expect(await earlier.find(task, 1)).toMatchObject({ ok: true, body: undefined });
  at = 3_000;
  expect(await earlier.find(task, 1)).toMatchObject({ ok: true, body: 7 });
});
