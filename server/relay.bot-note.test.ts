import { expect, test } from 'vitest';
import type { BotWants } from './bots/bot.ts';
import { atDesk, joined, mara, queued, quiet, startWithPeople } from './testing/people.ts';
import type { TestRelay } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

/* A private note at the desk that begins with `/bot`. */

const wants: BotWants = { events: new Set(['session.resume']), briefing: true, history: 0, visitor: false };

async function start(): Promise<TestRelay> {
  const relay = await startWithPeople();
  relay.bot.wants = wants;
  return relay;
}

const note = (relay: TestRelay, text: string) => relay.desk.people.say(mara, text, { private: true });
const resumed = (relay: TestRelay) => relay.bot.asked.find(({ event }) => event?.type === 'session.resume');

test('gives the visitor back to the bot, which begins anew and answers what nobody had; no visitor reads it', async () => {
  await using relay = await start();
  const visitor = await joined(relay);
  await visitor.say('And the other lamp?');
  await quiet(relay);
  note(relay, '/bot');
  await visitor.hears('[returned]');
  await visitor.hears('You said: And the other lamp?');
  await quiet(relay);
  expect(visitor.phase()).toBe('bot');
  expect(visitor.transcript().join()).not.toContain('/bot');
  const [before, after] = relay.desk.people.threads;
  expect(before).toMatchObject({ status: 'resolved' });
  expect(atDesk(before!).at(-1)).toMatch(/^\(bot: The assistant goes on with Visitor/);
  expect(after?.status).toBe('pending');
  expect(resumed(relay)).toMatchObject({
    ...{ context: {}, skills: [], handoverSuccess: true },
    session: { seq: 1, previous: { endReason: 'returned_by_agent', briefing: expect.stringContaining('other lamp') } },
  });
});

test('with words after it, they are for the bot, which may speak at once', async () => {
  await using relay = await start();
  const visitor = await joined(relay);
  relay.bot.next({ messages: [{ text: 'Which order is it?' }] });
  note(relay, '/bot ask for the order number');
  await visitor.hears('Which order is it?');
  expect(resumed(relay)?.session.previous).toMatchObject({ instruction: 'ask for the order number' });
  await quiet(relay);
  expect(atDesk(relay.desk.people.thread())).toEqual(['bot: Which order is it?']);
  // A bot keeps nothing: what it is to do comes with the words, too.
  await visitor.say('LF-2291');
  await visitor.hears('You said: LF-2291');
  expect(relay.bot.asked.at(-1)?.session.previous).toMatchObject({ instruction: 'ask for the order number' });
});

test.each([
  ['/bot continue', undefined],
  ['/bot TestSkill with the name', 'with the name'],
])('%s goes on where the bot was', async (text, instruction) => {
  await using relay = await start();
  const visitor = await joined(relay);
  note(relay, text);
  await visitor.hears('[returned]');
  await eventually(() => resumed(relay) !== undefined, 'the bot goes on');
  expect(resumed(relay)?.skills).toEqual([{ name: 'me.test.supportDemo.TestSkill', slots: { name: 'Ada' } }]);
  expect(resumed(relay)?.session.previous?.instruction).toBe(instruction);
  await quiet(relay);
});

test('while somebody is awaited it does the same, and once for one note', async () => {
  await using relay = await start();
  const visitor = await queued(relay);
  const id = note(relay, '/bot');
  await visitor.hears('[returned]');
  await quiet(relay);
  const [before] = relay.desk.people.threads;
  relay.desk.people.hint([id], { number: before!.number });
  await visitor.say('again');
  await visitor.hears('You said: again');
  await visitor.ask('handoff:ask', { id: 'ask-1' });
  await visitor.ask('handoff:choose', { topic: null });
  await visitor.until(({ transcript }) => transcript().filter((line) => line === '[queued]').length === 2);
  await quiet(relay);
  relay.desk.people.hint([id], { number: before!.number });
  relay.desk.people.say(mara, 'Hello again.');
  await visitor.hears('Hello again.');
  expect(visitor.transcript().filter((line) => line === '[returned]')).toHaveLength(1);
  expect(visitor.phase()).toBe('human');
});

test('while the bot has the visitor it moves nothing, then or later; nor does any other note', async () => {
  await using relay = await start();
  const visitor = await relay.visit();
  await visitor.say('one');
  await visitor.hears('You said: one');
  await quiet(relay);
  note(relay, '/bot be kind');
  note(relay, 'see /bot');
  relay.desk.people.say(mara, 'Hello, Mara here.');
  await visitor.hears('Hello, Mara here.');
  relay.desk.people.say(mara, 'Another lamp?');
  await visitor.hears('Another lamp?');
  await quiet(relay);
  expect(visitor.phase()).toBe('human');
  expect(visitor.transcript()).not.toContain('[returned]');
});
