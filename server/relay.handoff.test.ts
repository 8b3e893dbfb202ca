import { describe, expect, test } from 'vitest';
import { atDesk, joined, jon, queued, quiet, startWithPeople } from './testing/people.ts';
import { eventually } from './testing/visit.ts';

/* The way to a person and back: real sockets, a real database, a desk in memory. */

describe('the way to a person', () => {
  test('with a skill begun nobody is asked: its team has it open, told why, and the note leaves the relay for nobody else', async () => {
    await using relay = await startWithPeople();
    const visitor = await queued(relay);
    const thread = relay.desk.people.thread();
    expect(thread).toMatchObject({ status: 'open', team: 'sales', assignee: null });
    expect(thread.attributes).toMatchObject({
      reason: 'visitor_asked',
      initiator: 'visitor',
      skills: 'me.test.supportDemo.TestSkill',
    });
    const [note, call] = thread.messages.filter((one) => one.private);
    expect(note?.text).toMatch(/^\*\*Visitor [0-9a-f]{4} asked for a person\.\*\*/);
    expect(note?.text).toContain('Rule 1 (Orders and returns): the skill me.test.supportDemo.TestSkill is unfinished.');
    expect(note?.text.split('\n\n').slice(1)).toEqual(['Already told: name **Ada**.', '> test skill']);
    expect(call?.text).toContain('nobody is assigned');
    expect(JSON.stringify([...visitor.events.values()])).not.toMatch(
      /asked for a person|unfinished|nobody is assigned/,
    );
    expect(relay.desk.people.performed.map(({ step }) => step)).toEqual(
      'begin say say say clear describe note open team check note'.split(' '),
    );
    expect(JSON.stringify(relay.bot.asked)).not.toContain('nobody is assigned');
  });

  test('with nothing begun they are asked, and what they press decides', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    const asked = await visitor.ask('handoff:ask', { id: 'a' });
    const topics = asked.ok && asked.value.phase === 'asking' ? asked.value.topics : [];
    expect(topics[0]).toEqual({ id: 'orders-and-returns', label: 'Orders and returns' });
    await visitor.ask('handoff:choose', { topic: 'orders-and-returns' });
    await visitor.hears('[queued]');
    await eventually(() => relay.desk.people.thread().team === 'sales', 'it is in sales');
    expect(relay.desk.people.thread().messages.find((one) => one.private)?.text).toContain(
      'Rule 1 (Orders and returns): the visitor chose it.',
    );
  });

  test('something else goes to the default, and so does a topic that does not exist', async () => {
    await using relay = await startWithPeople();
    for (const topic of [null, 'no-such-topic']) {
      const visitor = await relay.visit();
      await visitor.ask('handoff:ask', { id: 'a' });
      await visitor.ask('handoff:choose', { topic });
      await visitor.hears('[queued]');
      expect(relay.desk.people.thread().team).toBe('support');
    }
  });

  test.each([
    ['that names a topic', 'it is about ORDERS and returns, please', 'sales'],
    ['that names none', 'My lamp hums.', 'support'],
  ])('an answer in their own words %s is understood as far as it goes, and reaches the desk', async (_, text, team) => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.say(text);
    await visitor.hears('[queued]');
    await quiet(relay);
    const thread = relay.desk.people.thread();
    expect(thread.team).toBe(team);
    expect(atDesk(thread).filter((line) => line === `visitor: ${text}`)).toHaveLength(1);
    expect(relay.bot.asked).toEqual([]);
  });

  test('who does not answer the question is not left alone with it', async () => {
    await using relay = await startWithPeople({ settings: ({ times }) => (times.asking = 2_000) });
    const visitor = await relay.visit();
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.hears('[queued]');
    expect(relay.desk.people.thread().team).toBe('support');
  });

  test('a person whom the desk picks is named, and nobody else is called', async () => {
    await using relay = await startWithPeople();
    relay.desk.people.online(jon, true);
    const visitor = await relay.visit();
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:choose', { topic: 'orders-and-returns' });
    await visitor.hears('[assigned]');
    await quiet(relay);
    expect(visitor.phase()).toBe('waiting');
    expect(relay.desk.people.thread().messages.filter((one) => one.private)).toHaveLength(1);
    relay.desk.people.typing(jon, true);
    await visitor.hears('[joined]');
    expect(visitor.phase()).toBe('human');
  });

  test('a bot that wants a person says its last words first, and is not heard again', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.bot.next({
      messages: [{ text: 'I fetch somebody.' }],
      handoff: { reason: 'angry', skill: 'org.demo.shop.ReturnOrder', summary: 'A lamp hums.' },
    });
    await visitor.say('This is a scandal');
    await visitor.hears('[queued]');
    await visitor.say('Well?');
    await quiet(relay);
    expect(visitor.transcript().slice(2)).toEqual([
      'bot: I fetch somebody.',
      '[connecting]',
      '[queued]',
      'visitor: Well?',
    ]);
    expect(relay.desk.people.thread()).toMatchObject({
      team: 'sales',
      attributes: { reason: 'angry', initiator: 'bot' },
    });
    expect(relay.desk.people.thread().messages.find((one) => one.private)?.text).toContain(
      'In short:\n\n> A lamp hums.',
    );
    expect(relay.bot.asked).toHaveLength(1);
  });
});

describe('leaving', () => {
  test('Cancel while being asked: the bot answers what was left unanswered', async () => {
    await using relay = await startWithPeople();
    relay.bot.next('hang');
    const visitor = await relay.visit();
    await visitor.say('A long story');
    await eventually(() => relay.bot.asked.length === 1, 'the bot is asked');
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:cancel', {});
    await visitor.hears('You said: A long story');
    expect(visitor.transcript().slice(1)).toEqual([
      'visitor: A long story',
      '[asked]',
      '[cancelled]',
      'bot: You said: A long story',
    ]);
  });

  test('Cancel while being connected: what was said meanwhile goes to the desk, and to the bot as one turn', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.next('hang', 'open');
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:choose', { topic: null });
    await visitor.say('one');
    await visitor.say('two');
    await visitor.ask('handoff:cancel', {});
    relay.desk.people.release();
    await visitor.hears('You said: one\ntwo');
    await quiet(relay);
    const thread = relay.desk.people.thread();
    expect(thread).toMatchObject({ status: 'pending', team: null, assignee: null });
    expect(atDesk(thread).filter((line) => /visitor: (one|two)/.test(line))).toEqual(['visitor: one', 'visitor: two']);
    expect(relay.bot.asked.map(({ text }) => text)).toEqual(['Hi', 'one\ntwo']);
  });

  test('Cancel while waiting: the same thread is the bot’s again, in the same session', async () => {
    await using relay = await startWithPeople();
    const visitor = await queued(relay);
    await visitor.say('Anybody?');
    await visitor.ask('handoff:cancel', {});
    await visitor.hears('You said: Anybody?');
    await quiet(relay);
    expect(relay.desk.people.threads).toHaveLength(1);
    expect(relay.desk.people.thread()).toMatchObject({ status: 'pending', team: null });
    expect(relay.desk.people.thread().messages.some(({ text }) => text.includes('left the queue'))).toBe(true);
    expect(new Set(relay.bot.asked.map(({ session }) => session.id)).size).toBe(1);
  });

  test('a second handoff to the same team clears what is left of the first, so that somebody is told', async () => {
    await using relay = await startWithPeople();
    const visitor = await queued(relay);
    relay.desk.people.online(jon, true);
    await visitor.ask('handoff:cancel', {});
    await visitor.hears('[cancelled]');
    await visitor.ask('handoff:ask', { id: 'again' });
    await visitor.hears('[assigned]');
    expect(relay.desk.people.thread()).toMatchObject({ status: 'open', team: 'sales', assignee: jon });
  });

  test('Cancel after the person has spoken comes too late', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    expect(await visitor.ask('handoff:cancel', {})).toMatchObject({ ok: true, value: { phase: 'human' } });
  });

  test('back to the assistant: the thread is resolved with a note, and the bot goes on in one of its own', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    expect(await visitor.ask('handoff:back', {})).toMatchObject({ ok: true, value: { phase: 'bot' } });
    await visitor.say('And you?');
    await visitor.hears('You said: And you?');
    await quiet(relay);
    const [first, second] = relay.desk.people.threads;
    expect(first?.status).toBe('resolved');
    expect(first?.messages.some(({ text }) => text.includes('went back to the assistant'))).toBe(true);
    expect(atDesk(second!)).toEqual(['visitor: And you?', 'bot: You said: And you?']);
    await visitor.ask('handoff:ask', { id: 'again' });
    await visitor.ask('handoff:choose', { topic: null });
    await eventually(() => second?.team === 'support', 'handed over again');
    expect(second?.messages.find((one) => one.private)?.text).toContain(
      'What was said before stands in conversation 1.',
    );
  });

  test('end of chat: what was said before it still reaches the desk, and the bot is silent until the next word', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.next('hang', 'say');
    await visitor.say('Thank you!');
    expect(await visitor.ask('chat:end', {})).toMatchObject({ ok: true, value: { phase: 'ending', by: 'visitor' } });
    // It may not have left yet.
    const letGo = setInterval(() => relay.desk.people.release(), 20);
    await quiet(relay).finally(() => clearInterval(letGo));
    expect(visitor.transcript().at(-1)).toBe('[ended]');
    expect(visitor.phase()).toBe('ending');
    const thread = relay.desk.people.thread();
    expect(thread.status).toBe('resolved');
    expect(atDesk(thread).filter((line) => line === 'visitor: Thank you!')).toHaveLength(1);
    await visitor.say('Hello again');
    await visitor.hears('You said: Hello again');
    expect(relay.desk.people.thread().number).toBe(2);
  });
});
