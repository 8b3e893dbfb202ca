import { expect, test } from 'vitest';
import { atDesk, joined, mara, queued, quiet, startWithPeople, wim } from './testing/people.ts';
import type { TestOptions } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

/* Where nobody answers at once: put off at the desk, waited for too long, a message left. And what comes after the end. */

const longWait = (ms: number) => ({
  settings: ({ times }: { times: { waiting: number } }) => {
    times.waiting = ms;
  },
});

test('what a person puts off stays with people: the bot is silent, and a word of the visitor’s reaches the desk', async () => {
  await using relay = await startWithPeople();
  const visitor = await joined(relay);
  const { people } = relay.desk;
  const asked = relay.bot.asked.length;
  people.setStatus('snoozed');
  await visitor.hears('[putOff]');
  expect(visitor.handoff()).toMatchObject({ phase: 'hold', agent: { name: 'Mara Ostby' }, until: null });
  await visitor.say('It is a moss green.');
  await quiet(relay);
  expect(atDesk(people.thread())).toContain('visitor: It is a moss green.');
  expect(relay.bot.asked).toHaveLength(asked);
  people.assign(mara);
  people.setStatus('open');
  await visitor.hears('[reopened]');
  expect(visitor.handoff()).toMatchObject({ phase: 'human', agent: { name: 'Mara Ostby' } });
});

test('a person who speaks while it is put off is there again, and is not announced twice', async () => {
  await using relay = await startWithPeople();
  const visitor = await joined(relay);
  relay.desk.people.setStatus('snoozed');
  await visitor.hears('[putOff]');
  relay.desk.people.say(wim, 'I can help as well.');
  await visitor.hears('I can help as well.');
  expect(visitor.handoff()).toMatchObject({ phase: 'human', agent: { name: 'Wim Aalto' } });
});

test('who waits for too long is offered something else, may wait on, and is asked again', async () => {
  await using relay = await startWithPeople(longWait(60_000), 200);
  const visitor = await queued(relay);
  await visitor.hears('[waitedTooLong]');
  expect(visitor.handoff()).toMatchObject({ phase: 'waiting', tooLong: 60_000 });
  await visitor.ask('handoff:wait', {});
  await visitor.hears('[keptWaiting]');
  expect(visitor.handoff()).not.toHaveProperty('tooLong');
  await eventually(
    () => visitor.transcript().filter((line) => line === '[waitedTooLong]').length === 2,
    'they are asked again',
  );
});

test('a message that was left is answered here, whenever that is', async () => {
  await using relay = await startWithPeople();
  const visitor = await queued(relay);
  await visitor.ask('handoff:leave', {});
  await visitor.hears('[left]');
  await visitor.say('Can it be rewired?');
  await quiet(relay);
  expect(atDesk(relay.desk.people.thread())).toContain('visitor: Can it be rewired?');
  expect(visitor.handoff()).toMatchObject({ phase: 'async', opensAt: null, byMail: false });
  relay.desk.people.say(mara, 'It can.');
  await visitor.hears('It can.');
  expect(visitor.handoff()).toMatchObject({ phase: 'human' });
});

test('beside a message that was left the visitor may go on with the assistant, until a person answers', async () => {
  await using relay = await startWithPeople();
  const visitor = await queued(relay);
  await visitor.ask('handoff:leave', {});
  await visitor.say('Can it be rewired?');
  const asked = relay.bot.asked.length;
  await visitor.ask('handoff:back', {});
  await visitor.hears('[back]');
  await visitor.say('And what is in stock?');
  await visitor.hears('You said: And what is in stock?');
  expect(relay.bot.asked.slice(asked).map(({ text }) => text)).toEqual(['And what is in stock?']);
  await quiet(relay);
  const { people } = relay.desk;
  expect(people.threads[0]).toMatchObject({ status: 'open' });
  people.say(mara, 'It can.', { number: people.threads[0]?.number ?? 0 });
  await visitor.hears('It can.');
  expect(visitor.handoff()).toMatchObject({ phase: 'human', agent: { name: 'Mara Ostby' } });
});

/** Nobody is there today; somebody is in three days. */
const closed: TestOptions = {
  settings({ sites }) {
    const day = (new Date().getUTCDay() + 3) % 7;
    sites['demo']!.hours = { zone: 'UTC', week: [{ day, from: 540, to: 1_020 }], closed: [] };
  },
};

test('outside of the hours the visitor is told first, and a message that they leave reaches the team', async () => {
  await using relay = await startWithPeople(closed);
  const visitor = await relay.visit();
  relay.bot.next({ skills: [{ name: 'me.test.supportDemo.TestSkill', slots: {} }] });
  await visitor.say('test skill');
  await visitor.hears('You said: test skill');
  await visitor.ask('handoff:ask', { id: 'ask-0' });
  await visitor.hears('[away]');
  const handoff = visitor.handoff();
  const opensAt = handoff?.phase === 'asking' ? (handoff.away?.opensAt ?? 0) : 0;
  expect(new Date(opensAt).getUTCHours()).toBe(9);
  await visitor.ask('handoff:leave', {});
  await visitor.say('Can it be rewired?');
  await quiet(relay);
  expect(visitor.handoff()).toMatchObject({ phase: 'async', opensAt, team: 'Orders and returns' });
  const { people } = relay.desk;
  expect(people.thread()).toMatchObject({ status: 'open', team: 'sales' });
  expect(atDesk(people.thread())).toContain('visitor: Can it be rewired?');
  people.say(mara, 'It can.');
  await visitor.hears('It can.');
});

test('outside of the hours one may wait all the same, or stay with the assistant', async () => {
  await using relay = await startWithPeople(closed);
  const visitor = await relay.visit();
  await visitor.say('Hi');
  await visitor.ask('handoff:ask', { id: 'ask-0' });
  await visitor.hears('[away]');
  await visitor.ask('handoff:cancel', {});
  await visitor.hears('[cancelled]');
  await visitor.ask('handoff:ask', { id: 'ask-1' });
  await visitor.until(({ phase }) => phase() === 'asking', 'they are told again');
  await visitor.ask('handoff:wait', {});
  await visitor.hears('[queued]');
});

test('whether it was solved is asked once, and people read the answer', async () => {
  await using relay = await startWithPeople();
  const visitor = await joined(relay);
  relay.desk.people.assign(mara);
  relay.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  expect(visitor.handoff()).toMatchObject({ phase: 'ending', mayRate: true });
  await visitor.ask('chat:rate', { stars: 4, text: 'Quick.' });
  await visitor.hears('[rated]');
  await visitor.ask('chat:rate', { stars: 1 });
  expect(visitor.handoff()).toMatchObject({ phase: 'closed', isRated: true });
  await quiet(relay);
  const notes = atDesk(relay.desk.people.thread()).filter((line) => line.includes('of 5'));
  expect(notes).toEqual([expect.stringContaining('**4 of 5**')]);
  expect(relay.desk.people.thread().rating).toEqual({ stars: 4, feedback: 'Quick.', agent: 'Mara Ostby' });
  await visitor.say('One more thing');
  await visitor.hears('You said: One more thing');
  expect(visitor.handoff()).toMatchObject({ phase: 'bot' });
});

test('nobody is asked where no person has answered, or where the site does not want to', async () => {
  await using relay = await startWithPeople();
  const visitor = await queued(relay);
  relay.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  expect(visitor.handoff()).not.toHaveProperty('mayRate');
  await using other = await startWithPeople({ settings: ({ sites }) => void (sites['demo']!.rating = false) });
  const guest = await joined(other);
  other.desk.people.setStatus('resolved');
  await guest.hears('[resolved]');
  expect(guest.handoff()).not.toHaveProperty('mayRate');
});

test('a widget of the version before is told what it knows', async () => {
  await using relay = await startWithPeople();
  const visitor = await joined(relay);
  const old = await relay.visit({ token: visitor.token, version: 1 });
  relay.desk.people.setStatus('snoozed');
  await old.hears('[putOff]');
  expect(old.handoff()).toMatchObject({ phase: 'waiting', agent: { name: 'Mara Ostby' } });
  relay.desk.people.setStatus('resolved');
  await old.hears('[resolved]');
  await visitor.ask('chat:rate', { stars: null });
  await old.hears('[closed]');
  expect(old.handoff()).toMatchObject({ phase: 'ending' });
});

test('Cancel in a widget of the version before goes back to the assistant where it shows a waiting that is none', async () => {
  await using relay = await startWithPeople();
  const visitor = await queued(relay);
  const old = await relay.visit({ token: visitor.token, version: 1 });
  await visitor.ask('handoff:leave', {});
  await old.hears('[left]');
  expect(old.handoff()).toMatchObject({ phase: 'waiting' });
  await visitor.ask('handoff:cancel', {});
  expect(visitor.handoff()).toMatchObject({ phase: 'async' });
  await old.ask('handoff:cancel', {});
  await old.hears('[back]');
  expect(visitor.handoff()).toMatchObject({ phase: 'bot' });
});
