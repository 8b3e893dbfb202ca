import type { Changes, Entry, Marks } from '../store.ts';

/*
 * What goes to the writer: decisions as one flat list of plain values. They are put together once, on this side, so that
 * little is copied between the threads, and the writer has only to bind them.
 */

export type Value = string | number | null;

/** As many spaces as there were bytes; nothing where there was nothing. */
const spaces = (column: string) => `iif(${column} IS NULL, NULL, printf('%*s', octet_length(${column}), ''))`;

/**
 * What the writer can do to a conversation, with so many values; before them it puts the conversation's short number.
 * A row is the place of its statement here, and its values.
 */
export const writes = [
  {
    name: 'entry',
    values: 10,
    sql: `INSERT INTO log (conversation, seq, id, hash, at, deleted, author, text, choices, files, body)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation, id) DO NOTHING`,
  },
  {
    name: 'identity',
    values: 1,
    sql: 'UPDATE conversation SET log = new.column2 FROM (VALUES (?, ?)) AS new WHERE num = new.column1',
  },
  {
    name: 'session',
    values: 5,
    sql: `INSERT INTO session (conversation, hash, site, created_at, expires_at, heir) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (hash) DO UPDATE SET (created_at, expires_at, heir)
        = (excluded.created_at, excluded.expires_at, excluded.heir)`,
  },
  {
    name: 'addWork',
    values: 8,
    sql: `INSERT INTO work (conversation, num, id, after, task, status, not_before, attempts, sent_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  },
  {
    name: 'changeWork',
    values: 5,
    sql: `UPDATE work SET (status, not_before, attempts, sent_at) = (new.column3, new.column4, new.column5, new.column6)
      FROM (VALUES (?, ?, ?, ?, ?, ?)) AS new WHERE conversation = new.column1 AND id = new.column2`,
  },
  { name: 'dropWork', values: 1, sql: 'DELETE FROM work WHERE conversation = ? AND id = ?' },
  {
    name: 'thread',
    values: 7,
    sql: `INSERT INTO desk_thread (conversation, round, home, source, ref, number, cursor, takes_after)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (conversation, round) DO UPDATE SET (home, source, ref, number, cursor, takes_after)
        = (excluded.home, excluded.source, excluded.ref, excluded.number, excluded.cursor, excluded.takes_after)`,
  },
  {
    name: 'deskMessage',
    values: 5,
    sql: `INSERT INTO desk_message (conversation, round, desk_id, message, key, at) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (conversation, round, desk_id) DO UPDATE SET (message, key, at)
        = (excluded.message, excluded.key, excluded.at)`,
  },
  // As many spaces as there were bytes: a row of the same size is overwritten where it is. A smaller one would let
  // SQLite move its neighbours to other pages, and what it leaves of them there is not covered by `secure_delete`
  // (seen: a copy of about one row in a thousand, in trees whose rows change their size).
  {
    name: 'blank',
    values: 1,
    sql: `UPDATE log SET deleted = 1, text = printf('%*s', octet_length(text), ''),
        choices = printf('%*s', octet_length(choices), ''), files = printf('%*s', octet_length(files), '')
      WHERE conversation = ? AND id = ? AND author IS NOT NULL`,
  },
  // A conversation is taken away. Its part of the log is overwritten where it is, like one message: to take the rows out
  // would move their neighbours, and copies of their words would stay behind (seen: of one row in two thousand). What
  // stays are numbers and random names under a number that no conversation has any more; `restore` clears them away.
  {
    name: 'removeLog',
    values: 0,
    sql: `UPDATE log SET deleted = 1, hash = ${spaces('hash')}, author = ${spaces('author')}, text = ${spaces('text')},
        choices = ${spaces('choices')}, files = ${spaces('files')}, body = ${spaces('body')}
      WHERE conversation = ?`,
  },
  { name: 'blankState', values: 0, sql: `UPDATE state SET json = ${spaces('json')} WHERE conversation = ?` },
  { name: 'removeState', values: 0, sql: 'DELETE FROM state WHERE conversation = ?' },
  { name: 'removeSessions', values: 0, sql: 'DELETE FROM session WHERE conversation = ?' },
  { name: 'removeWork', values: 0, sql: 'DELETE FROM work WHERE conversation = ?' },
  { name: 'removeThreads', values: 0, sql: 'DELETE FROM desk_thread WHERE conversation = ?' },
  { name: 'removeDeskMessages', values: 0, sql: 'DELETE FROM desk_message WHERE conversation = ?' },
  { name: 'remove', values: 0, sql: 'DELETE FROM conversation WHERE num = ?' },
] as const satisfies readonly { name: string; values: number; sql: string }[];
type Write = (typeof writes)[number]['name'];

/** The place of each of them. */
const place = Object.fromEntries(writes.map(({ name }, i) => [name, i])) as Record<Write, number>;
export const places: Readonly<Record<'entry' | 'blank' | 'remove', number>> = place;

/** What stands first: what it is. */
export const kinds = { commit: 0, set: 1, dropSessions: 2 } as const;

/** What the writer answers once the disk has it: nothing where all went well. */
export type Result = undefined | 'stale' | 'taken' | { error: string; code: string | undefined };

/** In one decision, so that the orders of two of them never meet. */
const mostWork = 10_000;

const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));

/**
 * A decision: its kind, then `id, expectedVersion, at, state, spoke, forDesk, told, telling, events, firstSeq`, then
 * `site, visitor, log` where it makes the conversation (else three nulls), then rows to its end.
 * @throws {Error} for what is wrong with the decision itself, whatever the conversation is like
 */
export function toDecision(id: string, expectedVersion: number, changes: Changes): Value[] {
  const { at, create, state, marks, entries = [] } = changes;
  if (create && expectedVersion !== 0) throw new Error('a conversation is only made with expected version 0');
  if (create && state === undefined) throw new Error('a conversation is made with its state');
  if ((changes.addWork?.length ?? 0) >= mostWork) throw new Error('this is more work than one decision can bring');
  const { spoke, forDesk, told, telling }: Marks = marks;
  const firstSeq = entries[0]?.event.seq ?? 0;
  const flat: Value[] = [kinds.commit, id, expectedVersion, at, state ?? null];
  flat.push(spoke, forDesk, told, json(telling), entries.length, firstSeq);
  flat.push(create?.site ?? null, create?.visitor ?? null, create?.log ?? null);
  if (changes.remove) {
    flat.push(place.removeLog, place.blankState, place.removeState, place.removeSessions);
    flat.push(place.removeWork, place.removeThreads, place.removeDeskMessages, place.remove);
    return flat;
  }
  entries.forEach((entry, i) => {
    if (entry.event.seq !== firstSeq + i) throw new Error('the events of a decision are numbered without a gap');
    pushEntry(flat, entry);
  });
  if (changes.log !== undefined) flat.push(place.identity, changes.log);
  for (const message of changes.blank ?? []) flat.push(place.blank, message);
  for (const { id, hash, seq, at } of changes.receipts ?? []) {
    flat.push(place.entry, null, id, hash, at, 0, null, null, null, null, JSON.stringify({ seq }));
  }
  for (const session of changes.sessions ?? []) {
    if (session.conversation !== id) throw new Error('a session is saved with the conversation it is for');
    const { hash, site, createdAt, expiresAt, heir } = session;
    flat.push(place.session, hash, site, createdAt, expiresAt, heir);
  }
  let order = expectedVersion * mostWork;
  for (const { id, after, task, status, notBefore, attempts, sentAt } of changes.addWork ?? []) {
    order += 1;
    flat.push(place.addWork, order, id, after, JSON.stringify(task), status, notBefore, attempts, sentAt);
  }
  for (const { id, status, notBefore, attempts, sentAt } of changes.changeWork ?? []) {
    flat.push(place.changeWork, id, status, notBefore, attempts, sentAt);
  }
  for (const work of changes.dropWork ?? []) flat.push(place.dropWork, work);
  for (const { round, home, source, ref, cursor, takesAfter } of changes.threads ?? []) {
    const number = typeof ref?.['number'] === 'number' ? ref['number'] : null;
    flat.push(place.thread, round, home, source, json(ref), number, cursor, takesAfter);
  }
  for (const { round, deskId, message, key, at } of changes.deskMessages ?? []) {
    flat.push(place.deskMessage, round, deskId, message, key, at ?? null);
  }
  return flat;
}

function pushEntry(flat: Value[], { event, hash: asked }: Entry): void {
  const hash = asked ?? null;
  if (event.kind !== 'message') {
    const body = JSON.stringify(event);
    flat.push(place.entry, event.seq, null, null, event.at, 0, null, null, null, null, body);
    return;
  }
  const { id, author, text, at, choices, files, deleted } = event.message;
  flat.push(place.entry, event.seq, id, hash, at, deleted ? 1 : 0, JSON.stringify(author));
  if (deleted) flat.push('', null, null, null);
  else flat.push(text, json(choices), json(files), null);
}

/** A setting. */
export const toSetting = (name: string, value: string): Value[] => [kinds.set, name, value];

export const toDroppedSessions = (hashes: readonly string[]): Value[] => [kinds.dropSessions, ...hashes];
