import { expect, test } from 'vitest';
import { RelayError } from '../../../errors.ts';
import { followRenamedBots, type Renaming } from './renamed.ts';
import { listen } from '../../../testing/listen.ts';
import { startDesk, type DeskUnderTest } from '../testing/start-desk.ts';

type Bots = Renaming['bots'];

/** What happens before desks are opened, with this configuration. */
async function follow(under: DeskUnderTest, bots: Bots, configured = bots.map(({ name }) => name)) {
  const log = listen();
  await followRenamedBots({ url: under.sandbox.url, account: 1, configured, bots, settings: under.settings, log });
  return log.lines;
}

const inboxes = async (under: DeskUnderTest) =>
  ((await under.as('asha', 'GET', 'inboxes')).payload as { id: number; name: string }[]).map(({ id, name }) => [
    id,
    name,
  ]);

test('a bot with another name keeps its inbox, its conversations, and its bot at the desk', async () => {
  await using under = await startDesk();
  const { home } = under.desk;
  const thread = await under.begin();
  await under.say(thread, 'before');
  const lines = await follow(under, [{ name: 'assistant' }]);
  expect(lines).toMatchObject([{ level: 'info', fields: { from: 'Helper', to: 'assistant', inbox: 1 } }]);
  const desk = await under.reopen({ botName: 'assistant' });
  expect(desk.home).toBe(home);
  expect(await under.say(thread, 'after', 'bot')).toMatchObject({ result: 'done' });
  expect(await desk.read(thread, new Set())).toMatchObject({ result: 'read' });
  expect(await inboxes(under)).toEqual([[1, 'Helper']]);
  expect(await under.as('asha', 'GET', 'agent_bots')).toMatchObject([{ id: 1, name: 'assistant' }]);
  expect(await follow(under, [{ name: 'assistant' }])).toEqual([]);
});

test('the name of before is free again: a new bot of that name gets an inbox of its own', async () => {
  await using under = await startDesk();
  const { home } = under.desk;
  await follow(under, [{ name: 'assistant' }]);
  await under.reopen({ botName: 'assistant' });
  expect(await follow(under, [{ name: 'assistant' }, { name: 'Helper' }])).toEqual([]);
  const other = await under.reopen({ botName: 'Helper' });
  expect(other.home).not.toBe(home);
  expect(other.provisioned()).toMatchObject({ inbox: 2, bot: { id: 2 } });
});

test('where two bots may be the one of before, the start is refused with the lines to write; they decide', async () => {
  await using under = await startDesk();
  const { home } = under.desk;
  const two = [{ name: 'assistant' }, { name: 'seller' }];
  const refused = await follow(under, two).catch((error: unknown) => error);
  if (!(refused instanceof RelayError)) throw new Error('it was not refused', { cause: refused });
  expect(refused.message).toContain('“assistant”, “seller” new');
  expect(refused.remedy).toMatch(/formerly: Helper\n.*\n {2}formerly: none/);
  await follow(under, [{ name: 'assistant', formerly: 'none' }, { name: 'seller' }]);
  expect((await under.reopen({ botName: 'seller' })).home).toBe(home);
  await follow(under, [{ name: 'assistant', formerly: 'seller' }, { name: 'buyer' }]);
  expect((await under.reopen({ botName: 'assistant' })).home).toBe(home);
});

test('a new bot beside the old one, and a bot that was taken out before, are no renaming', async () => {
  await using under = await startDesk();
  const { home } = under.desk;
  expect(await follow(under, [{ name: 'Helper' }, { name: 'seller' }])).toEqual([]);
  await under.reopen({ botName: 'seller' });
  expect(await follow(under, [{ name: 'seller' }])).toEqual([]); // Helper is taken out
  expect(await follow(under, [{ name: 'seller' }, { name: 'buyer' }])).toEqual([]);
  expect((await under.reopen({ botName: 'buyer' })).home).not.toBe(home);
  expect(await follow(under, [{ name: 'seller' }, { name: 'buyer' }, { name: 'Helper' }])).toEqual([]);
  expect((await under.reopen({ botName: 'Helper' })).home).toBe(home);
});

test('a bot without a site is still there: it is not the one that was renamed', async () => {
  await using under = await startDesk();
  expect(await follow(under, [{ name: 'assistant' }], ['Helper', 'assistant'])).toEqual([]);
});
