import { expect, test } from 'vitest';
import type { Config } from './config.ts';
import { listen } from './testing/listen.ts';
import { quiet, startWithPeople } from './testing/people.ts';

/* Handoffs that have a name, and sites without anybody behind them. */

const named = (config: Config) => {
  config.routing.ask = false;
  config.routing.handoffs = {
    returns: {
      state: 'active',
      team: 'sales',
      label: 'Returns',
      words: { en: 'Somebody looks at your *return*.', de: 'Jemand sieht sich die Rückgabe an.' },
      carries: ['page', 'skills'],
    },
    later: { state: 'draft', team: 'sales', label: 'Later' },
  };
};

test('a handoff that the bot names: its words, its team, and no more than it carries', async () => {
  await using relay = await startWithPeople({ settings: named });
  relay.bot.next({
    messages: [],
    skills: [{ name: 'a.b.C', slots: { order: 'LF-1' } }],
    handoff: { reason: 'bot_asked', name: 'returns', summary: 'A long story', attributes: { plan: 'pro' } },
  });
  const visitor = await relay.visit({ language: 'de', url: 'https://shop.example/x' });
  await visitor.say('Zurück damit');
  await visitor.hears('[queued]');
  await quiet(relay);
  const said = visitor.transcript();
  expect(said.indexOf('bot: Jemand sieht sich die Rückgabe an.')).toBeGreaterThan(-1);
  expect(said.indexOf('bot: Jemand sieht sich die Rückgabe an.')).toBeLessThan(said.indexOf('[connecting]'));
  const thread = relay.desk.people.thread();
  expect(thread.team).toBe('sales');
  expect(thread.attributes).toEqual({
    reason: 'bot_asked',
    initiator: 'bot',
    skills: 'a.b.C',
    page: 'https://shop.example/x',
  });
  const note = thread.messages.find((one) => one.private)?.text ?? '';
  expect(note).toContain('The handoff “returns” was asked for. Unfinished: `a.b.C`.');
  for (const left of ['A long story', 'LF-1', 'Zurück damit']) expect(note).not.toContain(left);
});

test('one that is not active: the rules decide, and the bot is told with its next turn, once', async () => {
  const log = listen();
  await using relay = await startWithPeople({ settings: named, log });
  relay.bot.next({ messages: [], handoff: { reason: 'bot_asked', name: 'later' } });
  const visitor = await relay.visit();
  await visitor.say('one');
  await visitor.hears('[queued]');
  await quiet(relay);
  expect(relay.desk.people.thread().team).toBe('support');
  const told = log.lines.filter(
    ({ sentence }) => sentence === 'part of what the bot answered came to nothing; it is told with the next turn',
  );
  expect(told).toMatchObject([{ level: 'warn', fields: { bot: 'helper', code: 'inactive_handoff', name: 'later' } }]);
  await visitor.ask('handoff:cancel', {});
  await visitor.say('two');
  await visitor.hears('You said: two');
  await visitor.say('three');
  await visitor.hears('You said: three');
  expect(relay.bot.asked.map(({ mistakes }) => mistakes)).toEqual([
    [],
    [{ code: 'inactive_handoff', name: 'later' }],
    [],
  ]);
});

test('a handoff for all who ask at a site stands in for the rules, with its words', async () => {
  await using relay = await startWithPeople({
    settings(config) {
      named(config);
      config.sites['demo']!.handoff = 'returns';
    },
  });
  const visitor = await relay.visit();
  await visitor.ask('handoff:ask', { id: 'a' });
  await visitor.hears('[queued]');
  expect(visitor.transcript()).toContain('bot: Somebody looks at your *return*.');
  expect(relay.desk.people.thread().team).toBe('sales');
});

test('a site with nobody behind it says so, to the page, to who asks, and to the bot', async () => {
  const log = listen();
  await using relay = await startWithPeople({
    log,
    settings(config) {
      named(config);
      config.bots['helper']!.handoff = 'returns';
      config.sites['demo']!.handoff = 'off';
    },
  });
  const visitor = await relay.visit();
  expect(visitor.welcome.site).toMatchObject({ handoff: 'off' });
  relay.bot.next({ messages: [], handoff: { reason: 'bot_asked', name: 'returns' } });
  await visitor.say('one');
  await visitor.hears('There is nobody here who could take over. The assistant goes on helping.');
  relay.bot.next('refuse');
  await visitor.say('two');
  await visitor.hears('The assistant has no answer to this. Please ask differently.');
  expect(await visitor.ask('handoff:ask', { id: 'a' })).toMatchObject({ ok: true, value: { phase: 'bot' } });
  await quiet(relay);
  expect(visitor.transcript().join()).not.toContain('[');
  expect(relay.desk.people.thread().status).toBe('pending');
  expect(relay.bot.asked[1]).toMatchObject({ alone: true, mistakes: [{ code: 'handoff_off' }] });
  expect(log.lines).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      sentence: 'part of what the bot answered came to nothing; it is told with the next turn',
    }),
  );
});
