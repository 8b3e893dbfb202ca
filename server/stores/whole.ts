/*
 * All that a store keeps, as rows of plain values, for who carries it to another one. What is JSON is text.
 */

export type Value = string | number | null;
export type Row = Record<string, Value>;

/** By table its columns, those that it is sorted by first. */
export const tables = {
  conversation: [
    ...['num', 'id', 'site', 'visitor', 'log', 'version', 'seq', 'spoke', 'for_desk', 'told', 'telling'],
    ...['created_at', 'updated_at'],
  ],
  state: ['conversation', 'json'],
  log: ['conversation', 'seq', 'id', 'hash', 'at', 'deleted', 'author', 'text', 'choices', 'files', 'body'],
  session: ['hash', 'conversation', 'site', 'created_at', 'expires_at', 'heir'],
  work: ['conversation', 'num', 'id', 'after', 'task', 'status', 'not_before', 'attempts', 'sent_at'],
  desk_thread: ['conversation', 'round', 'home', 'source', 'number', 'cursor', 'takes_after', 'ref'],
  desk_message: ['conversation', 'round', 'desk_id', 'message', 'key', 'at'],
  setting: ['name', 'value'],
} as const;
export type Table = keyof typeof tables;
export const tableNames = Object.keys(tables) as Table[]; // its own keys

/** By which columns rows are sorted; a request that brought no message comes before every number. */
export const order: Record<Table, string> = {
  conversation: 'num',
  state: 'conversation',
  log: 'conversation, coalesce(seq, 0), id',
  session: 'hash',
  work: 'conversation, num',
  desk_thread: 'conversation, round',
  desk_message: 'conversation, round, desk_id',
  setting: 'name',
};

/** A store that is read whole, while nobody writes to it. */
export interface Whole extends AsyncDisposable {
  /** In order. */
  rows(table: Table): Iterable<Row>;
}
