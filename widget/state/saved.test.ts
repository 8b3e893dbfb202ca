import { expect, test } from 'vitest';
import { createBrowser } from '../testing/fake-storage.ts';
import type { Entry } from './saved.ts';

const entry = (id: string): Entry => ({ id, kind: 'message', text: id, at: 1 });

test('looking at the storage writes nothing, and neither does an update of nothing', () => {
  const browser = createBrowser();
  const saved = browser.openTab();
  expect(saved.read()).toBeNull();
  saved.update((kept) => ({ ...kept, seen: 9 }));
  expect(browser.writes).toEqual([]);
});

test('two tabs change one item without losing what the other wrote', () => {
  const browser = createBrowser();
  const one = browser.openTab();
  const other = browser.openTab();
  one.change((kept) => ({ ...kept, token: 't', outbox: [...kept.outbox, entry('a')] }));
  other.change((kept) => ({ ...kept, seen: 4, outbox: [...kept.outbox, entry('b')] }));
  expect(one.read()).toMatchObject({ token: 't', seen: 4, outbox: [{ id: 'a' }, { id: 'b' }] });
});

test('a change in one tab is heard in the other', () => {
  const browser = createBrowser();
  const one = browser.openTab();
  const heard: unknown[] = [];
  browser.openTab().onChange((kept) => heard.push(kept?.token));
  one.change((kept) => ({ ...kept, token: 't' }));
  expect(heard).toEqual(['t']);
});

test('a browser that refuses storage keeps it in memory, and says so', () => {
  let refuses = false;
  const browser = createBrowser({ refuses: () => refuses });
  const saved = browser.openTab();
  saved.change((kept) => ({ ...kept, token: 't' }));
  refuses = true;
  saved.change((kept) => ({ ...kept, outbox: [entry('a')] }));
  expect(saved.works.value).toBe(false);
  expect(saved.read()).toMatchObject({ token: 't', outbox: [{ id: 'a' }] });
});

test.each(['', 'null', '[]', '{"outbox":{}}', '{"token":7,"outbox":[null,{"id":1}],"seen":"x"}', '{'])(
  'something else under our name does no harm: %s',
  (found) => {
    const browser = createBrowser();
    browser.items.set('item', found);
    const saved = browser.openTab();
    expect(saved.read()?.outbox ?? []).toEqual([]);
    expect(saved.read()?.token ?? null).toBeNull();
  },
);
