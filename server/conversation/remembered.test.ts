import { expect, test } from 'vitest';
import { newState } from '../stores/conversation-state.ts';
import type { Conversation, Work } from '../stores/store.ts';
import { createRemembered } from './remembered.ts';

/** A store that another node writes to, too. */
function start({ isDriven = true } = {}) {
  const saved = new Map<string, Conversation>();
  let isDrivenNow = isDriven;
  const write = (id: string, version: number, seq = version) =>
    void saved.set(id, {
      id,
      site: 'demo',
      visitor: 'v',
      log: 'l',
      version,
      seq,
      state: JSON.stringify(newState('s', 'en', null)),
      marks: { spoke: 0, forDesk: 0, told: 0, telling: null },
      createdAt: 1,
      updatedAt: 1,
    });
  const remembered = createRemembered({
    store: {
      conversation: async (id) => saved.get(id),
      heads: async (ids) => ids.flatMap((id) => saved.get(id) ?? []),
      work: async () => [] as Work[],
      threads: async () => [],
      waiting: async () => [],
    },
    drives: () => isDrivenNow,
    isShared: true,
    isHearing: () => true,
  });
  return { saved, write, remembered, drive: (on: boolean) => void (isDrivenNow = on) };
}

test('what another node has changed is read again, by news and by looking', async () => {
  const { write, remembered } = start();
  write('c', 1);
  const version = async () => (await remembered.load('c'))?.conversation.version;
  expect(await version()).toBe(1);
  write('c', 2);
  expect(await version()).toBe(1);
  remembered.changed('c', 2);
  expect(await version()).toBe(2);
  write('c', 3);
  await remembered.compareAll();
  expect(await version()).toBe(3);
});

test('news that are late forget nothing, and what is gone is forgotten', async () => {
  const { saved, write, remembered } = start();
  write('c', 5);
  await remembered.load('c');
  remembered.changed('c', 4);
  expect(remembered.isKnown('c')).toBe(true);
  saved.delete('c');
  await remembered.compareAll();
  expect(remembered.isKnown('c')).toBe(false);
});

test('what was left is looked after once, by the node that carries out the work, and again when it comes back', async () => {
  const { write, remembered, drive } = start({ isDriven: false });
  write('c', 3, 7);
  expect((await remembered.load('c'))?.foundUpTo).toBe(0);
  expect(remembered.isLeft('c')).toBe(false);
  remembered.leave(() => true);
  drive(true);
  expect((await remembered.load('c'))?.foundUpTo).toBe(7);
  expect(remembered.isLeft('c')).toBe(true);
  remembered.decided('c');
  write('c', 4, 9);
  remembered.changed('c', 4);
  // What came since was never anybody else's to do.
  expect((await remembered.load('c'))?.foundUpTo).toBe(7);
  expect(remembered.isLeft('c')).toBe(false);
  remembered.leave(() => true);
  expect((await remembered.load('c'))?.foundUpTo).toBe(9);
});

test('where nothing was to be done before a commit of another node, nothing was left', async () => {
  const { write, remembered } = start();
  write('c', 2, 4);
  remembered.changed('c', 2, 3);
  expect((await remembered.load('c'))?.foundUpTo).toBe(3);
  expect(remembered.isLeft('c')).toBe(false);
});
