import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { createFakeClock, settle } from '../testing/fake-clock.ts';
import { createBrowser } from '../testing/fake-storage.ts';
import { createOutbox, type Delivery } from './outbox.ts';
import type { Entry, Saved } from './saved.ts';

const entry = (id: string): Entry => ({ id, kind: 'message', text: id, at: 0 });

/** An outbox whose deliveries end as the test says; what is not said is accepted. */
function tryOut(saved: Saved, answers: Delivery[] = []) {
  const clock = createFakeClock();
  const tried: string[] = [];
  const isReady = signal(true);
  const outbox = createOutbox({
    saved,
    clock,
    isReady,
    held: (kept) => kept,
    deliver: async ({ id }) => {
      tried.push(id);
      await settle();
      return answers.shift() ?? { is: 'done' };
    },
  });
  saved.onChange(outbox.merge);
  return { ...outbox, clock, tried, isReady };
}
const ids = (entries: readonly Entry[] | undefined) => entries?.map(({ id }) => id);

test('what is sent is stored before it leaves, and gone once it is accepted', async () => {
  const saved = createBrowser().openTab();
  const outbox = tryOut(saved);
  outbox.add(entry('a'));
  expect(ids(saved.read()?.outbox)).toEqual(['a']);
  await outbox.clock.pass(10);
  expect(ids(saved.read()?.outbox)).toEqual([]);
  expect(outbox.entries.value).toEqual([]);
});

test('messages go one after the other, in their order', async () => {
  const outbox = tryOut(createBrowser().openTab(), [{ is: 'later' }]);
  for (const id of ['a', 'b', 'c']) outbox.add(entry(id));
  await outbox.clock.pass(60_000);
  expect(outbox.tried).toEqual(['a', 'a', 'b', 'c']);
});

test('a lost answer sends the same id again, more and more slowly', async () => {
  const outbox = tryOut(createBrowser().openTab(), Array(6).fill({ is: 'later' }));
  outbox.add(entry('a'));
  await outbox.clock.pass(1_000);
  const early = outbox.tried.length;
  await outbox.clock.pass(60_000);
  expect(early).toBeLessThanOrEqual(4);
  expect(outbox.tried).toEqual(Array(7).fill('a'));
});

test('a reload goes on where the page before stopped', async () => {
  const browser = createBrowser();
  const saved = browser.openTab();
  const before = tryOut(saved, Array(9).fill({ is: 'stop' }));
  before.add(entry('a'));
  before.add(entry('b'));
  await settle();
  saved.close();
  const after = tryOut(browser.openTab());
  after.wake();
  await after.clock.pass(10);
  expect(after.tried).toEqual(['a', 'b']);
});

test('what cannot be taken stays, says why, and holds up nothing', async () => {
  const saved = createBrowser().openTab();
  const outbox = tryOut(saved, [{ is: 'failed', refusal: 'invalid' }]);
  outbox.add(entry('a'));
  outbox.add(entry('b'));
  await outbox.clock.pass(10);
  expect(saved.read()?.outbox).toMatchObject([{ id: 'a', failed: 'invalid' }]);
  outbox.retry('a');
  await outbox.clock.pass(10);
  expect(outbox.entries.value).toEqual([]);
  expect(outbox.tried).toEqual(['a', 'b', 'a']);
});

test('too fast waits as long as it was told to, whatever is written meanwhile', async () => {
  const outbox = tryOut(createBrowser().openTab(), [{ is: 'later', refusal: 'tooFast', afterMs: 10_000 }]);
  outbox.add(entry('a'));
  await outbox.clock.pass(1_000);
  outbox.add(entry('b'));
  outbox.wake();
  await outbox.clock.pass(8_000);
  expect(outbox.tried).toEqual(['a']);
  expect(outbox.pause.value?.refusal).toBe('tooFast');
  await outbox.clock.pass(2_000);
  expect(outbox.tried).toEqual(['a', 'a', 'b']);
  expect(outbox.pause.value).toBeNull();
});

test('nothing leaves while there is no connection', async () => {
  const outbox = tryOut(createBrowser().openTab());
  outbox.isReady.value = false;
  outbox.add(entry('a'));
  await outbox.clock.pass(60_000);
  expect(outbox.tried).toEqual([]);
  outbox.isReady.value = true;
  outbox.wake();
  await outbox.clock.pass(10);
  expect(outbox.tried).toEqual(['a']);
});

test('another tab shows what this one sends, and leaves the sending to it', async () => {
  const browser = createBrowser();
  const one = tryOut(browser.openTab(), [{ is: 'later', afterMs: 3_000 }]);
  const other = tryOut(browser.openTab());
  one.add({ ...entry('a'), at: one.clock.now() });
  await settle();
  expect(ids(other.entries.value)).toEqual(['a']);
  await one.clock.pass(3_000);
  expect(other.entries.value).toEqual([]);
  expect(other.tried).toEqual([]);
});

test('a tab that died leaves its messages to the others', async () => {
  const browser = createBrowser();
  const saved = browser.openTab();
  const dead = tryOut(saved, [{ is: 'stop' }]);
  const other = tryOut(browser.openTab());
  dead.add({ ...entry('a'), at: other.clock.now() });
  saved.close();
  await other.clock.pass(11_000);
  expect(other.tried).toEqual(['a']);
});

test('a tab whose entry was overwritten by another puts it back', async () => {
  const browser = createBrowser();
  const saved = browser.openTab();
  const one = tryOut(saved, [{ is: 'stop' }]);
  one.add(entry('a'));
  browser.openTab().change((kept) => ({ ...kept, outbox: [entry('b')] })); // it had not seen a yet
  await settle();
  expect(ids(saved.read()?.outbox)).toEqual(['b', 'a']);
  expect(ids(one.entries.value)).toEqual(['b', 'a']);
});

test('a tab without a connection and one that sends for it do not throw a message to and fro', async () => {
  const browser = createBrowser();
  const cutOff = tryOut(browser.openTab());
  cutOff.isReady.value = false;
  const other = tryOut(browser.openTab());
  cutOff.add({ ...entry('a'), at: other.clock.now() });
  await other.clock.pass(60_000);
  expect(other.tried).toEqual(['a']);
  expect(ids(cutOff.entries.value)).toEqual(['a']);
  cutOff.isReady.value = true;
  cutOff.wake();
  await cutOff.clock.pass(10);
  expect(cutOff.entries.value).toEqual([]);
});

test('what another tab wrote back after it was delivered is taken out again', async () => {
  const browser = createBrowser();
  const one = tryOut(browser.openTab());
  one.add(entry('a'));
  await one.clock.pass(10);
  const other = browser.openTab();
  other.update((kept) => ({ ...kept, outbox: [entry('a')] }));
  expect(ids(other.read()?.outbox)).toEqual([]);
  expect(one.tried).toEqual(['a']);
});
