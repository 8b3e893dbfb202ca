import { describe, expect, test } from 'vitest';
import { atDesk, isMirrored, joined, jon, mara, quiet, startWithPeople, wim } from './testing/people.ts';
import { eventually } from './testing/visit.ts';

/* People at the desk, as a visitor lives them. */

describe('people', () => {
  test('their words arrive once, in their order, with their names; notes, activity and empty ones never', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    const { people } = relay.desk;
    people.say(mara, 'secret', { private: true });
    people.say(mara, 'One\\\ntwo **three**');
    people.announce('We are out of office.');
    people.say(jon, 'Jon here, too.');
    people.hint();
    people.hint([101]);
    await visitor.hears('Jon here, too.');
    expect(visitor.transcript().slice(-4)).toEqual([
      'Mara Ostby: One\\\ntwo **three**',
      'system: We are out of office.',
      '[joined]',
      'Jon Vale: Jon here, too.',
    ]);
    expect(visitor.transcript().filter((line) => line.includes('secret'))).toEqual([]);
    expect(visitor.arrivals).toHaveLength(visitor.events.size);
    const said = [...visitor.events.values()].findLast((event) => event.kind === 'message');
    expect(said).toMatchObject({
      message: { author: { kind: 'agent', name: 'Jon Vale', team: 'Orders and returns' } },
    });
  });

  test('passing on, letting go and giving back are told', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    const { people } = relay.desk;
    people.assign(mara);
    people.assign(wim);
    await visitor.hears('[passedOn]');
    people.assign(null);
    await visitor.hears('[released]');
    await visitor.say('And now?');
    await eventually(() => isMirrored(relay.desk, 'And now?'), 'the desk has it');
    people.setStatus('pending');
    await visitor.hears('[returned]');
    await visitor.hears('You said: And now?');
    await visitor.say('Hm');
    await visitor.hears('You said: Hm');
    await quiet(relay);
    expect(atDesk(people.thread())).toContain('visitor: Hm');
    expect(people.thread().number).toBe(2);
  });

  test('a person who answers while the bot thinks has it: the late answer is dropped, the thread open and theirs', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    let answer = () => {};
    const reply = relay.bot.reply.bind(relay.bot);
    relay.bot.reply = async (turn, signal) => {
      await new Promise<void>((resolve) => (answer = resolve)); // it does not listen to the signal, either
      return reply(turn, signal);
    };
    await visitor.say('Is it bright?');
    await eventually(() => isMirrored(relay.desk, 'Is it bright?'), 'the desk has it');
    relay.desk.people.say(mara, 'Very.');
    await visitor.hears('Very.');
    answer();
    await quiet(relay);
    await eventually(() => relay.desk.people.thread().assignee !== null, 'it is hers');
    expect(relay.desk.people.thread()).toMatchObject({ status: 'open', assignee: mara });
    // This comes after the late answer, so that whatever became of that one is there by now.
    await visitor.say('Good');
    await quiet(relay);
    expect(visitor.transcript().slice(-4)).toEqual([
      'visitor: Is it bright?',
      '[joined]',
      'Mara Ostby: Very.',
      'visitor: Good',
    ]);
  });

  test('opening it while the bot has it is taking it up; assigning it alone is not', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.assign(wim);
    await visitor.say('Still there?');
    await visitor.hears('You said: Still there?');
    relay.desk.people.setStatus('open');
    await visitor.hears('[assigned]');
    expect(visitor.phase()).toBe('waiting');
  });

  test('resolved, and reopened: the same people, the same thread', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    relay.desk.people.setStatus('open');
    await visitor.hears('[reopened]');
    await visitor.say('Yes?');
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread()).at(-1)).toBe('visitor: Yes?');
    expect(relay.desk.people.threads).toHaveLength(1);
    expect(relay.bot.asked).toHaveLength(1);
  });

  test('what was written before the end was found goes to the bot, too, and to its thread, once', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.setStatus('resolved');
    relay.desk.people.next('unsent', 'say');
    relay.desk.people.next('unsent', 'say');
    await visitor.say('Thanks, and the other lamp?');
    relay.desk.people.quiet(false);
    relay.desk.people.hint();
    await visitor.hears('You said: Thanks, and the other lamp?');
    await quiet(relay);
    const all = relay.desk.people.threads.flatMap(atDesk);
    expect(all.filter((line) => line === 'visitor: Thanks, and the other lamp?')).toHaveLength(1);
    expect(relay.bot.asked.at(-1)).toMatchObject({ session: { seq: 1 } });
  });

  test('a person who speaks in an older thread has the visitor again, and the newer thread is closed with a note', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await visitor.say('Another question');
    await visitor.hears('You said: Another question');
    await quiet(relay);
    relay.desk.people.say(mara, 'I found it!', { number: 1 });
    await visitor.hears('I found it!');
    await quiet(relay);
    expect(visitor.phase()).toBe('human');
    const [older, newer] = relay.desk.people.threads;
    expect(older).toMatchObject({ status: 'open', assignee: mara });
    expect(newer?.status).toBe('resolved');
    expect(atDesk(newer!).at(-1)).toContain('answered in an earlier conversation');
    await visitor.say('Where?');
    await eventually(() => atDesk(older!).at(-1) === 'visitor: Where?', 'she hears it');
  });

  test('while people own the live thread, an older one’s words are shown, and nothing moves', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await visitor.say('Another question');
    await visitor.hears('You said: Another question');
    await quiet(relay);
    relay.desk.people.say(jon, 'I take this.', { number: 2 });
    await visitor.hears('I take this.');
    await quiet(relay);
    relay.desk.people.say(mara, 'PS: it was blue.', { number: 1 });
    await visitor.hears('PS: it was blue.');
    await visitor.say('Noted');
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread({ number: 2 })).at(-1)).toBe('visitor: Noted');
    expect(relay.desk.people.thread({ number: 1 }).status).toBe('resolved');
  });

  test('typing of people is shown while they own it, never before, never of a bot’s thread', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    const before = visitor.typing.length;
    relay.desk.people.typing(mara, true);
    await visitor.say('Ho');
    await visitor.hears('You said: Ho');
    expect(visitor.typing.slice(before).every(({ author }) => author.kind === 'bot')).toBe(true);
    relay.desk.people.say(mara, 'Mara here.');
    await visitor.hears('Mara here.');
    relay.desk.people.typing(mara, true);
    relay.desk.people.typing(mara, false);
    await visitor.until(() => visitor.typing.filter(({ author }) => author.kind === 'agent').length === 2);
    expect(visitor.typing.slice(-2)).toEqual([
      { author: { kind: 'agent', name: 'Mara Ostby', hue: 3 }, on: true },
      { author: { kind: 'agent', name: 'Mara Ostby', hue: 3 }, on: false },
    ]);
  });
});

test('a message that could not be delivered then is healed once', async () => {
  await using relay = await startWithPeople();
  const visitor = await joined(relay);
  const { people } = relay.desk;
  const id = people.say(mara, 'Did you get this?');
  await visitor.hears('Did you get this?');
  people.fail(id);
  await eventually(() => people.performed.some(({ step }) => step === 'heal'), 'it is healed');
  people.fail(id);
  people.hint([id]);
  await visitor.say('Yes');
  await quiet(relay);
  expect(people.performed.filter(({ step }) => step === 'heal')).toHaveLength(1);
});
