import { describe, expect, test } from 'vitest';
import { atDesk, joinedSilently, jon, mara, quiet, startWithPeople } from './testing/people.ts';
import { eventually } from './testing/visit.ts';

/* What is said around the end: what nobody answered, and what people say in a thread that was over. */

describe('what nobody answered', () => {
  test('is put to the bot when the visitor goes back to it, once', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    await visitor.say('When do you deliver?');
    await quiet(relay);
    await visitor.ask('handoff:back', {});
    await visitor.hears('You said: When do you deliver?');
    await quiet(relay);
    expect(relay.bot.asked.map(({ text }) => text)).toEqual(['When do you deliver?']);
  });

  test('is what was said since the person’s last answer, and nothing before it', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    await visitor.say('It hums.');
    await quiet(relay);
    relay.desk.people.say(mara, 'Unplug it.');
    await visitor.hears('Unplug it.');
    await visitor.say('And then?');
    await quiet(relay);
    relay.desk.people.setStatus('pending');
    await visitor.hears('You said:');
    expect(relay.bot.asked.at(-1)?.text).toBe('And then?');
  });

  test('an answer of the bot from before its session was over is not heard; it is asked anew', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.bot.next('hang');
    await visitor.say('What is new?');
    await eventually(() => relay.bot.asked.length === 2, 'it is asked');
    await eventually(() => atDesk(relay.desk.people.thread()).includes('visitor: What is new?'), 'it is at the desk');
    relay.desk.people.setStatus('resolved');
    await visitor.hears('You said: What is new?');
    const [, before, after] = relay.bot.asked;
    expect(after?.session.id).not.toBe(before?.session.id);
    expect(after?.session.seq).toBe(1);
    expect(relay.bot.asked).toHaveLength(3);
  });
});

describe('a person who speaks in a thread that was over', () => {
  test('just after the end: has the visitor again, and it is opened and theirs', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    relay.desk.people.say(mara, 'One more thing.');
    await visitor.hears('One more thing.');
    await quiet(relay);
    expect(visitor.phase()).toBe('human');
    expect(relay.desk.people.thread()).toMatchObject({ status: 'open', assignee: mara });
    await visitor.say('Yes?');
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread()).at(-1)).toBe('visitor: Yes?');
  });

  test('in a still older one, after the end of a newer: has the visitor there', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await visitor.say('Another question');
    await visitor.hears('You said: Another question');
    await quiet(relay);
    relay.desk.people.say(jon, 'I take this.');
    await visitor.hears('I take this.');
    await quiet(relay);
    relay.desk.people.setStatus('resolved');
    await eventually(() => visitor.transcript().filter((line) => line === '[resolved]').length === 2, 'the second end');
    relay.desk.people.say(mara, 'I found it!', { number: 1 });
    await visitor.hears('I found it!');
    await quiet(relay);
    expect(visitor.phase()).toBe('human');
    expect(relay.desk.people.thread({ number: 1 })).toMatchObject({ status: 'open', assignee: mara });
  });

  test('while people have the visitor elsewhere: is shown, and told where the answers arrive, once', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await visitor.say('Another question');
    await visitor.hears('You said: Another question');
    await quiet(relay);
    relay.desk.people.say(jon, 'I take this.');
    await visitor.hears('I take this.');
    await quiet(relay);
    relay.desk.people.say(mara, 'PS: it was blue.', { number: 1 });
    await visitor.hears('PS: it was blue.');
    relay.desk.people.say(mara, 'And round.', { number: 1 });
    await visitor.hears('And round.');
    await quiet(relay);
    const told = relay.desk.people.thread({ number: 1 }).messages.filter((one) => one.private);
    expect(told.filter(({ text }) => text.includes('People have this visitor in conversation 2'))).toHaveLength(1);
    expect(relay.desk.people.thread({ number: 1 }).status).toBe('resolved');
  });
});

describe('what a person said before the end, and is found after it', () => {
  test.each([
    ['the visitor ended the chat', 'chat:end', '[ended]', 'ending'],
    ['the visitor went back to the assistant', 'handoff:back', '[back]', 'bot'],
  ] as const)('because %s: it is shown, and moves nothing', async (_, request, notice, phase) => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.say(mara, 'Is there anything else?');
    await visitor.ask(request, {});
    await visitor.hears(notice);
    await quiet(relay);
    relay.desk.people.quiet(false);
    relay.desk.people.hint();
    await visitor.hears('anything else');
    await quiet(relay);
    expect(visitor.phase()).toBe(phase);
    expect(relay.desk.people.thread().status).toBe('resolved');
  });

  test('while the end is still on its way to the desk: it is shown, and the end goes on', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.say(mara, 'Is there anything else?');
    relay.desk.people.next('hang', 'note');
    await visitor.ask('handoff:back', {});
    relay.desk.people.quiet(false);
    relay.desk.people.hint();
    await visitor.hears('anything else');
    relay.desk.people.release();
    await quiet(relay);
    expect(visitor.phase()).toBe('bot');
    expect(relay.desk.people.thread().status).toBe('resolved');
  });

  test('but what is said after it is a takeover', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    await visitor.ask('handoff:back', {});
    await quiet(relay);
    relay.desk.people.say(mara, 'I found it!', { number: 1 });
    await visitor.hears('I found it!');
    await quiet(relay);
    expect(visitor.phase()).toBe('human');
    expect(relay.desk.people.thread({ number: 1 })).toMatchObject({ status: 'open', assignee: mara });
  });
});
