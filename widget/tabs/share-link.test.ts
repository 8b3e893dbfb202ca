import { expect, test } from 'vitest';
import type { Author } from '../../shared/message.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createFakeRelay } from '../testing/fake-relay.ts';
import { createBrowser } from '../testing/fake-storage.ts';
import { createFakeTabs } from '../testing/fake-tabs.ts';
import { visit } from '../testing/visit.ts';
import { shareLink } from './share-link.ts';

const mara: Author = { kind: 'agent', name: 'Mara Ostby' };

/** A browser whose tabs share a socket, on one clock. `known`: a conversation is stored in it. */
function start({ known = true } = {}) {
  const clock = createFakeClock();
  const relay = createFakeRelay(clock.now);
  const browser = createBrowser();
  const tabs = createFakeTabs();
  if (known) {
    relay.begin('known');
    const saved = browser.openTab();
    saved.change((kept) => ({ ...kept, token: 'known' }));
    saved.read();
  }
  async function open() {
    const tab = tabs.openTab();
    const visited = await visit(relay, browser, clock, (link, saved) =>
      shareLink({ ...tab, link, clock, name: 'tabs', token: () => saved.read()?.token ?? null }),
    );
    await clock.pass(10);
    return {
      ...visited,
      ...tab,
      kill() {
        visited.link.hangUp();
        visited.link.swallow();
        visited.freeze();
        tab.kill();
      },
    };
  }
  return { clock, relay, open };
}
type Tab = Awaited<ReturnType<ReturnType<typeof start>['open']>>;
const sockets = (...tabs: Tab[]) => tabs.filter(({ link }) => link.isOpen()).length;

test('tabs of one visitor have one socket between them, and hear and send the same', async () => {
  const { clock, relay, open } = start();
  const [one, two, three] = [await open(), await open(), await open()];
  expect(sockets(one, two, three)).toBe(1);
  for (const { chat } of [one, two, three]) expect(chat.isReady.value).toBe(true);
  two.chat.send('From two');
  relay.say(mara, 'Hello to all');
  relay.tell('typing', { author: mara, on: true });
  await clock.pass(10);
  three.chat.askForPerson();
  await clock.pass(10);
  for (const { chat, texts } of [one, two, three]) {
    expect(texts()).toEqual(expect.arrayContaining([relay.site.greeting, 'From two', 'Hello to all']));
    expect(chat.typing.value).toEqual(mara);
    expect(chat.handoff.value.phase).toBe('transferring');
    expect(chat.unsent.value).toEqual([]);
  }
});

test('a visitor who has said nothing is another one in each tab; the first word makes them one', async () => {
  const { clock, relay, open } = start({ known: false });
  const one = await open();
  const two = await open();
  expect(sockets(one, two)).toBe(2);
  one.chat.send('Hello');
  await clock.pass(2_000);
  expect(sockets(one, two)).toBe(1);
  const three = await open();
  expect(sockets(one, two, three)).toBe(1);
  for (const { texts } of [one, two, three]) expect(texts()).toEqual([relay.site.greeting, 'Hello']);
});

test('a tab that comes later knows who has the conversation, and all of a long log', async () => {
  const { clock, relay, open } = start();
  const one = await open();
  relay.hand({ phase: 'human', epoch: 2, team: null, agent: { name: 'Mara Ostby' } }, 'joined');
  for (let index = 0; index < 450; index++) relay.say(mara, `text ${index}`);
  relay.tell('desk', { reached: false });
  await clock.pass(10);
  const two = await open();
  expect(sockets(one, two)).toBe(1);
  expect(two.texts()).toHaveLength(451);
  expect(two.chat.handoff.value).toMatchObject({ phase: 'human', agent: { name: 'Mara Ostby' } });
  expect(two.chat.isDeskAway.value).toBe(true);
  expect(two.chat.now()).toBe(clock.now());
});

test('when the tab that leads is killed another one takes over within two seconds, and nothing is lost or doubled', async () => {
  const { clock, relay, open } = start();
  const [one, two, three] = [await open(), await open(), await open()];
  expect(one.link.isOpen()).toBe(true);
  two.chat.send('On its way');
  one.kill();
  relay.say(mara, 'Said to nobody');
  await clock.pass(2_000);
  expect(sockets(two, three)).toBe(1);
  for (const { chat, texts } of [two, three]) {
    expect(chat.isReady.value).toBe(true);
    expect(texts().toSorted()).toEqual([relay.site.greeting, 'On its way', 'Said to nobody'].toSorted());
    expect(chat.unsent.value).toEqual([]);
  }
});

test('a tab that leads and goes gives the lead on', async () => {
  const { clock, open } = start();
  const [one, two] = [await open(), await open()];
  one.close();
  await clock.pass(2_000);
  expect(one.link.isOpen()).toBe(false);
  expect(two.link.isOpen()).toBe(true);
  expect(two.chat.isReady.value).toBe(true);
});

test('a tab that leads and sleeps loses the lead, and stands in line when it wakes', async () => {
  const { clock, relay, open } = start();
  const [one, two] = [await open(), await open()];
  one.sleep();
  one.freeze();
  await clock.pass(10_000);
  expect(two.link.isOpen()).toBe(true);
  relay.say(mara, 'Awake?');
  await clock.pass(10);
  expect(two.texts()).toContain('Awake?');
  one.freeze(false);
  one.wake();
  await clock.pass(2_000);
  expect(sockets(one, two)).toBe(1);
  expect(two.link.isOpen()).toBe(true);
  for (const { chat, texts } of [one, two]) {
    expect(chat.isReady.value).toBe(true);
    expect(texts().filter((text) => text === 'Awake?')).toHaveLength(1);
  }
});

test('the connection of the tab that leads is that of all: lost, and back', async () => {
  const { clock, relay, open } = start();
  const [one, two] = [await open(), await open()];
  one.link.drop();
  await clock.pass(10);
  expect(two.chat.isReady.value).toBe(false);
  two.chat.send('Kept');
  relay.say(mara, 'Meanwhile');
  one.link.comeBack();
  await clock.pass(2_000);
  expect(sockets(one, two)).toBe(1);
  for (const { texts } of [one, two]) expect(texts().slice(1).toSorted()).toEqual(['Kept', 'Meanwhile']);
});

test('a token that rotates is followed by all tabs', async () => {
  const { clock, relay, open } = start();
  const [one, two] = [await open(), await open()];
  relay.begin('next');
  relay.tell('token', { token: 'next' });
  await clock.pass(10);
  expect(two.saved.read()?.token).toBe('next');
  const three = await open();
  expect(sockets(one, two, three)).toBe(1);
  expect(three.chat.isReady.value).toBe(true);
});

test('where the browser refuses locks each tab has a socket of its own', async () => {
  const clock = createFakeClock();
  const relay = createFakeRelay(clock.now);
  const browser = createBrowser();
  relay.begin('known');
  const before = browser.openTab();
  before.change((kept) => ({ ...kept, token: 'known' }));
  before.read();
  const locks = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) } as unknown as LockManager;
  const tab = await visit(relay, browser, clock, (link, saved) =>
    shareLink({
      link,
      clock,
      name: 'tabs',
      token: () => saved.read()?.token ?? null,
      locks,
      openChannel: createFakeTabs().openTab().openChannel,
    }),
  );
  await clock.pass(10);
  expect(tab.chat.isReady.value).toBe(true);
  expect(tab.link.isOpen()).toBe(true);
});
