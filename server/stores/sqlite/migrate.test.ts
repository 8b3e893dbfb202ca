import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { DeskOp, Intent } from '../../desks/desk.ts';
import { plan } from '../../desks/plan.ts';
import { openSqlite } from './sqlite-store.ts';

/** A database as the program wrote it when these migrations were all there were. */
async function olderDatabase(migrations: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-older-'));
  const file = join(folder, 'data', 'baton.db');
  mkdirSync(dirname(file));
  const db = new Sqlite(file);
  for (const name of migrations) db.exec(readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), 'utf8'));
  db.pragma(`user_version = ${migrations.length}`);
  db.exec(
    `INSERT INTO conversation (num, id, site, visitor, log, version, seq, created_at, updated_at, state)
      VALUES (1, 'c', 'demo', 'v', 'l', 1, 0, 1, 1, '{}')`,
  );
  return { file, db, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test('what waited for the desk in an older database is what it would be now', async () => {
  const mara = { key: '2', name: 'Mara' };
  const intents: Intent[] = [
    { do: 'begin' },
    { do: 'say', message: 'm' },
    { do: 'handOver', team: 'sales', attributes: { reason: 'asked' }, note: 'n' },
    { do: 'remark', note: 'n' },
    { do: 'call', team: null, note: 'n' },
    { do: 'assign', agent: mara },
    { do: 'assign', agent: mara, evenResolved: true },
    { do: 'takeBack', note: 'n' },
    { do: 'close', note: 'n' },
    { do: 'clearFailure', deskId: 7 },
  ];
  const ops = intents.flatMap((intent) => plan(intent));
  await using older = await olderDatabase(['0001-start', '0002-desk-time', '0003-session-heir']);
  const insert = older.db.prepare(
    `INSERT INTO work (conversation, num, id, status, not_before, attempts, task) VALUES (1, ?, ?, 'ready', 1, 0, ?)`,
  );
  const turn = { lane: 'bot', turn: 't', epoch: 1 };
  ops.forEach((op, at) => insert.run(at, op.key, JSON.stringify({ lane: 'desk', round: 1, op: written(op) })));
  insert.run(ops.length, 'turn', JSON.stringify(turn));
  older.db.close();

  const store = await openSqlite({ file: older.file });
  const tasks = (await store.work('c')).map(({ task }) => task);
  await store.close();
  const turnNow = { ...turn, from: 0, upTo: 0, also: [] };
  expect(tasks).toEqual([...ops.map((op) => ({ lane: 'desk', round: 1, op })), turnNow]);
});

/** As it was written then: the names of the steps said all. */
function written(op: DeskOp): object {
  return Object.fromEntries(Object.entries(op).filter(([name]) => !['kind', 'ownership', 'handoff'].includes(name)));
}
