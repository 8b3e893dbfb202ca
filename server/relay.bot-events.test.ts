import { describe, expect, test } from 'vitest';
import type { BotEventName, BotWants, Turn } from './bots/bot.ts';
import type { MemoryPeople } from './desks/memory/memory-people.ts';
import { silent, type Log } from './log.ts';
import { atDesk, joined, mara, queued, quiet, startWithPeople } from './testing/people.ts';
import type { TestOptions } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

/* What a bot is told beside the visitor's words, and what it may say to it. */

const every: BotEventName[] = [
  'session.start',
  'session.resume',
  'handoff.accepted',
  'handoff.failed',
  'handoff.cancelled',
  'handoff.ended',
];

async function startHearing(wants: Partial<BotWants> = {}, options: TestOptions = {}) {
  const relay = await startWithPeople(options);
  relay.bot.wants = { events: new Set(every), briefing: true, history: 0, visitor: false, ...wants };
  return relay;
}

const typeOf = ({ event, text }: Turn) => event?.type ?? text;

/** What the bot was asked and told, in order. */
const heard = (relay: { bot: { asked: Turn[] } }) => relay.bot.asked.map(typeOf);
const last = (relay: { bot: { asked: Turn[] } }, type: string) =>
  relay.bot.asked.findLast((turn) => typeOf(turn) === type);

describe('a bot that wants to know', () => {
  test('is told how the session and the handoff go, in order with the words, and goes on after people', async () => {
    await using relay = await startHearing();
    const visitor = await joined(relay);
    await visitor.say('My card is 4111 1111 1111 1111');
    await quiet(relay);
    relay.desk.people.say(mara, 'A new lamp comes on Monday.');
    await visitor.hears('A new lamp comes on Monday.');
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await visitor.say('And the old one?');
    await visitor.hears('You said: And the old one?');
    const order = ['session.start', 'test skill', 'handoff.accepted', 'handoff.ended'];
    expect(heard(relay)).toEqual([...order, 'session.resume', 'And the old one?']);

    const accepted = last(relay, 'handoff.accepted');
    expect(accepted).toMatchObject({ event: { handoff: { by: 'visitor', reason: 'visitor_asked', endReason: null } } });
    expect(accepted).toMatchObject({ handoverSuccess: true, session: { previous: null } });
    const ended = last(relay, 'handoff.ended');
    expect(ended).toMatchObject({ event: { handoff: { agent: 'Mara Ostby', endReason: 'agent_resolved' } } });
    const [resumed, next] = [last(relay, 'session.resume'), last(relay, 'And the old one?')];
    const briefing =
      'Mara Ostby: Hello, Mara here.\nVisitor: My card is [card]\nMara Ostby: A new lamp comes on Monday.';
    const previous = { endReason: 'agent_resolved', briefing };
    expect(resumed).toMatchObject({ handoverSuccess: true, skills: [], context: {}, session: { seq: 1, previous } });
    // A bot keeps nothing: the briefing comes with the words, too.
    expect(next?.session).toEqual(resumed?.session);
    expect(resumed?.session.id).not.toBe(ended?.session.id);
    expect(ended?.session.id).toBe(accepted?.session.id);
  });

  test('may begin the session with words, and hands over by itself only as an answer to words', async () => {
    await using relay = await startHearing();
    const visitor = await relay.visit();
    relay.bot.next({ messages: [{ text: 'Welcome' }], context: { greeted: true } });
    await visitor.say('one');
    await visitor.hears('You said: one');
    expect(visitor.transcript().slice(-2)).toEqual(['bot: Welcome', 'bot: You said: one']);
    expect(last(relay, 'one')).toMatchObject({ context: { greeted: true }, session: { seq: 1 } });

    relay.bot.next({ messages: [], handoff: { reason: 'upset' } });
    await visitor.say('two');
    await visitor.hears('[asked]');
    relay.bot.next({ messages: [{ text: 'So it is me again.' }], handoff: { reason: 'upset' } });
    await visitor.ask('handoff:cancel', {});
    await visitor.hears('So it is me again.');
    await quiet(relay);
    expect(visitor.phase()).toBe('bot');
    expect(last(relay, 'handoff.cancelled')).toMatchObject({
      handoverSuccess: false,
      event: { handoff: { by: 'bot', reason: 'upset', endReason: 'visitor_cancelled' } },
    });
    await visitor.say('three');
    await visitor.hears('You said: three');
    expect(last(relay, 'three')).toMatchObject({ mistakes: [{ code: 'handoff_not_now' }] });
  });

  test('is told that nobody could be reached, and says what it can do instead', async () => {
    await using relay = await startHearing();
    relay.config.routing.ask = false;
    const visitor = await relay.visit();
    await visitor.say('one');
    await visitor.hears('You said: one');
    await quiet(relay);
    relay.desk.people.next('refused', 'open');
    relay.bot.next({ messages: [{ text: 'Nobody is there; let us try.' }] });
    await visitor.ask('handoff:ask', { id: 'ask' });
    await visitor.hears('Nobody is there; let us try.');
    expect(last(relay, 'handoff.failed')).toMatchObject({
      handoverSuccess: false,
      event: { handoff: { endReason: 'transfer_failed' } },
    });
  });

  test('says nothing while people have the visitor, whatever it answers', async () => {
    await using relay = await startHearing();
    const late = { messages: [{ text: 'I am still here' }], skills: [], handoff: { reason: 'again' } };
    const reply = relay.bot.reply.bind(relay.bot);
    relay.bot.reply = async (turn, signal) => {
      const answer = await reply(turn, signal);
      return turn.event?.type.startsWith('handoff.') ? { ...answer, ...late } : answer;
    };
    const visitor = await joined(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await eventually(() => heard(relay).includes('handoff.ended'), 'the bot is told of the end');
    await quiet(relay);
    expect(visitor.transcript().join()).not.toContain('still here');
    expect(relay.desk.people.threads.flatMap(atDesk).join()).not.toContain('still here');
    expect(visitor.phase()).toBe('ending');
  });

  test('that cannot be told holds up nobody: it hears with the next turn what it missed', async () => {
    await using relay = await startHearing();
    const visitor = await relay.visit();
    relay.bot.next('fail', 'fail');
    await visitor.say('one');
    await visitor.hears('You said: one');
    expect(heard(relay)).toEqual(['session.start', 'session.start', 'one']);
    const [first, again, words] = relay.bot.asked;
    expect(again?.id).toBe(first?.id);
    expect(words?.missed).toMatchObject([{ type: 'session.start' }]);
    await visitor.say('two');
    await visitor.hears('You said: two');
    expect(last(relay, 'two')?.missed).toEqual([]);
  });

  test('that refuses an event is not told again, but for the next turn', async () => {
    await using relay = await startHearing();
    const visitor = await queued(relay);
    relay.bot.next('refuse');
    await visitor.ask('handoff:cancel', {});
    await eventually(() => heard(relay).includes('handoff.cancelled'), 'the bot is told');
    await quiet(relay);
    expect(heard(relay).filter((each) => each === 'handoff.cancelled')).toHaveLength(1);
    await visitor.say('two');
    await visitor.hears('You said: two');
    expect(last(relay, 'two')?.missed).toMatchObject([{ type: 'handoff.cancelled' }]);
  });

  test('is told after a restart what it had not heard before', async () => {
    await using relay = await startHearing();
    const visitor = await relay.visit();
    await visitor.say('one');
    await visitor.hears('You said: one');
    relay.config.routing.ask = false;
    relay.bot.next('hang');
    await visitor.ask('handoff:ask', { id: 'ask' });
    await eventually(() => heard(relay).includes('handoff.accepted'), 'the bot is being told');
    await relay.restart();
    await eventually(() => heard(relay).filter((each) => each === 'handoff.accepted').length === 2, 'it is told again');
    const [first, again] = relay.bot.asked.filter((turn) => typeOf(turn) === 'handoff.accepted');
    expect(again?.id).toBe(first?.id);
    await quiet(relay);
  });
});

test.each([
  ['answers', 'agent_answered', (people: MemoryPeople) => void people.say(mara, 'Hello, Mara here.')],
  ['opens it', 'agent_opened', (people: MemoryPeople) => people.setStatus('open')],
])('a person who %s unasked is told to the bot, with the reason', async (_, reason, acts) => {
  await using relay = await startHearing();
  const visitor = await relay.visit();
  await visitor.say('one');
  await visitor.hears('You said: one');
  await quiet(relay);
  acts(relay.desk.people);
  await eventually(() => heard(relay).includes('handoff.accepted'), 'the bot is told');
  expect(last(relay, 'handoff.accepted')?.event).toMatchObject({ handoff: { by: 'agent', reason, endReason: null } });
  await quiet(relay);
});

test('a bot that wants nothing is asked with words alone, and gets nothing of what people said', async () => {
  await using relay = await startWithPeople();
  const visitor = await joined(relay);
  relay.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  await visitor.say('again');
  await visitor.hears('You said: again');
  expect(heard(relay)).toEqual(['test skill', 'again']);
  expect(last(relay, 'again')).toMatchObject({
    ...{ history: [], visitor: null, missed: [], mistakes: [], handoverSuccess: true },
    session: { seq: 1, previous: { endReason: 'agent_resolved' } },
  });
  expect(JSON.stringify(last(relay, 'again'))).not.toContain('Mara');
});

test('the messages before come with each turn where the bot wants them, and who the visitor is', async () => {
  await using relay = await startHearing({ events: new Set(), history: 3, visitor: true });
  const visitor = await relay.visit();
  for (const text of ['one', 'two']) {
    await visitor.say(text);
    await visitor.hears(`You said: ${text}`);
  }
  expect(last(relay, 'two')?.history).toMatchObject([
    { by: 'bot' },
    { by: 'visitor', text: 'one' },
    { by: 'bot', text: 'You said: one' },
  ]);
  const [first, second] = relay.bot.asked.map((turn) => turn.visitor);
  expect(first).toMatchObject({ id: expect.any(String), name: expect.stringMatching(/^Visitor [0-9a-f]{4}$/) });
  expect(second).toEqual(first);
});

test('a bot that is done ends its session, and with `resolve` the thread; the next word begins both anew', async () => {
  await using relay = await startHearing({ events: new Set(['session.start']) });
  const visitor = await relay.visit();
  relay.bot.next({}, { messages: [{ text: 'Bye' }], context: { old: 1 }, close: { resolve: true } });
  await visitor.say('one');
  await visitor.hears('Bye');
  await quiet(relay);
  const [thread] = relay.desk.people.threads;
  expect(thread?.status).toBe('resolved');
  expect(atDesk(thread!).at(-1)).toBe('(bot: The assistant is done here.)');
  await visitor.say('two');
  await visitor.hears('You said: two');
  await quiet(relay);
  expect(heard(relay)).toEqual(['session.start', 'one', 'session.start', 'two']);
  expect(last(relay, 'two')).toMatchObject({ context: {}, session: { seq: 1, previous: { endReason: 'bot_closed' } } });
  expect(relay.desk.people.threads).toHaveLength(2);
  expect(visitor.phase()).toBe('bot');
});

test('a team that nobody configured is told to the bot with its next turn, and to the operator', async () => {
  const told: object[] = [];
  const warn = (fields: object) => void ('code' in fields && told.push(fields));
  const log: Log = { ...silent, warn };
  await using relay = await startWithPeople({ log });
  const visitor = await relay.visit();
  const handoff = { reason: 'bot_asked', team: 'billing' };
  relay.bot.next({ handoff, mistakes: [{ code: 'unknown_action', name: 'Ada Lovelace, ada@mail.example' }] });
  await visitor.say('one');
  await visitor.hears('[asked]');
  await visitor.ask('handoff:cancel', {});
  await visitor.say('two');
  await visitor.hears('You said: two');
  await visitor.say('three');
  await visitor.hears('You said: three');
  expect(last(relay, 'two')?.mistakes).toMatchObject([
    { code: 'unknown_action' },
    { code: 'unknown_team', name: 'billing' },
  ]);
  expect(last(relay, 'three')?.mistakes).toEqual([]);
  expect(told).toEqual([
    expect.objectContaining({ bot: 'helper', code: 'unknown_action' }),
    expect.objectContaining({ bot: 'helper', code: 'unknown_team', name: 'billing' }),
  ]);
  expect(JSON.stringify(told)).not.toContain('Lovelace');
});

test('what is deleted at the desk is in no briefing and in no history', async () => {
  await using relay = await startHearing({ history: 20 });
  const visitor = await joined(relay);
  const id = relay.desk.people.say(mara, 'The code is 1234.');
  await visitor.hears('The code is 1234.');
  relay.desk.people.remove(id);
  await visitor.hears('[deleted]');
  relay.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  await visitor.say('again');
  await visitor.hears('You said: again');
  expect(last(relay, 'again')?.session.previous?.briefing).toContain('Mara here');
  expect(JSON.stringify(last(relay, 'again'))).not.toContain('1234.');
});
