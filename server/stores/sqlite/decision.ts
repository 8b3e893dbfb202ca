import type { Changes } from '../store.ts';

/*
 * What goes to the writer: a decision as rows of plain values. They are put together once, on this side, so that
 * little is copied between the threads, and the writer has only to bind them.
 */

/** What the writer can do to a conversation. The first value of each is the conversation's short number. */
export const writes = {
  log: 'UPDATE conversation SET log = new.column2 FROM (VALUES (?, ?)) AS new WHERE num = new.column1',
  message: `INSERT INTO message (conversation, id, at, deleted, author, text, choices, files)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  event: 'INSERT INTO event (conversation, seq, message, body) VALUES (?, ?, ?, ?)',
  receipt: 'INSERT INTO receipt (conversation, id, hash, seq, at) VALUES (?, ?, ?, ?, ?)',
  session: `INSERT INTO session (conversation, hash, site, created_at, expires_at, heir) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (hash) DO UPDATE SET (created_at, expires_at, heir)
      = (excluded.created_at, excluded.expires_at, excluded.heir)`,
  addWork: `INSERT INTO work (conversation, num, id, task, status, not_before, attempts, sent_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  changeWork: `UPDATE work SET (status, not_before, attempts, sent_at) = (new.column3, new.column4, new.column5, new.column6)
    FROM (VALUES (?, ?, ?, ?, ?, ?)) AS new WHERE conversation = new.column1 AND id = new.column2`,
  dropWork: 'DELETE FROM work WHERE conversation = ? AND id = ?',
  thread: `INSERT INTO desk_thread (conversation, round, home, source, ref, number, cursor) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (conversation, round) DO UPDATE SET (home, source, ref, number, cursor)
      = (excluded.home, excluded.source, excluded.ref, excluded.number, excluded.cursor)`,
  deskMessage: `INSERT INTO desk_message (conversation, round, desk_id, message, key, at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (conversation, round, desk_id) DO UPDATE SET (message, key, at)
      = (excluded.message, excluded.key, excluded.at)`,
  // As many spaces as there were bytes: a row of the same size is overwritten where it is. A smaller one would let
  // SQLite move its neighbours to other pages, and what it leaves of them there is not covered by `secure_delete`
  // (seen: a copy of about one row in a thousand, in trees whose rows change their size).
  blank: `UPDATE message SET deleted = 1, text = printf('%*s', octet_length(text), ''),
      choices = printf('%*s', octet_length(choices), ''), files = printf('%*s', octet_length(files), '')
    WHERE conversation = ? AND id = ?`,
} as const;
export type Value = string | number | null;
type Row = readonly [write: keyof typeof writes, ...values: Value[]];

export type Decision = readonly [
  kind: 'commit',
  id: string,
  expectedVersion: number,
  at: number,
  /** Null: as it was. */
  state: string | null,
  create: readonly [site: string, visitor: string, log: string] | null,
  /** How many events there are, and the number of the first. */
  events: number,
  firstSeq: number,
  rows: readonly Row[],
];
export type Setting = readonly [kind: 'set', name: string, value: string];
/** What the writer answers once the disk has it: nothing where all went well. */
export type Result = undefined | 'stale' | { error: string; code: string | undefined };

/** In one decision, so that the orders of two of them never meet. */
const mostWork = 10_000;

const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));

/**
 * @throws {Error} for what is wrong with the decision itself, whatever the conversation is like
 */
export function toDecision(id: string, expectedVersion: number, changes: Changes): Decision {
  const { at, create, state, events = [] } = changes;
  if (create && expectedVersion !== 0) throw new Error('a conversation is only made with expected version 0');
  if (create && !state) throw new Error('a conversation is made with its state');
  if ((changes.addWork?.length ?? 0) >= mostWork) throw new Error('this is more work than one decision can bring');
  const rows: Row[] = [];
  if (changes.log !== undefined) rows.push(['log', changes.log]);
  // Words first: an event points at them.
  for (const message of changes.messages ?? []) {
    const { author, text, choices, files, deleted } = message;
    rows.push(
      deleted
        ? ['message', message.id, message.at, 1, JSON.stringify(author), '', null, null]
        : ['message', message.id, message.at, 0, JSON.stringify(author), text, json(choices), json(files)],
    );
  }
  const firstSeq = events[0]?.seq ?? 0;
  events.forEach((event, i) => {
    if (event.seq !== firstSeq + i) throw new Error('the events of a decision are numbered without a gap');
    rows.push(
      event.kind === 'message'
        ? ['event', event.seq, event.id, null]
        : ['event', event.seq, null, JSON.stringify(event)],
    );
  });
  for (const message of changes.blank ?? []) rows.push(['blank', message]);
  for (const { id, hash, seq, at } of changes.receipts ?? []) rows.push(['receipt', id, hash, seq, at]);
  for (const session of changes.sessions ?? []) {
    if (session.conversation !== id) throw new Error('a session is saved with the conversation it is for');
    rows.push(['session', session.hash, session.site, session.createdAt, session.expiresAt, session.heir]);
  }
  let order = expectedVersion * mostWork;
  for (const { id, task, status, notBefore, attempts, sentAt } of changes.addWork ?? []) {
    order += 1;
    rows.push(['addWork', order, id, JSON.stringify(task), status, notBefore, attempts, sentAt]);
  }
  for (const { id, status, notBefore, attempts, sentAt } of changes.changeWork ?? []) {
    rows.push(['changeWork', id, status, notBefore, attempts, sentAt]);
  }
  for (const work of changes.dropWork ?? []) rows.push(['dropWork', work]);
  for (const { round, home, source, ref, cursor } of changes.threads ?? []) {
    const number = typeof ref?.['number'] === 'number' ? ref['number'] : null;
    rows.push(['thread', round, home, source, json(ref), number, cursor]);
  }
  for (const { round, deskId, message, key, at } of changes.deskMessages ?? []) {
    rows.push(['deskMessage', round, deskId, message, key, at ?? null]);
  }
  return [
    'commit',
    id,
    expectedVersion,
    at,
    json(state),
    create ? [create.site, create.visitor, create.log] : null,
    events.length,
    firstSeq,
    rows,
  ];
}
