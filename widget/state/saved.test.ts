import { expect, test } from 'vitest';
import { settle } from '../testing/fake-clock.ts';
import { createBrowser, createFakeLocks } from '../testing/fake-storage.ts';
import type { Entry } from './saved.ts';

const entry = (id: string): Entry => ({ id, kind: 'message', text: id, at: 1 });

test('looking at the storage writes nothing, and neither does an update of nothing', () => {
  const browser = createBrowser();
  const saved = browser.openTab();
  expect(saved.read()).toBeNull();
  saved.update((kept) => ({ ...kept, seen: 9 }));
  expect(browser.writes).toEqual([]);
});

test('two tabs change one item without losing what the other wrote', async () => {
  const browser = createBrowser();
  const one = browser.openTab();
  const other = browser.openTab();
  one.change((kept) => ({ ...kept, token: 't', outbox: [...kept.outbox, entry('a')] }));
  await settle();
  other.change((kept) => ({ ...kept, seen: 4, outbox: [...kept.outbox, entry('b')] }));
  await settle();
  expect(one.read()).toMatchObject({ token: 't', seen: 4, outbox: [{ id: 'a' }, { id: 'b' }] });
});

test('a change in one tab is heard in the other', async () => {
  const browser = createBrowser();
  const one = browser.openTab();
  const heard: unknown[] = [];
  browser.openTab().onChange((kept) => heard.push(kept?.token));
  one.change((kept) => ({ ...kept, token: 't' }));
  await settle();
  expect(heard).toEqual(['t']);
});

test('a browser that refuses storage keeps it in memory, and says so', () => {
  let refuses = false;
  const browser = createBrowser({ refuses: () => refuses });
  const saved = browser.openTab();
  saved.change((kept) => ({ ...kept, token: 't' }));
  expect(saved.read()).toMatchObject({ token: 't' });
  refuses = true;
  saved.change((kept) => ({ ...kept, outbox: [entry('a')] }));
  expect(saved.read()).toMatchObject({ token: 't', outbox: [{ id: 'a' }] });
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

test('what changes nothing is not written, so that nothing newer is written over', async () => {
  const browser = createBrowser();
  const saved = browser.openTab();
  saved.change((kept) => ({ ...kept, token: 't' }));
  await settle();
  saved.update((kept) => ({ ...kept, seen: Math.max(kept.seen, 0) }));
  await settle();
  expect(browser.writes).toHaveLength(1);
});

test('changes of one moment are one reading and one writing, and whoever reads finds them', async () => {
  const browser = createBrowser();
  const saved = browser.openTab();
  saved.change((kept) => ({ ...kept, token: 't' }));
  saved.update((kept) => ({ ...kept, seen: 4 }));
  expect(saved.read()).toMatchObject({ token: 't', seen: 4 });
  saved.update((kept) => ({ ...kept, isOpen: true }));
  saved.update((kept) => ({ ...kept, draft: 'half a sen' }));
  await settle();
  expect(saved.read()).toMatchObject({ token: 't', seen: 4, isOpen: true, draft: 'half a sen' });
  expect(browser.writes).toHaveLength(2);
  expect(browser.reads).toHaveLength(3);
});

test.each([
  ['one after the other where the browser has locks', { locks: createFakeLocks() }, ['a', 'end a', 'b', 'end b']],
  ['at once where it has none', {}, ['a', 'b', 'end a', 'end b']],
  [
    'at once where it refuses them',
    { locks: { request: () => Promise.reject(new DOMException('no', 'SecurityError')) } as unknown as LockManager },
    ['a', 'b', 'end a', 'end b'],
  ],
] as const)('what is to be done alone is done %s', async (_, parts, expected) => {
  const browser = createBrowser(parts);
  const said: string[] = [];
  const run = async (name: string) => {
    said.push(name);
    await new Promise((resolve) => setTimeout(resolve, 5));
    said.push(`end ${name}`);
    return name;
  };
  const tabs = [browser.openTab(), browser.openTab()];
  const results = tabs.map((saved, index) => saved.alone(() => run('ab'.charAt(index))));
  expect(await Promise.all(results)).toEqual(['a', 'b']);
  expect(said).toEqual(expected);
});
