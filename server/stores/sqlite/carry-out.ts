import type { Database } from 'better-sqlite3';
import { kinds, places, type Result, type Value, writes } from './decision.ts';

/** Decisions one after the other, each behind its length. */
export type Batch = readonly Value[];

/** An id that is there already. */
export class Taken extends Error {}

/**
 * Carries out one decision, inside a transaction.
 * @param start,end the places in the batch between which it stands
 * @throws where it is half done: {Taken} for an id that is there already
 */
export type CarryOut = (batch: Batch, start: number, end: number) => Result;

/** @param blanked is told where words were blanked */
export function prepareCarryingOut(db: Database, blanked: () => void): CarryOut {
  const prepared = writes.map(({ sql, values }) => ({ statement: db.prepare<Value[]>(sql), values }));
  const find = db.prepare<[string], { version: number }>('SELECT version FROM conversation WHERE id = ?');
  // What is left of conversations that were taken away keeps their numbers.
  const create = db.prepare<Value[]>(
    `INSERT INTO conversation (num, version, seq, created_at, updated_at, active, spoke, for_desk, told, telling, id, site, visitor, log)
      SELECT 1 + max(coalesce((SELECT max(num) FROM conversation), 0), coalesce((SELECT max(conversation) FROM log), 0)),
        1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?`,
  );
  const dropSession = db.prepare<Value[]>('DELETE FROM session WHERE hash = ?');
  const advance = db.prepare<Value[], { num: number; seq: number }>(
    `UPDATE conversation SET (version, seq, updated_at, spoke, for_desk, told, telling)
        = (version + 1, seq + ?, ?, ?, ?, ?, ?)
      WHERE id = ? AND version = ? RETURNING num, seq`,
  );
  const activate = db.prepare<Value[]>('UPDATE conversation SET active = ? WHERE num = ? AND active < ?');
  const saveState = db.prepare<Value[]>(
    'INSERT INTO state (conversation, json) VALUES (?, ?) ON CONFLICT (conversation) DO UPDATE SET json = excluded.json',
  );
  const set = db.prepare<Value[]>(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );

  return (batch, start, end) => {
    if (batch[start] === kinds.set) {
      set.run(batch[start + 1] ?? null, batch[start + 2] ?? null);
      return undefined;
    }
    if (batch[start] === kinds.dropSessions) {
      for (const hash of batch.slice(start + 1, end)) dropSession.run(hash);
      return undefined;
    }
    // In the order in which `toDecision` puts them.
    const [id, expected, at, state, spoke, forDesk, told, telling, events, firstSeq, site, visitor, log] = batch.slice(
      start + 1,
      start + 14,
    ) as [string, number, number, Value, number, number, number, Value, number, number, Value, Value, Value];
    const minute = Math.floor(at / 60_000);
    let num: number;
    const moved = advance.get(events, at, spoke, forDesk, told, telling, id, expected);
    if (moved) {
      const next = moved.seq - events + 1;
      if (events > 0 && firstSeq !== next) throw new Error(`the next event is number ${next}, not ${firstSeq}`);
      ({ num } = moved);
      activate.run(minute, num, minute);
    } else {
      if (expected !== 0 || find.get(id)) return 'stale';
      if (site === null) throw new Error('there is no such conversation, and none was to be made');
      if (events > 0 && firstSeq !== 1) throw new Error(`the next event is number 1, not ${firstSeq}`);
      const values = [events, at, at, minute, spoke, forDesk, told, telling, id, site, visitor, log];
      num = Number(create.run(...values).lastInsertRowid);
    }
    if (state !== null) saveState.run(num, state);
    for (let row = start + 14; row < end;) {
      const write = batch[row] as number;
      const { statement, values } = prepared[write]!; // each place is one of them
      const { changes } = statement.run(num, ...batch.slice(row + 1, row + 1 + values));
      if (write === places.entry && changes === 0) throw new Taken();
      if (write === places.blank || write === places.remove) blanked();
      row += 1 + values;
    }
    return undefined;
  };
}
