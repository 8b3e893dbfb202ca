import { expect, test } from 'vitest';
import { openMemory } from './desks/memory/memory-desk.ts';
import { listen } from './testing/listen.ts';
import { startRelay } from './testing/start-relay.ts';

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
