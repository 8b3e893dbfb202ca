import { describe, expect, test } from 'vitest';
import { atDesk, count, joinedSilently, mara, quiet, startWithPeople } from './testing/people.ts';
import { eventually } from './testing/visit.ts';

/* What the desk refuses: words and steps, and what becomes of the visitor. */

describe('a word that the desk refuses', () => {
  test('is told to the visitor and noted at the desk, and goes there when it is retried, once', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('It hums.', 'm1');
    await visitor.hears('[undelivered]');
    await visitor.say('Really.');
    await quiet(relay);
    const thread = relay.desk.people.thread();
    expect(atDesk(thread)).not.toContain('visitor: It hums.');
    expect(atDesk(thread)).toContain('visitor: Really.');
    const note = thread.messages.find((one) => one.private && one.text.includes('could not be written here'));
    expect(note?.text).toContain('The visitor is told');
    for (let times = 0; times < 2; times += 1)
      expect(await visitor.ask('message:retry', { id: 'm1' })).toMatchObject({ ok: true });
    await quiet(relay);
    expect(count(atDesk(thread), 'visitor: It hums.')).toBe(1);
    expect(count(visitor.transcript(), '[retried]')).toBe(1);
  });

  test('loses its words for good when the visitor deletes it, and cannot be retried then', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('My code is 4711.', 'm1');
    await visitor.hears('[undelivered]');
    await visitor.ask('message:delete', { id: 'm1' });
    await visitor.hears('[deleted]');
    await visitor.ask('message:retry', { id: 'm1' });
    await quiet(relay);
    const again = await relay.visit({ token: visitor.token });
    expect(again.transcript().join()).not.toContain('4711');
    expect(again.transcript()).not.toContain('[retried]');
    expect(relay.desk.people.threads.flatMap(atDesk).join()).not.toContain('4711');
  });

  test('is said to the bot when it is retried after the end, in a new thread', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('It hums.', 'm1');
    await visitor.hears('[undelivered]');
    await quiet(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await visitor.ask('message:retry', { id: 'm1' });
    await visitor.hears('You said: It hums.');
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread({ number: 1 }))).not.toContain('visitor: It hums.');
    expect(relay.desk.people.thread({ number: 1 }).status).toBe('resolved');
    expect(atDesk(relay.desk.people.thread({ number: 2 }))).toEqual(['visitor: It hums.', 'bot: You said: It hums.']);
  });

  test('goes with the visitor to the bot, which answers it, though a person spoke meanwhile; no retry is left', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('It hums.', 'm1');
    await visitor.hears('[undelivered]');
    await quiet(relay);
    relay.desk.people.say(mara, 'Are you there?');
    await visitor.hears('Are you there?');
    await visitor.ask('handoff:back', {});
    await visitor.hears('You said: It hums.');
    await visitor.ask('message:retry', { id: 'm1' });
    await quiet(relay);
    expect(count(visitor.transcript(), '[retried]')).toBe(1);
    expect(atDesk(relay.desk.people.thread({ number: 2 }))).toEqual(['visitor: It hums.', 'bot: You said: It hums.']);
  });

  test('that the bot has answered is only copied when it is retried', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.desk.people.away(true);
    await visitor.say('It hums.', 'm1');
    await visitor.hears('You said: It hums.');
    for (let i = 0; i < 2; i += 1) relay.desk.people.next('refused', 'say');
    relay.desk.people.away(false);
    await visitor.hears('[undelivered]');
    await quiet(relay);
    await visitor.ask('message:retry', { id: 'm1' });
    await quiet(relay);
    expect(count(atDesk(relay.desk.people.thread()), 'visitor: It hums.')).toBe(1);
    expect(relay.bot.asked).toHaveLength(1);
  });

  test('because the thread seemed to be gone, which it was not, goes there all the same', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.next('notThere', 'say');
    await visitor.say('It hums.');
    await quiet(relay);
    expect(count(atDesk(relay.desk.people.thread()), 'visitor: It hums.')).toBe(1);
    expect(visitor.transcript()).not.toContain('[undelivered]');
    expect(visitor.phase()).toBe('human');
  });

  test('can be deleted by nobody where it was delivered', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    await visitor.say('It hums.', 'm1');
    await quiet(relay);
    await visitor.ask('message:delete', { id: 'm1' });
    expect(visitor.transcript()).toContain('visitor: It hums.');
  });

  test('is noted, too, where it is the bot’s; the visitor has read it and is not bothered', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.bot.next({ messages: [{ text: 'First.' }] });
    relay.desk.people.away(true);
    await visitor.say('And?');
    await visitor.hears('First.');
    relay.desk.people.next('unsent', 'say');
    relay.desk.people.away(false);
    relay.desk.people.next('refused', 'say');
    relay.desk.people.next('refused', 'say');
    await quiet(relay);
    const notes = relay.desk.people.thread().messages.filter((one) => one.private);
    expect(notes.map(({ text }) => text).join()).toContain('A message of the assistant could not be written here');
    expect(count(visitor.transcript(), '[undelivered]')).toBe(1);
  });

  test('is named in the log by conversation, step and number, and never quoted', async () => {
    const lines: string[] = [];
    const write = (fields: object, sentence: string) => void lines.push(JSON.stringify({ ...fields, sentence }));
    await using relay = await startWithPeople({ log: { info: write, warn: write, error: write } });
    const visitor = await joinedSilently(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('My name is Ada.');
    await visitor.hears('[undelivered]');
    const line = lines.find((one) => one.includes('refused')) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      conversation: expect.stringMatching(/^[\w-]{8}$/),
      desk: 1,
      step: 'say',
      refusals: 1,
    });
    expect(lines.join()).not.toContain('Ada');
  });
});

describe('a step that the desk refuses', () => {
  test.each(['clear', 'describe', 'team', 'check'] as const)(
    '(%s) is noted there, and the visitor gets a person all the same',
    async (step) => {
      await using relay = await startWithPeople();
      const visitor = await relay.visit();
      relay.desk.people.next('refused', step);
      await visitor.ask('handoff:ask', { id: 'a' });
      await visitor.ask('handoff:choose', { topic: null });
      await visitor.hears('[queued]');
      await quiet(relay);
      const notes = relay.desk.people.thread().messages.filter((one) => one.private);
      expect(notes.map(({ text }) => text).join()).toContain(`A step could not be taken here (${step})`);
      expect(relay.desk.people.thread().status).toBe('open');
    },
  );

  test('(the note itself) stops nothing', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.desk.people.next('refused', 'note');
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:choose', { topic: null });
    await visitor.hears('[queued]');
  });
});

describe('a step that was refused', () => {
  test('turns nobody round: an end that the desk refuses is still the visitor’s end', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.next('refused', 'resolve');
    await visitor.ask('chat:end', {});
    await quiet(relay);
    const said = relay.desk.people.thread().messages.find(({ by }) => by === 'agent');
    relay.desk.people.fail(said?.id ?? 0);
    await eventually(() => relay.desk.people.performed.some(({ step }) => step === 'heal'), 'it was read again');
    await quiet(relay);
    expect(visitor.phase()).toBe('ending');
  });
});
