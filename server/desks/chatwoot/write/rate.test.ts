import { describe, expect, test } from 'vitest';
import type { DeskTask, DeskThread } from '../../desk.ts';
import { startDesk, taskFor, type DeskUnderTest, type Json } from '../testing/start-desk.ts';

const rating = (under: DeskUnderTest, thread: DeskThread, more: Partial<DeskTask> = {}): DeskTask => {
  const op = under.desk.plan({ do: 'rate', stars: 4, note: 'n' }).at(-1);
  if (!op) throw new Error('nothing was planned');
  return taskFor(thread, op, { feedback: 'Quick.', ...more });
};
const reports = async (under: DeskUnderTest) => {
  const found = (await under.as('asha', 'GET', 'csat_survey_responses')) as Json[];
  return found.map((one) => [one.conversation_id, one.rating, one.feedback_message]);
};
const questions = async (under: DeskUnderTest, thread: DeskThread) =>
  (await under.messages(thread)).filter((one) => one.content_type === 'input_csat');

describe.each(['4.10', '4.14'] as const)('Chatwoot %s', (chatwoot) => {
  const start = (now = Date.now) =>
    startDesk({ sandbox: { switches: { chatwoot } }, desk: { now, reconcileMs: 20_000 } });

  test.each([
    ['the question', { path: '/messages$', method: 'POST' }, 0],
    ['its answer', { path: '/messages/[0-9]+$', method: 'PATCH' }, 1],
  ])('where %s never arrived, it is asked again when that is certain, and there once', async (_what, fault, asked) => {
    let now = 1_800_000_000_000;
    await using under = await start(() => now);
    const thread = await under.begin();
    under.sandbox.fault({ ...fault, cut: true });
    expect(await under.desk.perform(rating(under, thread))).toMatchObject({ result: 'unknown' });
    expect(await questions(under, thread)).toHaveLength(asked);
    expect(await reports(under)).toEqual([]);
    const sent = rating(under, thread, { sentAt: now });
    expect(await under.desk.reconcile(sent)).toMatchObject({ result: 'unknown', knownInMs: 20_000 });
    now += 20_000;
    expect(await under.desk.reconcile(sent)).toMatchObject({ result: 'unsent' });
    expect(await under.desk.perform(sent)).toMatchObject({ result: 'done' });
    expect(await questions(under, thread)).toMatchObject([{ message_type: 1, sender: { type: 'agent_bot' } }]);
    expect(await reports(under)).toEqual([[thread.ref?.['number'], 4, 'Quick.']]);
  });

  test('each thread has a question of its own, and a rating is no word of anybody', async () => {
    await using under = await start();
    const threads = [await under.begin({ id: 'v-1' }), await under.begin({ id: 'v-1' })];
    for (const thread of threads) {
      expect(await under.desk.perform(rating(under, thread))).toEqual({ result: 'done' });
      const read = await under.desk.read(thread, new Set());
      expect(read).toMatchObject({ result: 'read', events: [{ kind: 'ours' }] });
      expect(JSON.stringify(read)).not.toContain('solved');
    }
    expect((await reports(under)).map(([number]) => number)).toEqual(threads.map(({ ref }) => ref?.['number']));
  });
});

test.each([
  ['another kind of inbox', { channel_type: 'Channel::WebWidget', inbox_identifier: null }],
  ['an inbox that tells no public name', { channel_type: 'Channel::Api', inbox_identifier: null }],
])('%s: the rating stands in the note alone, and the log says so', async (_what, inbox) => {
  await using under = await startDesk();
  const thread = await under.begin();
  const body = { id: under.desk.provisioned()?.inbox, name: 'Helper', ...inbox };
  under.sandbox.fault({ path: '/inboxes/[0-9]+$', method: 'GET', status: 200, body });
  expect(await under.desk.perform(rating(under, thread))).toEqual({
    result: 'done',
    note: expect.stringContaining('note alone'),
  });
  expect(await questions(under, thread)).toEqual([]);
});

test.each([
  ['a proxy’s page', 403, '<html>not from here</html>'],
  ['the desk’s own no', 422, { error: 'You cannot update the CSAT survey after 14 days' }],
  ['a 404', 404, { error: 'Resource could not be found' }],
])('%s in place of the public API holds nothing up, and the log says so', async (_what, status, body) => {
  await using under = await startDesk();
  const thread = await under.begin();
  under.sandbox.fault({ path: '^/public/', method: 'PATCH', status, body });
  expect(await under.desk.perform(rating(under, thread))).toEqual({
    result: 'done',
    note: expect.stringContaining(`status ${status}`),
  });
  expect(await under.say(thread, 'And another thing')).toMatchObject({ result: 'done' });
});

test('a desk that does not answer is asked again', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  under.sandbox.fault({ path: '^/public/', method: 'PATCH', status: 502, body: '<html>bad gateway</html>' });
  expect(await under.desk.perform(rating(under, thread))).toMatchObject({ result: 'unknown' });
});
