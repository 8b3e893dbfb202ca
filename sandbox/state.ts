import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Kind, Kinds, Message } from './model.ts';

/**
 * All records, in memory, and written through to a file. Every request ends with `flush`, one transaction, before it is
 * answered: what was answered is still there after a `kill -9`.
 */
export interface State {
  get<K extends Kind>(kind: K, id: number | null | undefined): Kinds[K] | undefined;
  all<K extends Kind>(kind: K): Kinds[K][];
  /** The messages of a conversation by ascending id. */
  messagesOf(conversation: number): Message[];
  /** The next id of a kind; ids are never handed out twice, not even after a restart. */
  nextId(kind: Kind | 'attachment'): number;
  put<K extends Kind>(kind: K, record: Kinds[K]): Kinds[K];
  remove(kind: Kind, id: number): void;
  flush(): void;
  close(): void;
}

/** @param file where the records are kept; undefined keeps them in memory only */
export function openState(file: string | undefined): State {
  const records = new Map<Kind, Map<number, Kinds[Kind]>>();
  const byConversation = new Map<number, Map<number, Message>>();
  const changed = new Map<string, { kind: Kind; id: number }>();
  const database = file === undefined ? undefined : openFile(file);

  const table = (kind: Kind) => {
    let found = records.get(kind);
    if (!found) records.set(kind, (found = new Map()));
    return found;
  };
  const index = (message: Message) => {
    const found = byConversation.get(message.conversation_id) ?? new Map<number, Message>();
    byConversation.set(message.conversation_id, found.set(message.id, message));
  };
  const keep = (kind: Kind, record: Kinds[Kind]) => {
    table(kind).set(record.id, record);
    if (kind === 'message') index(record as Message); // the kind says which record it is
  };

  for (const row of database?.read() ?? []) keep(row.kind, JSON.parse(row.json) as Kinds[Kind]);

  const touch = (kind: Kind, id: number) => changed.set(`${kind} ${id}`, { kind, id });
  const counter = () => (table('counter').get(1) as Kinds['counter'] | undefined) ?? { id: 1, last: {} };

  return {
    get: <K extends Kind>(kind: K, id: number | null | undefined) =>
      id === null || id === undefined ? undefined : (table(kind).get(id) as Kinds[K] | undefined),
    all: <K extends Kind>(kind: K) => [...table(kind).values()] as Kinds[K][],
    messagesOf: (conversation) => [...(byConversation.get(conversation)?.values() ?? [])],
    nextId(kind) {
      const counted = counter();
      const id = (counted.last[kind] ?? 0) + 1;
      keep('counter', { ...counted, last: { ...counted.last, [kind]: id } });
      touch('counter', 1);
      return id;
    },
    put(kind, record) {
      keep(kind, record);
      touch(kind, record.id);
      return record;
    },
    remove(kind, id) {
      if (kind === 'message') {
        const message = table('message').get(id) as Message | undefined;
        if (message) byConversation.get(message.conversation_id)?.delete(id);
      }
      table(kind).delete(id);
      touch(kind, id);
    },
    flush() {
      database?.write([...changed.values()].map((row) => ({ ...row, record: table(row.kind).get(row.id) })));
      changed.clear();
    },
    close() {
      this.flush();
      database?.close();
    },
  };
}

interface Row {
  kind: Kind;
  id: number;
}

function openFile(file: string) {
  mkdirSync(dirname(file), { recursive: true });
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL'); // survives the end of the process; only a power cut may lose the last answers
  db.exec(
    'CREATE TABLE IF NOT EXISTS record (kind TEXT, id INTEGER, json TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT',
  );
  const put = db.prepare('INSERT OR REPLACE INTO record (kind, id, json) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM record WHERE kind = ? AND id = ?');
  const write = db.transaction((rows: (Row & { record: unknown })[]) => {
    for (const { kind, id, record } of rows) {
      if (record === undefined) remove.run(kind, id);
      else put.run(kind, id, JSON.stringify(record));
    }
  });
  return {
    read: () => db.prepare('SELECT kind, id, json FROM record ORDER BY kind, id').all() as (Row & { json: string })[],
    write: (rows: (Row & { record: unknown })[]) => {
      if (rows.length > 0) write(rows);
    },
    close: () => db.close(),
  };
}
