import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openPostgres } from '../stores/postgres/postgres-store.ts';
import { openSqlite } from '../stores/sqlite/sqlite-store.ts';
import type { Store } from '../stores/store.ts';
import { openLine } from '../testing/line.ts';
import { createDatabase } from '../testing/test-database.ts';
import { runCommand } from './run-command.ts';

/** A database of 0.1.0 with a bit more in it, and an empty one to move it to. */
async function openPlace() {
  const folder = await mkdtemp(join(tmpdir(), 'baton-move-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  writeFileSync(join(folder, 'baton.yaml'), 'data: kept\n');
  mkdirSync(join(folder, 'kept'));
  const file = join(folder, 'kept', 'baton.db');
  const db = new Sqlite(file);
  db.exec(await readFile(new URL('../testing/begun-by-0.1.0/baton.sql', import.meta.url), 'utf8'));
  db.close();
  const store = await openSqlite({ file });
  const marks = { spoke: 2, forDesk: 2, told: 0, telling: null };
  const said = (seq: number, text: string) => ({
    event: { kind: 'message', seq, message: { id: `m-${seq}`, author: { kind: 'visitor' }, text, at: 3 } } as const,
    hash: `h-${seq}`,
  });
  await store.commit('c', 0, {
    create: { site: 'demo', visitor: 'v', log: 'l' },
    at: 3,
    state: '{"some":"state"}',
    marks,
    entries: [said(1, 'a NUL \0, “quotes” and ☂'), said(2, 'to be deleted')],
    receipts: [{ id: 'r-1', hash: 'h', seq: 2, at: 4 }],
    sessions: [{ hash: 's', conversation: 'c', site: 'demo', createdAt: 1, expiresAt: 2, heir: null }],
  });
  await store.commit('c', 1, { at: 5, marks, blank: ['m-2'] });
  await store.close();
  const database = await createDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  return {
    file,
    database,
    async move(url = database.url, env = {}) {
      const said: string[] = [];
      const tell = (line: string) => void said.push(...line.split('\n'));
      const at = { env: { BATON_CONFIG: join(folder, 'baton.yaml'), ...env }, folder, now: () => 0, say: tell };
      const code = await runCommand(['move', '--to', url], { ...at, complain: tell });
      expect(said.join()).not.toContain(new URL(database.url).password);
      return [...said, code];
    },
  };
}

/** All that can be asked of a store about every conversation in it. */
async function everything(store: Store) {
  const conversations = await store.recent(0, 1_000);
  const all = await Promise.all(
    conversations.map(async (conversation) => {
      const { id } = conversation;
      const threads = await store.threads(id);
      return {
        conversation,
        events: await store.events(id, 0, 10_000),
        waiting: await store.waiting(id, 0),
        work: await store.work(id),
        threads,
        // The desk's ids are small in what is moved here.
        deskMessages: await Promise.all(
          threads.flatMap(({ round }) =>
            Array.from({ length: 80 }, (_, deskId) => store.deskMessage(id, round, deskId)),
          ),
        ),
      };
    }),
  );
  return {
    all: all.sort((one, other) => (one.conversation.id < other.conversation.id ? -1 : 1)),
    withWork: (await store.withWork()).sort(),
    settings: await store.settings(''),
    receipts: [await store.receipt('c', 'r-1'), await store.receipt('c', 'm-1'), await store.receipt('c', 'm-2')],
    session: await store.session('s'),
  };
}

test('everything is in PostgreSQL afterwards as it was in the file, and goes on there', async () => {
  const { file, database, move } = await openPlace();
  const said = await move();
  const sqlite = await openSqlite({ file });
  const before = await everything(sqlite);
  await sqlite.close();
  const count = before.all.length;
  expect(count).toBeGreaterThan(5);
  expect(before.all.flatMap(({ deskMessages }) => deskMessages.filter(Boolean)).length).toBeGreaterThan(0);
  expect(said).toEqual([
    expect.stringMatching(
      new RegExp(
        `^Moved ${file} to the database ${database.name} of PostgreSQL at \\S+: ${count} conversations, \\d+ rows, each compared\\.$`,
      ),
    ),
    'Set DATABASE_URL to that address, and start the relay.',
    'The file stays as it was: delete it once nobody misses it, and start no relay on it any more.',
    0,
  ]);

  const store = await openPostgres(database);
  expect(await everything(store)).toEqual(before);
  expect(await store.message('c', 'm-1')).toMatchObject({ text: 'a NUL \0, “quotes” and ☂' });
  expect(await store.message('c', 'm-2')).toMatchObject({ text: '', deleted: true });
  const marks = { spoke: 0, forDesk: 0, told: 0, telling: null };
  const born = { create: { site: 'demo', visitor: 'v', log: 'l' }, at: 9, state: '{}', marks };
  expect(await store.commit('new', 0, born)).toBe('ok');
  expect(await store.commit('c', 2, { at: 9, marks, receipts: [{ id: 'm-1', hash: 'h', seq: 2, at: 9 }] })).toBe(
    'taken',
  );
  await store.close();
});

test('nothing is moved to where something is, or while a relay is running on either', async () => {
  const { file, database, move } = await openPlace();
  const sqlite = await openSqlite({ file });
  expect(await move()).toEqual([`Another relay is running on ${file}.`, expect.stringContaining('Stop it first'), 1]);
  await sqlite.close();
  const store = await openPostgres(database);
  expect(await move()).toEqual([
    expect.stringContaining('A relay is running on the database'),
    expect.stringContaining('Stop it first'),
    1,
  ]);
  await store.set('key', 'made by a relay');
  await store.close();
  expect(await move()).toEqual([
    expect.stringContaining('is in use by Baton already'),
    expect.stringContaining('Name an empty one'),
    1,
  ]);
  expect(await database.run('SELECT name FROM setting')).toEqual([{ name: 'key' }]);
});

test('a row that is read back as another undoes all of it', async () => {
  const { database, move } = await openPlace();
  await using line = await openLine(database.url);
  line.rewrite('“quotes”', '„quotes”');
  expect(await move(line.url)).toEqual([
    expect.stringMatching(/^Row \d+ of log is not in PostgreSQL what it was, so nothing was moved\.$/),
    expect.any(String),
    1,
  ]);
  expect(await database.run('SELECT FROM conversation')).toEqual([]);
  expect(await move()).toContain(0);
});

test('what is no address is told, whatever DATABASE_URL says, and the password is not repeated', async () => {
  const { database, move } = await openPlace();
  expect(await move('mysql://baton:geheim@db.example/baton')).toEqual([
    'That is no address of a PostgreSQL.',
    expect.stringContaining('Write: move --to postgres://'),
    1,
  ]);
  expect(await move(database.url, { DATABASE_URL: database.url })).toContain(0);
});
