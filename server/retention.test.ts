import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createRetention } from './retention.ts';
import type { Marks, Store } from './stores/store.ts';
import { openSqlite } from './stores/sqlite/sqlite-store.ts';
import { listen } from './testing/listen.ts';
import { startRelay } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

const day = 86_400_000;
const marks: Marks = { spoke: 0, forDesk: 0, told: 0, telling: null };

async function openStore() {
  const folder = await mkdtemp(join(tmpdir(), 'baton-retention-'));
  const file = join(folder, 'baton.db');
  const store = await openSqlite({ file });
  return {
    store,
    file,
    /** A conversation that was changed on a day, with a session that ended on another one. */
    async keep(id: string, changed: number, ended: number) {
      const session = {
        hash: `s-${id}`,
        conversation: id,
        site: 'demo',
        createdAt: 0,
        expiresAt: ended * day,
        heir: null,
      };
      const create = { site: 'demo', visitor: 'v', log: 'l' };
      await store.commit(id, 0, { create, at: changed * day, state: '{}', marks, sessions: [session] });
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

const left = async (store: Store) => [
  ...(await store.list('', 1_000)).map(({ id }) => id),
  ...(await store.sessions('', 1_000)).map(({ hash }) => hash),
];

/** Looks once, on day 1,000, with pauses that take no time. */
function sweepOf(store: Store, more: Partial<Parameters<typeof createRetention>[0]> = {}) {
  const log = listen();
  const retention = createRetention({
    store,
    async remove(id) {
      const found = await store.conversation(id);
      return (await store.commit(id, found?.version ?? 0, { at: 0, marks, remove: true })) === 'ok';
    },
    isFollowed: () => false,
    keptMs: { conversations: 400 * day, sessions: 30 * day },
    now: () => 1_000 * day,
    after(_ms, job) {
      setImmediate(job);
      return { [Symbol.dispose]() {} };
    },
    log,
    ...more,
  });
  return { retention, log };
}

test('what was kept for long enough goes, and what was not stays, each by its own time', async () => {
  await using at = await openStore();
  await at.keep('old', 599, 600);
  await at.keep('quiet', 601, 969);
  await at.keep('young', 999, 971);
  const { retention, log } = sweepOf(at.store);
  await retention.sweep();
  expect(await left(at.store)).toEqual(['quiet', 'young', 's-young']);
  expect(log.lines).toEqual([
    {
      level: 'info',
      fields: { conversations: 1, sessions: 1 },
      sentence: 'what was kept for long enough is gone',
    },
  ]);
  await retention.sweep();
  expect(log.lines).toHaveLength(1);
});

test('many are gone in one look, but for those that a browser follows', async () => {
  await using at = await openStore();
  await Promise.all(Array.from({ length: 40 }, (_, n) => at.keep(`c-${n}`, 1, 1)));
  const { retention } = sweepOf(at.store, { isFollowed: (id) => id === 'c-7' || id === 'c-8' });
  await retention.sweep();
  expect(await left(at.store)).toEqual(['c-7', 'c-8']);
});

test('a database that cannot be written now is tried again later, and the log says so', async () => {
  await using at = await openStore();
  await at.keep('old', 1, 1);
  const { retention, log } = sweepOf(at.store, { remove: () => Promise.reject(new Error('no disk')) });
  await retention.sweep();
  expect(log.lines).toMatchObject([{ level: 'warn', sentence: expect.stringContaining('tried again') }]);
  expect(await left(at.store)).toEqual(['old', 's-old']);
});

test('what a backup kept from leaving the database’s files goes once the backup is done', async () => {
  await using at = await openStore();
  await at.keep('old', 1, 1);
  const backup = new Sqlite(at.file, { readonly: true });
  backup.exec('BEGIN');
  backup.prepare('SELECT count(*) FROM conversation').get();
  const { retention } = sweepOf(at.store);
  expect(await retention.sweep()).toBe(false);
  expect(await left(at.store)).toEqual([]);
  expect(statSync(`${at.file}-wal`).size).toBeGreaterThan(0);
  backup.close();
  expect(await retention.sweep()).toBe(true);
  expect(statSync(`${at.file}-wal`).size).toBe(0);
});

test('a look that left something is followed by another one soon', async () => {
  await using at = await openStore();
  const waits: number[] = [];
  let due = () => {};
  const purged = [false, true];
  const { retention } = sweepOf(
    { ...at.store, purge: async () => purged.shift() ?? true },
    {
      after(ms, job) {
        waits.push(ms);
        due = job;
        return { [Symbol.dispose]() {} };
      },
    },
  );
  retention.start();
  due();
  await eventually(() => waits.length === 2, 'it is over');
  due();
  await eventually(() => waits.length === 3, 'it is over again');
  expect(waits).toEqual([60_000, 60_000, 3_600_000]);
});

test('a visitor whose conversation is gone begins anew, and a relay forgets what it remembered of it', async () => {
  let at = Date.now();
  let look: (() => void) | undefined;
  await using relay = await startRelay({
    now: () => at,
    settings: (config) => (config.times.token = 1_000 * day),
    // The first look is a minute after the start.
    after(ms, job) {
      if (ms === 60_000) look = job;
      const timer = setTimeout(job, ms > 10_000 ? 2 ** 30 : ms);
      timer.unref();
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
  });
  const gone = await relay.visit();
  await gone.say('My address is 5 Mill Lane');
  await gone.hears('You said');
  const stays = await relay.visit();
  await stays.say('I am here');
  await stays.hears('You said');
  const { token } = gone;
  gone.close();
  const sockets = async () => {
    const { conversations } = (await (await fetch(`${relay.url}/demo/state`)).json()) as {
      conversations: { sockets: number }[];
    };
    return conversations.map((one) => one.sockets).sort();
  };
  await eventually(async () => (await sockets()).join() === '0,1', 'the one has left');
  const before = await relay.store.list('', 10);
  at += 401 * day;
  look?.();
  await eventually(async () => (await relay.store.list('', 10)).length === before.length - 1, 'it is gone');
  const back = await relay.visit({ token });
  expect(back.welcome.conversation).toBeNull();
  await back.say('Hello again');
  await back.hears('You said: Hello again');
  expect(back.transcript().join()).not.toContain('Mill Lane');
  await stays.say('Still');
  await stays.hears('You said: Still');
});
