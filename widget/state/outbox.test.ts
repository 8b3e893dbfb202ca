import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createFakeRelay } from '../testing/fake-relay.ts';
import { createBrowser } from '../testing/fake-storage.ts';
import { type Tab, visit } from '../testing/visit.ts';
import type { Entry, Kept } from './saved.ts';

const texts = (entries: readonly Entry[] | undefined) => entries?.map(({ text }) => text);
const stored = (tab: Tab) => texts(tab.saved.read()?.outbox);
const entry = (id: string): Entry => ({ id, kind: 'message', text: id, at: 0 });

/** Two tabs of one conversation that has begun, on one clock. */
async function visitTwice(browser = createBrowser()) {
  const clock = createFakeClock();
  const relay = createFakeRelay(clock.now);
  relay.begin('known');
  browser.openTab().change((kept) => ({ ...kept, token: 'known' }));
  const one = await visit(relay, browser, clock);
  const other = await visit(relay, browser, clock);
  return { relay, browser, clock, one, other };
}

test('what is sent is stored before it leaves, and gone once it is accepted', async () => {
  const tab = await visit(createFakeRelay());
  tab.chat.send('a');
  expect(stored(tab)).toEqual(['a']);
  await tab.clock.pass(10);
  expect(stored(tab)).toEqual([]);
  expect(tab.chat.outbox.entries.value).toEqual([]);
});

test('messages go one after the other, in their order', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.fail('message:send', 'unheard');
  for (const text of ['a', 'b', 'c']) tab.chat.send(text);
  await tab.clock.pass(60_000);
  expect(tab.sent()).toEqual(['a', 'a', 'b', 'c']);
});

test('a lost answer sends the same id again, more and more slowly', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  for (let times = 0; times < 6; times++) relay.fail('message:send', 'unheard');
  tab.chat.send('a');
  await tab.clock.pass(1_000);
  expect(tab.sent().length).toBeLessThanOrEqual(4);
  await tab.clock.pass(60_000);
  expect(new Set(tab.asked('message:send').map(({ body }) => (body as { id: string }).id)).size).toBe(1);
  expect(tab.sent()).toHaveLength(7);
});

test('a reload goes on where the page before stopped', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  const before = await visit(relay, browser);
  before.link.drop();
  before.chat.send('a');
  before.chat.send('b');
  before.close();
  const after = await visit(relay, browser);
  await after.clock.pass(10);
  expect(after.sent()).toEqual(['a', 'b']);
});

test('what cannot be taken stays, says why, and holds up nothing', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.fail('message:send', 'invalid');
  tab.chat.send('a');
  tab.chat.send('b');
  await tab.clock.pass(10);
  expect(tab.saved.read()?.outbox).toMatchObject([{ text: 'a', failed: 'invalid' }]);
  tab.chat.outbox.retry(tab.chat.unsent.value[0]?.id ?? '');
  await tab.clock.pass(10);
  expect(tab.chat.outbox.entries.value).toEqual([]);
  expect(tab.sent()).toEqual(['a', 'b', 'a']);
});

test('too fast waits as long as it was told to, whatever is written meanwhile', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.fail('message:send', 'tooFast', 10_000);
  tab.chat.send('a');
  await tab.clock.pass(1_000);
  tab.chat.send('b');
  tab.chat.outbox.wake();
  await tab.clock.pass(8_000);
  expect(tab.sent()).toEqual(['a']);
  expect(tab.chat.outbox.pause.value?.refusal).toBe('tooFast');
  await tab.clock.pass(2_000);
  expect(tab.sent()).toEqual(['a', 'a', 'b']);
  expect(tab.chat.outbox.pause.value).toBeNull();
});

test('nothing leaves while there is no connection', async () => {
  const tab = await visit(createFakeRelay());
  tab.link.drop();
  tab.chat.send('a');
  await tab.clock.pass(60_000);
  expect(tab.sent()).toEqual([]);
  tab.link.comeBack();
  await tab.clock.pass(10);
  expect(tab.sent()).toEqual(['a']);
});

test('another tab shows what this one sends, and leaves the sending to it', async () => {
  const { relay, clock, one, other } = await visitTwice();
  relay.fail('message:send', 'unavailable', 3_000);
  one.chat.send('a');
  await clock.pass(10);
  expect(texts(other.chat.outbox.entries.value)).toEqual(['a']);
  await clock.pass(3_000);
  expect(other.chat.outbox.entries.value).toEqual([]);
  expect(other.sent()).toEqual([]);
});

test('a tab that died leaves its messages to the others', async () => {
  const { relay, clock, one, other } = await visitTwice();
  relay.fail('message:send', 'unheard');
  one.chat.send('a');
  await clock.pass(10);
  one.close();
  await clock.pass(11_000);
  expect(other.sent()).toEqual(['a']);
});

test('a tab whose entry was overwritten by another puts it back', async () => {
  const { browser, clock, one } = await visitTwice();
  one.link.drop();
  one.chat.send('a');
  browser.openTab().change((kept) => ({ ...kept, outbox: [{ ...entry('b'), failed: 'invalid' }] })); // it had not seen a yet
  await clock.pass(10);
  expect(stored(one)).toEqual(['b', 'a']);
  expect(texts(one.chat.outbox.entries.value)).toEqual(['b', 'a']);
});

test('a tab without a connection and one that sends for it do not throw a message to and fro', async () => {
  const { clock, one: cutOff, other } = await visitTwice();
  cutOff.link.drop();
  cutOff.chat.send('a');
  await clock.pass(60_000);
  expect(other.sent()).toEqual(['a']);
  expect(texts(cutOff.chat.outbox.entries.value)).toEqual(['a']);
  cutOff.link.comeBack();
  await clock.pass(10);
  expect(cutOff.chat.outbox.entries.value).toEqual([]);
});

test('what another tab wrote back after it was delivered is taken out again', async () => {
  const { browser, clock, one } = await visitTwice();
  one.chat.send('a');
  const late = browser.openTab();
  const before = late.read() as Kept;
  await clock.pass(10);
  late.update(() => before);
  await clock.pass(10);
  expect(texts(late.read()?.outbox)).toEqual([]);
  expect(one.sent()).toEqual(['a']);
});

test('a throw on the way to the relay stops nothing for good', async () => {
  const tab = await visit(createFakeRelay());
  const { ask } = tab.link;
  const thrown = new Promise((resolve) => process.once('unhandledRejection', resolve));
  tab.link.ask = () => Promise.reject(new Error('never to be expected'));
  tab.chat.send('a');
  expect(await thrown).toBeInstanceOf(Error);
  tab.link.ask = ask;
  tab.chat.send('b');
  await tab.clock.pass(10);
  expect(tab.sent()).toEqual(['a', 'b']);
});
