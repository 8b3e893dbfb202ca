import { describe, expect, test } from 'vitest';
import type { Config } from './config.ts';
import { openMemory } from './desks/memory/memory-desk.ts';
import { listen } from './testing/listen.ts';
import { jon, mara, quiet, startWithPeople, teams, wim } from './testing/people.ts';
import { fastClock } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

/* Who gets a visitor: rules, chains of teams, and who is there at that moment. */

const skill = { name: 'me.test.supportDemo.TestSkill', slots: {} };

/** Sales takes the skill, and support where nobody of sales is online. */
const chained = (config: Config) => {
  config.routing.rules = [
    { team: 'sales', label: 'Orders', skills: [skill.name], skipIf: ['nobody_online'], then: [{ team: 'support' }] },
  ];
};

describe('a chain of teams', () => {
  test('passes over a team with nobody online; the note says so in one line, the log with all that was tried', async () => {
    const log = listen();
    await using relay = await startWithPeople({
      log,
      settings(config) {
        chained(config);
        config.routing.rules.unshift({ team: 'support', label: 'Elsewhere', skills: [skill.name], bots: ['other'] });
      },
    });
    relay.desk.people.online(wim, true);
    const visitor = await relay.visit();
    relay.bot.next({ skills: [skill] });
    await visitor.say('test skill');
    await visitor.hears('You said: test skill');
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.say('hello?');
    await visitor.hears('[assigned]');
    await quiet(relay);
    const thread = relay.desk.people.thread();
    expect(thread).toMatchObject({ team: 'support', assignee: wim, status: 'open' });
    const [note] = thread.messages.filter((one) => one.private);
    expect(note?.text.split('\n')[0]).toContain(
      `Rule 2 (Orders): the skill ${skill.name} is unfinished. Nobody of sales is online: Orders.`,
    );
    expect(thread.messages.filter((one) => !one.private).map(({ text }) => text)).toContain('hello?');
    expect(log.lines.filter(({ sentence }) => sentence === 'a visitor goes to people')).toMatchObject([
      {
        level: 'info',
        fields: {
          site: 'demo',
          by: 'visitor',
          team: 'support',
          trail: [
            'Rule 1 (Elsewhere): it is for another bot.',
            `Rule 2 (Orders): the skill ${skill.name} is unfinished.`,
            'Nobody of sales is online: Orders.',
          ],
        },
      },
    ]);
  });

  test('stays with the first team where somebody is there', async () => {
    await using relay = await startWithPeople({ settings: chained });
    relay.desk.people.online(jon, true);
    relay.bot.next({ messages: [], skills: [skill], handoff: { reason: 'bot_asked' } });
    const visitor = await relay.visit();
    await visitor.say('test skill');
    await visitor.hears('[assigned]');
    expect(relay.desk.people.thread()).toMatchObject({ team: 'sales', assignee: jon });
  });

  test('an answer that is lost, and a restart, are no second handoff', async () => {
    await using relay = await startWithPeople({ settings: chained });
    relay.bot.next({ skills: [skill] });
    const visitor = await relay.visit();
    await visitor.say('test skill');
    await visitor.hears('You said: test skill');
    await quiet(relay);
    relay.desk.people.next('lostAnswer', 'look');
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.hears('[connecting]');
    await relay.restart();
    await expect.poll(() => relay.desk.people.thread().status, { timeout: 30_000 }).toBe('open');
    await quiet(relay);
    expect(relay.desk.people.threads).toHaveLength(1);
    const opened = relay.desk.people.performed.filter(({ step }) => step === 'open');
    expect(opened).toHaveLength(1);
  });

  test('left in the middle of the look, and asked for again, it is one handoff', async () => {
    await using relay = await startWithPeople({ settings: chained });
    relay.bot.next({ skills: [skill] });
    const visitor = await relay.visit();
    await visitor.say('test skill');
    await visitor.hears('You said: test skill');
    await quiet(relay);
    relay.desk.people.next('hang', 'look');
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:cancel', {});
    await visitor.ask('handoff:ask', { id: 'b' });
    relay.desk.people.release();
    await visitor.hears('[queued]');
    await quiet(relay);
    expect(relay.desk.people.performed.filter(({ step }) => step === 'open')).toHaveLength(1);
    expect(relay.desk.people.thread()).toMatchObject({ status: 'open', team: 'support' });
  });

  test('a team that nobody could ever answer from is told to the operator, and passed over', async () => {
    const log = listen();
    await using relay = await startWithPeople({
      log,
      settings(config) {
        config.routing.rules = [{ team: 'repairs', label: 'Repairs', skills: [skill.name] }];
      },
    });
    relay.bot.next({ messages: [], skills: [skill], handoff: { reason: 'bot_asked' } });
    const visitor = await relay.visit();
    await visitor.say('test skill');
    await visitor.hears('[queued]');
    expect(relay.desk.people.thread().team).toBe('support');
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', sentence: 'a team was passed over: there is no team repairs' }),
    );
  });
});

describe('the person who helped last', () => {
  test.each([
    ['comes first, where they are online', true, 7 * 86_400_000, mara],
    ['does not, where they are not', false, 7 * 86_400_000, jon],
    ['does not, where nobody wants it so', true, undefined, jon],
  ] as const)('%s', async (_, isOnline, lastPerson, expected) => {
    const clock = fastClock(20);
    const desk = openMemory({ now: clock.now, teams: { ...teams, support: [jon, mara] } });
    await using relay = await startWithPeople({
      desk,
      settings(config) {
        config.routing.ask = false;
        if (lastPerson !== undefined) config.routing.lastPerson = lastPerson;
      },
    });
    const { people } = relay.desk;
    const visitor = await relay.visit();
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.hears('[queued]');
    people.say(mara, 'Hello, Mara here.');
    await visitor.hears('Hello, Mara here.');
    people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await quiet(relay);
    people.online(jon, true);
    people.online(mara, isOnline);
    await visitor.say('Once more');
    await visitor.ask('handoff:ask', { id: 'b' });
    await eventually(() => people.threads.length === 2 && people.thread().assignee !== null, 'somebody has it');
    await quiet(relay);
    expect(people.thread()).toMatchObject({ assignee: expected, team: 'support', status: 'open' });
  });
});

describe('conditions', () => {
  test('the visitor’s language and page decide, and what the bot says of them', async () => {
    await using relay = await startWithPeople({
      settings(config) {
        config.routing.ask = false;
        config.routing.rules = [
          {
            team: 'sales',
            label: 'German checkout',
            skills: [],
            when: { language: ['de'], page: ['/checkout*'], attributes: { plan: ['pro'] } },
          },
        ];
      },
    });
    const asked = async (attributes: Record<string, string>) => {
      relay.bot.next({ messages: [], handoff: { reason: 'bot_asked', attributes } });
      const visitor = await relay.visit({ language: 'de-AT', url: 'https://shop.example/checkout/2' });
      await visitor.say('Hilfe');
      await visitor.hears('[queued]');
      return relay.desk.people.thread();
    };
    expect(await asked({ plan: 'pro' })).toMatchObject({ team: 'sales', attributes: { plan: 'pro' } });
    expect(await asked({ plan: 'free' })).toMatchObject({ team: 'support' });
  });
});
