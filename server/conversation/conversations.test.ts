import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RelayError } from '../errors.ts';
import { openSqlite } from '../stores/sqlite/sqlite-store.ts';
import type { Changes, Store } from '../stores/store.ts';
import { takeDecisions } from '../testing/decisions.ts';
import { visitorWrote } from './conversation.ts';
import { createConversations } from './conversations.ts';
import type { Loaded } from './draft.ts';
import { createRemembered } from './remembered.ts';

const beginning = { site: 'demo', visitor: 'v', language: 'en', page: null };

/** Conversations on a database of their own; `commits` are those that were asked for. */
async function open(around: (store: Store) => Partial<Store> = () => ({})) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-conversations-'));
  const store = await openSqlite({ file: join(folder, 'baton.db') });
  const commits: Changes[] = [];
  const told: Loaded[] = [];
  const { context } = takeDecisions();
  let at = 1_000;
  let ids = 0;
  const kept: Store = {
    ...store,
    ...around(store),
    commit(id, version, changes) {
      commits.push(changes);
      return (around(store).commit ?? store.commit)(id, version, changes);
    },
  };
  const start = () =>
    createConversations({
      store: kept,
      remembered: createRemembered({ store: kept, drives: () => true, isShared: false, isHearing: () => true }),
      context: () => ({ ...context, newId: () => `own-${(ids += 1)}` }),
      recoverWork: () => {},
      now: () => (at += 1),
      newId: () => `own-${(ids += 1)}`,
      committed: (_, loaded) => void told.push(loaded),
      removed: () => {},
    });
  const conversations = start();
  const write = (id: string, text = id, by = conversations) =>
    by.decide(
      'c',
      (draft, context) => {
        const before = draft.before(id);
        if (before && before.hash !== text) throw new RelayError('taken', { refusal: 'conflict' });
        if (!before) visitorWrote(draft, context, { id, text, hash: text });
        return { seq: before?.seq ?? draft.seq, isNew: !before };
      },
      beginning,
    );
  return {
    conversations,
    store,
    commits,
    told,
    write,
    /** As another process would find it. */
    start,
    async words() {
      const log = await store.events('c', 0, 100);
      return log.flatMap((event) =>
        event.kind === 'message' && event.message.author.kind === 'visitor' ? [event.message.text] : [],
      );
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

test('decisions of one conversation that wait together share a commit, and keep their order', async () => {
  await using one = await open();
  await one.write('a');
  one.commits.length = 0;
  const all = await Promise.all(['b', 'c', 'd', 'e'].map((id) => one.write(id)));
  expect(all.map((each) => each?.seq)).toEqual([3, 4, 5, 6]);
  expect(one.commits.map(({ entries }) => entries?.length)).toEqual([4]);
  expect(await one.words()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('one that refuses takes no other with it, and one that fails halfway leaves nothing of itself', async () => {
  await using one = await open();
  await one.write('a');
  const failing = one.conversations.decide('c', (draft, context) => {
    visitorWrote(draft, context, { id: 'half', text: 'half', hash: 'half' });
    throw new Error('halfway');
  });
  const refused = one.conversations.decide('c', () => {
    throw new RelayError('no', { refusal: 'forbidden' });
  });
  const results = await Promise.allSettled([one.write('b'), refused, failing, one.write('c')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(await one.words()).toEqual(['a', 'b', 'c']);
});

test('a repeat gets the old answer, alone or among others, at the same time and in another process', async () => {
  await using one = await open();
  const [first, again] = await Promise.all([one.write('a'), one.write('a')]);
  expect([first, again]).toEqual([
    { seq: 2, isNew: true },
    { seq: 2, isNew: false },
  ]);
  await one.write('b');
  const mixed = await Promise.all([one.write('c'), one.write('a'), one.write('d'), one.write('b')]);
  expect(mixed.map((each) => [each?.seq, each?.isNew])).toEqual([
    [4, true],
    [2, false],
    [5, true],
    [3, false],
  ]);
  expect(await one.write('a', 'a', one.start())).toEqual({ seq: 2, isNew: false });
  await expect(one.write('a', 'other words')).rejects.toMatchObject({ refusal: 'conflict' });
  expect(await one.words()).toEqual(['a', 'b', 'c', 'd']);
});

test('what another process has changed is read again before it is decided on', async () => {
  await using one = await open();
  const other = one.start();
  await one.write('a');
  await one.write('b', 'b', other);
  await one.write('c');
  await one.write('d', 'd', other);
  expect(await one.words()).toEqual(['a', 'b', 'c', 'd']);
});

test('what could not be written is forgotten: it may be there all the same, and the next decision looks', async () => {
  let breaks = false;
  await using one = await open((store) => ({
    async commit(id, version, changes) {
      const result = await store.commit(id, version, changes);
      if (breaks) throw new RelayError('the line broke', { refusal: 'unavailable' });
      return result;
    },
  }));
  await one.write('a');
  breaks = true;
  await expect(one.write('b')).rejects.toMatchObject({ refusal: 'unavailable' });
  breaks = false;
  const before = one.told.length;
  expect(await one.write('b')).toEqual({ seq: 3, isNew: false });
  // Nothing was changed by it, and yet what the lost decision has brought is to be done.
  expect(one.told.slice(before).at(-1)).toMatchObject({ conversation: { seq: 3 }, waiting: expect.any(Array) });
  expect(await one.words()).toEqual(['a', 'b']);
});

test('a decision that is to be alone sees in the store what was decided before it', async () => {
  await using one = await open();
  const first = one.write('a');
  const looking = one.conversations.decideAlone('c', async () => one.words());
  const last = one.write('b');
  expect(await looking).toEqual(['a']);
  await Promise.all([first, last]);
  expect(one.commits).toHaveLength(2);
});
