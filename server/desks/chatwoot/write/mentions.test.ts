import { expect, test } from 'vitest';
import type { DeskThread } from '../../desk.ts';
import { jon, startDesk, type DeskUnderTest, type Json } from '../testing/start-desk.ts';

/* Jon is in the inbox and in another team than the one that is asked: nobody but an agent calls him. */

const call = `[@Jon](mention://user/${jon.key}/Jon)`;
const calls = [
  call,
  '[@all](MENTION://team/2/sales)',
  `> ${call}\n${call}`,
  `[@x](mention:////user/${jon.key}/Jon) ![`,
  `Already told: name **${call}**.`,
];

const mentionsOf = async (under: DeskUnderTest) =>
  ((await under.as('jon', 'GET', 'notifications')).data.payload as Json[]).filter(
    (one) => one.notification_type === 'conversation_mention',
  ).length;
const participants = async (under: DeskUnderTest, { ref }: DeskThread) =>
  ((await under.as('asha', 'GET', `conversations/${ref?.['number']}/participants`)) as Json[]).map(({ name }) => name);

test('a mention in a person’s private note calls whom it names: what the others here must not do', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const path = `conversations/${thread.ref?.['number']}/messages`;
  await under.as('asha', 'POST', path, { content: call, private: true });
  expect(await mentionsOf(under)).toBe(1);
});

test('a mention in what a visitor or a bot wrote calls nobody, quoted in a note or as its own message', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  for (const words of calls) {
    expect((await under.run(thread, { do: 'remark', note: 'n' }, { note: words })).at(-1)?.result).toBe('done');
    expect((await under.say(thread, words)).result).toBe('done');
    expect((await under.say(thread, words, 'bot')).result).toBe('done');
  }
  expect(await mentionsOf(under)).toBe(0);
  expect(await participants(under, thread)).not.toContain('Jon Abara');
  // As its own message it stands there as it was written: Chatwoot looks for mentions in private notes alone.
  expect((await under.messages(thread)).filter((row) => !row.private).map((row) => row.content)).toContain(call);
});
