import { describe, expect, test } from 'vitest';
import { openMemory } from './desks/memory/memory-desk.ts';
import { atDesk, isMirrored, isQuiet, jon, mara, startWithPeople, teams, wim } from './testing/people.ts';
import type { TestRelay } from './testing/start-relay.ts';
import { eventually, type Visitor } from './testing/visit.ts';

/* Conversations as visitors and agents live them: real sockets, a real database, a desk in memory. */

const quiet = (relay: TestRelay) => eventually(() => isQuiet(relay), 'nothing is left to do');

/** A visitor in the queue of sales, with nobody there. */
async function queued(relay: TestRelay): Promise<Visitor> {
  const visitor = await relay.visit();
  relay.bot.next({ skills: [{ name: 'me.test.supportDemo.TestSkill', slots: { name: 'Ada' } }] });
  await visitor.say('test skill');
  await visitor.hears('You said: test skill');
  await visitor.ask('handoff:ask', { id: 'ask-0' });
  await visitor.hears('[queued]');
  await quiet(relay);
  return visitor;
}

/** With a person there. */
async function joined(relay: TestRelay): Promise<Visitor> {
  const visitor = await queued(relay);
  relay.desk.people.say(mara, 'Hello, Mara here.');
  await visitor.hears('Hello, Mara here.');
  return visitor;
}

describe('the way to a person', () => {
  test('with a skill begun nobody is asked: its team has it open, told why, and the note leaves the relay for nobody else', async () => {
    await using relay = await startWithPeople();
    const visitor = await queued(relay);
    const thread = relay.desk.people.thread();
    expect(thread).toMatchObject({ status: 'open', team: 'sales', assignee: null });
    expect(thread.attributes).toMatchObject({ reason: 'visitor_asked', skills: 'me.test.supportDemo.TestSkill' });
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
    expect(relay.desk.people.thread()).toMatchObject({ team: 'sales', attributes: { reason: 'angry' } });
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
    relay.desk.people.release();
    await quiet(relay);
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

describe('deletions', () => {
  test('an agent’s message loses its words here, too, for whoever reads the log later', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    const id = relay.desk.people.say(mara, 'The code is 4711.');
    await visitor.hears('4711');
    relay.desk.people.remove(id);
    await visitor.hears('[deleted]');
    const again = await relay.visit({ token: visitor.token });
    expect(again.transcript().join('\n')).not.toContain('4711');
    expect(again.transcript()).toContain('Mara Ostby: (deleted)');
    relay.desk.people.hint([id]);
    await visitor.say('ok');
    await quiet(relay);
    expect(visitor.transcript().filter((line) => line === '[deleted]')).toHaveLength(1);
  });

  test('the visitor’s own words go from the log, the bot’s memory and what waits; a repeat still gets its answer', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.bot.next({
      messages: [{ text: 'Noted.' }],
      context: { card: '4111' },
      skills: [{ name: 'me.test.supportDemo.TestSkill', slots: { card: '4111' } }],
    });
    const first = await visitor.ask('message:send', { id: 'm1', text: 'My card is 4111' });
    await visitor.hears('Noted.');
    await quiet(relay);
    const mine = relay.desk.people.thread().messages.find(({ text }) => text.includes('4111'));
    relay.desk.people.remove(mine?.id ?? 0);
    await visitor.hears('[deleted]');
    expect(await visitor.ask('message:send', { id: 'm1', text: 'My card is 4111' })).toEqual(first);
    await visitor.say('And now?');
    await visitor.hears('You said: And now?');
    expect(relay.bot.asked.at(-1)).toMatchObject({
      context: {},
      skills: [{ name: 'me.test.supportDemo.TestSkill', slots: {} }],
    });
    await quiet(relay);
    const [conversation] = await relay.store.recent(0, 1);
    expect(JSON.stringify(conversation)).not.toContain('4111');
  });

  test('an answer under way when the words were deleted does not bring them back', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    let answer = () => {};
    const reply = relay.bot.reply.bind(relay.bot);
    relay.bot.reply = async (turn, signal) => {
      if (turn.text.includes('4111')) {
        await new Promise<void>((resolve) => (answer = resolve));
        return { messages: [{ text: 'Your card is 4111' }], context: { card: '4111' }, skills: [] };
      }
      return reply(turn, signal);
    };
    await visitor.say('My card is 4111');
    await eventually(() => isMirrored(relay.desk, 'My card is 4111'), 'the desk has it');
    const mine = relay.desk.people.thread().messages.find(({ text }) => text.includes('4111'));
    await eventually(() => isQuietAtDesk(relay), 'the desk’s answer is known');
    relay.desk.people.remove(mine?.id ?? 0);
    await visitor.hears('[deleted]');
    answer();
    await visitor.say('Hello?');
    await visitor.hears('You said: Hello?');
    expect(visitor.transcript()).not.toContain('bot: Your card is 4111');
    expect(relay.bot.asked.at(-1)?.context).toEqual({});
  });
});

async function isQuietAtDesk(relay: TestRelay) {
  const [conversation] = await relay.store.recent(0, 1);
  const work = conversation ? await relay.store.work(conversation.id) : [];
  return !work.some(({ task }) => task.lane === 'desk');
}

describe('bots', () => {
  test('a burst of messages is answered one turn at a time, nothing of it twice', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    let atOnce = 0;
    let most = 0;
    const reply = relay.bot.reply.bind(relay.bot);
    relay.bot.reply = async (turn, signal) => {
      most = Math.max(most, (atOnce += 1));
      await relay.store.setting('anything');
      const answer = await reply(turn, signal);
      atOnce -= 1;
      return answer;
    };
    const words = Array.from({ length: 12 }, (_, i) => `word${i}.`);
    await Promise.all(words.map((word) => visitor.say(word)));
    await visitor.until(() =>
      words.every((word) => visitor.transcript().some((l) => l.startsWith('bot') && l.includes(word))),
    );
    expect(most).toBe(1);
    const heard = relay.bot.asked.flatMap(({ text }) => text.split('\n'));
    expect(heard).toEqual(words);
  });

  test('a bot that fails is asked again; one that fails twice, or says nothing, has a person offered instead', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.bot.next('fail');
    await visitor.say('one');
    await visitor.hears('You said: one');
    relay.bot.next('fail', { messages: [] });
    await visitor.say('two');
    await visitor.hears('[botFailed]');
    await visitor.say('three');
    await visitor.hears('You said: three');
    expect(visitor.transcript().filter((line) => line === '[botFailed]')).toHaveLength(1);
  });

  test('a bot that refuses, as with a wrong secret, is not asked again', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.bot.next('refuse');
    await visitor.say('one');
    await visitor.hears('[botFailed]');
    expect(relay.bot.asked).toHaveLength(1);
  });

  test('a bot that is late is as good as one that fails', async () => {
    await using relay = await startWithPeople();
    relay.config.bots['helper']!.deadline = 1_000;
    const visitor = await relay.visit();
    relay.bot.next('hang', 'hang');
    await visitor.say('one');
    await visitor.hears('[botFailed]');
  });

  test('where the operator wants it, a bot that failed hands over', async () => {
    await using relay = await startWithPeople({ settings: ({ bots }) => (bots['helper']!.onFailure = 'handoff') });
    const visitor = await relay.visit();
    relay.bot.next('fail', 'fail');
    await visitor.say('one');
    await visitor.hears('[asked]');
    await visitor.ask('handoff:choose', { topic: null });
    await visitor.hears('[queued]');
    expect(relay.desk.people.thread().attributes['reason']).toBe('bot_failed');
  });

  test('what was pressed is told apart from what was written', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    const choice = { title: 'Red', value: 'colour=red' };
    await visitor.ask('message:send', { id: 'm1', text: 'Red', choice });
    await visitor.hears('You said: Red');
    expect(relay.bot.asked[0]).toMatchObject({ text: 'Red', choice });
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread())).toContain('visitor: Red');
  });
});

describe('another desk', () => {
  test('with the same data means new threads: nothing of the old one is believed, and nobody is lost', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    const { token } = visitor;
    const old = relay.desk;
    await relay.restart({ desk: openMemory({ home: 'elsewhere', teams }) });
    const again = await relay.visit({ token });
    await again.say('Still there?');
    await again.hears('[deskGone]');
    await again.hears('You said: Still there?');
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread())).toEqual(['visitor: Still there?', 'bot: You said: Still there?']);
    old.people.say(mara, 'I am still here');
    expect(isMirrored(old, 'Still there?')).toBe(false);
  });

  test('takes over what the old one had not taken', async () => {
    await using relay = await startWithPeople();
    relay.desk.people.away(true);
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await relay.restart({ desk: openMemory({ home: 'elsewhere', teams }) });
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread()).slice(1)).toEqual(['visitor: Hi', 'bot: You said: Hi']);
  });
});

test('a thread that is gone ends with a word to the visitor; the log stays, and a new thread takes what it had not', async () => {
  await using relay = await startWithPeople();
  const visitor = await joined(relay);
  const before = visitor.events.size;
  relay.desk.people.quiet(true);
  relay.desk.people.destroy();
  relay.desk.people.quiet(false);
  await visitor.say('Hello?');
  await visitor.hears('[deskGone]');
  await visitor.hears('You said: Hello?');
  await visitor.say('Anybody?');
  await visitor.hears('You said: Anybody?');
  await quiet(relay);
  expect(visitor.events.size).toBeGreaterThan(before);
  const [, next] = relay.desk.people.threads;
  expect(atDesk(next!)).toEqual([
    'visitor: Hello?',
    'bot: You said: Hello?',
    'visitor: Anybody?',
    'bot: You said: Anybody?',
  ]);
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
