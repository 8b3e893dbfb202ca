import { expect, test } from 'vitest';
import { countRequests } from '../../../testing/count-requests.ts';
import { listen } from '../../../testing/listen.ts';
import { newThread, startDesk, taskFor } from '../testing/start-desk.ts';
import { sourceOf } from '../source-id.ts';

/* What is done at the desk is what was meant, under the right token, and if it is not, the log says so. */

test('the team is set with the user’s token: a person whose number is the bot’s would be told nothing of what the bot does', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  using requests = countRequests('sandbox-administrator');
  await under.run(thread, { do: 'handOver', team: 'sales', attributes: {}, note: 'n' });
  expect(requests.asked).toContain(`POST /api/v1/accounts/1/conversations/${thread.ref?.['number']}/assignments`);
});

test.each([
  ['kept as they were meant', 'Yes {{x}}', 'Yes {{x}}', []],
  ['kept otherwise', 'Yes {{x}}', 'Yes ', ['the desk changed our words']],
])('words that the desk has %s', async (_, meant, kept, warned) => {
  const log = listen();
  await using under = await startDesk({ desk: { log } });
  const thread = await under.begin();
  const [op] = under.desk.plan({ do: 'say', message: 'm' });
  if (!op) throw new Error('nothing was planned');
  const installation = [...under.settings.all].find(([name]) => name.includes('installation'))?.[1] ?? '';
  const answer = {
    ...{ id: 99, content: kept, message_type: 1, private: false, created_at: 1_790_000_000, content_type: 'text' },
    source_id: sourceOf(installation, op.key),
  };
  under.sandbox.fault({ method: 'POST', path: '/messages$', status: 200, body: answer });
  const message = { author: { kind: 'bot' as const }, text: meant };
  expect(await under.desk.perform(taskFor(thread, op, { message }))).toMatchObject({ result: 'done', deskId: 99 });
  expect(log.lines.filter(({ level }) => level === 'warn').map(({ sentence }) => sentence)).toEqual(warned);
});

test('in an inbox that lost our bot a conversation that came up open is set to pending: nobody is to see it yet', async () => {
  await using under = await startDesk();
  await under.as('asha', 'POST', 'inboxes/1/set_agent_bot', { agent_bot: null });
  const thread = newThread(under.desk.home);
  const place = { inbox_id: 1, source_id: thread.source };
  const { payload } = await under.as('asha', 'POST', 'contacts', { ...place, name: 'Olle Sand' });
  const made = await under.as('asha', 'POST', 'conversations', { ...place, contact_id: payload.contact.id });
  expect(made).toMatchObject({ status: 'open' });
  expect(await under.run(thread, { do: 'begin' })).toMatchObject([{ result: 'done', ref: { number: made.id } }]);
  expect(await under.as('asha', 'GET', `conversations/${made.id}`)).toMatchObject({ status: 'pending' });
});
