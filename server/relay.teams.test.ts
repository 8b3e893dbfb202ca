import { describe, expect, test } from 'vitest';
import { openMemory } from './desks/memory/memory-desk.ts';
import { listen } from './testing/listen.ts';
import { count, joinedSilently, jon, mara, quiet, startWithPeople, teams, wim } from './testing/people.ts';
import { fastClock, startRelay } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

/* Which team has a visitor, and what the visitor is told of it. */

test.each([
  ['a number', 2, 'sales'],
  ['a name', 'sales', 2],
  ['the address of its page', 'https://desk.example/app/accounts/1/team/2', 'Sales'],
] as const)('a team that the rule calls by %s is found, however the bot calls it', async (_how, team, named) => {
  await using relay = await startRelay({
    desk: openMemory({ teams: { support: [], sales: [] } }),
    settings(config) {
      config.routing.rules = [{ team, label: 'Orders', skills: ['a.b.C'] }];
    },
  });
  relay.bot.next({ messages: [{ text: 'Somebody will help.' }], handoff: { reason: 'bot_asked', team: named } });
  const visitor = await relay.visit();
  await visitor.say('I want to buy it');
  await expect.poll(() => relay.desk.people.thread().team).toBe('sales');
  const [note] = relay.desk.people.thread().messages.filter((one) => one.private);
  expect(note?.text).toContain('The bot named the team “Orders”');
});

test('a handoff to a team that is not at the desk goes to everybody, and the log says so', async () => {
  const log = listen();
  await using relay = await startRelay({
    desk: openMemory({ teams: { support: [] } }),
    log,
    settings(config) {
      config.routing.ask = false;
      config.routing.default = { team: 'repairs', label: 'Repairs' };
    },
  });
  const visitor = await relay.visit();
  await visitor.say('My lamp is broken');
  await visitor.ask('handoff:ask', { id: 'a' });
  await expect.poll(() => relay.desk.people.thread().status).toBe('open');
  await expect
    .poll(() => log.lines)
    .toContainEqual(
      expect.objectContaining({
        level: 'warn',
        fields: expect.objectContaining({ step: 'team', why: 'the desk has no team repairs' }) as unknown,
      }),
    );
});

describe('another team', () => {
  test('is told while waiting and with a person, in one sentence each, by its label', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:choose', { topic: 'orders-and-returns' });
    await visitor.hears('[queued]');
    await quiet(relay);
    relay.desk.people.setTeam('support');
    await visitor.hears('[rerouted]');
    const last = () => [...visitor.events.values()].findLast((event) => event.kind === 'handoff');
    expect(last()).toMatchObject({ because: 'rerouted', handoff: { phase: 'waiting', team: 'Support', agent: null } });
    relay.desk.people.say(wim, 'Hello');
    await visitor.hears('Hello');
    relay.desk.people.setTeam('sales');
    await eventually(() => count(visitor.transcript(), '[rerouted]') === 2, 'the second change');
    expect(last()).toMatchObject({
      handoff: { phase: 'human', team: 'Orders and returns', agent: { name: wim.name } },
    });
    relay.desk.people.hint();
    await visitor.say('ok');
    await quiet(relay);
    expect(count(visitor.transcript(), '[rerouted]')).toBe(2);
  });

  test('that comes with another person is told with that person, in one sentence', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.setTeam('support');
    relay.desk.people.assign(wim);
    relay.desk.people.quiet(false);
    relay.desk.people.hint();
    await visitor.hears('[passedOn]');
    await quiet(relay);
    expect(visitor.transcript()).not.toContain('[rerouted]');
    const last = [...visitor.events.values()].findLast((event) => event.kind === 'handoff');
    expect(last).toMatchObject({ handoff: { team: 'Support', agent: { name: wim.name } } });
  });

  test('that a person has who takes it up is told with that person, in one sentence', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.setTeam('support');
    relay.desk.people.quiet(false);
    relay.desk.people.say(mara, 'I take this.');
    await visitor.hears('I take this.');
    await quiet(relay);
    relay.desk.people.assign(wim);
    await visitor.hears('[passedOn]');
    expect(visitor.transcript()).not.toContain('[rerouted]');
  });

  test('of no label is told without a name', async () => {
    const desk = openMemory({ ...fastClock(20), teams: { ...teams, billing: [jon] } });
    await using relay = await startWithPeople({ desk });
    const visitor = await joinedSilently(relay);
    relay.desk.people.setTeam('billing');
    await visitor.hears('[rerouted]');
    const last = [...visitor.events.values()].findLast((event) => event.kind === 'handoff');
    expect(last).toMatchObject({ because: 'rerouted', handoff: { team: null } });
  });
});
