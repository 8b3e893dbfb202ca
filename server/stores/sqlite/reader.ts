import Sqlite from 'better-sqlite3';
import type { LogEvent } from '../../../shared/protocol.ts';
import type { Message } from '../../../shared/message.ts';
import { RelayError } from '../../errors.ts';
import type { Conversation, DeskMessage, Marks, Receipt, Session, Store, WaitingWord, Work } from '../store.ts';
import type { DeskThread } from '../../desks/desk.ts';

/*
 * Reading happens on the thread that asks: each of these is a look at one place by its key and takes microseconds,
 * less than handing the question to another thread and the answer back. Nothing is read for longer than one page of
 * the log, so no reader holds up a checkpoint.
 */

type Reader = Omit<Store, 'commit' | 'set' | 'setOnce' | 'dropSessions' | 'purge' | 'close'> & Disposable;

interface MessageRow {
  id: string;
  at: number;
  deleted: number;
  author: string;
  text: string;
  choices: string | null;
  files: string | null;
}
type EventRow = MessageRow & { seq: number; body: string | null };
type Row<T, Json extends keyof T> = Omit<T, Json> & Record<Json, string>;

function toMessage({ id, at, deleted, author, text, choices, files }: MessageRow): Message {
  const message: Message = { id, author: JSON.parse(author) as Message['author'], text: deleted ? '' : text, at };
  // Where it is deleted, spaces stand in all three.
  if (deleted) return { ...message, deleted: true };
  if (choices !== null) message.choices = JSON.parse(choices) as NonNullable<Message['choices']>;
  if (files !== null) message.files = JSON.parse(files) as NonNullable<Message['files']>;
  return message;
}

type ConversationRow = Omit<Conversation, 'marks'> & Omit<Marks, 'telling'> & { telling: string | null };
const toConversation = ({ spoke, forDesk, told, telling, ...row }: ConversationRow): Conversation => ({
  ...row,
  marks: { spoke, forDesk, told, telling: telling === null ? null : (JSON.parse(telling) as Marks['telling']) },
});
const toThread = (row: Omit<DeskThread, 'ref'> & { ref: string | null }): DeskThread => ({
  ...row,
  ref: row.ref === null ? null : (JSON.parse(row.ref) as DeskThread['ref']),
});

type DeskMessageRow = Omit<DeskMessage, 'at'> & { at: number | null };
const toDeskMessage = ({ at, ...row }: DeskMessageRow): DeskMessage => (at === null ? row : { ...row, at });

const conversations = `SELECT c.id, c.site, c.visitor, c.log, c.version, c.seq, s.json AS state, c.spoke,
    c.for_desk AS forDesk, c.told, c.telling, c.created_at AS createdAt, c.updated_at AS updatedAt
  FROM conversation AS c JOIN state AS s ON s.conversation = c.num`;
const messageColumns = 'id, at, deleted, author, text, choices, files';
const threadColumns = 'c.id AS conversation, t.round, t.home, t.source, t.ref, t.cursor, t.takes_after AS takesAfter';
const deskMessageColumns = 'round, desk_id AS deskId, message, key, at';
const sessionRows = `SELECT s.hash, c.id AS conversation, s.site, s.created_at AS createdAt, s.expires_at AS expiresAt,
    s.heir
  FROM session AS s JOIN conversation AS c ON c.num = s.conversation`;
const ofConversation = '(SELECT num FROM conversation WHERE id = ?)';

/** Opens a connection of its own, which cannot write. The writer has made the file by then. */
export function openReader(file: string): Reader {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 50 });
  const one = <V extends unknown[], R>(sql: string) => {
    const statement = db.prepare<V, R>(sql);
    return (...values: V): R | undefined => guarded(() => statement.get(...values));
  };
  const many = <V extends unknown[], R>(sql: string) => {
    const statement = db.prepare<V, R>(sql);
    return (...values: V): R[] => guarded(() => statement.all(...values));
  };
  /** Rows until they hold as many bytes, the one that exceeds it included. */
  const until = <V extends unknown[], R extends object>(sql: string) => {
    const statement = db.prepare<V, R>(sql);
    return (bytes: number, ...values: V): R[] =>
      guarded(() => {
        const rows: R[] = [];
        let left = bytes;
        for (const row of statement.iterate(...values)) {
          rows.push(row);
          for (const value of Object.values(row)) left -= typeof value === 'string' ? Buffer.byteLength(value) : 8;
          if (left < 0) break;
        }
        return rows;
      });
  };
  function guarded<R>(read: () => R): R {
    try {
      return read();
    } catch (cause) {
      throw new RelayError(`the database cannot be read: ${(cause as Error).message}`, {
        remedy: `see that the disk of ${file} is well; if the file is damaged, restore the latest backup`,
        cause,
      });
    }
  }

  const conversation = one<[string], ConversationRow>(`${conversations} WHERE c.id = ?`);
  const recent = many<[number, number, number], ConversationRow>(
    `${conversations} WHERE c.active >= ? AND c.updated_at >= ? ORDER BY c.updated_at DESC, c.num DESC LIMIT ?`,
  );
  const events = until<[string, number, number], EventRow>(
    `SELECT seq, body, ${messageColumns} FROM log
      WHERE conversation = ${ofConversation} AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const message = one<[string, string], MessageRow>(
    `SELECT ${messageColumns} FROM log WHERE conversation = ${ofConversation} AND id = ? AND author IS NOT NULL`,
  );
  const receipt = one<[string, string], Receipt>(
    `SELECT id, hash, coalesce(seq, json_extract(body, '$.seq')) AS seq, at
      FROM log WHERE conversation = ${ofConversation} AND id = ?`,
  );
  const waiting = many<[string, number], WaitingWord>(
    `SELECT seq, id, json_extract(author, '$.kind') AS by FROM log
      WHERE conversation = ${ofConversation} AND seq > ? AND deleted = 0
        AND json_extract(author, '$.kind') IN ('visitor', 'bot') ORDER BY seq`,
  );
  const session = one<[string], Session>(`${sessionRows} WHERE s.hash = ?`);
  const work = many<[string, string], Row<Work, 'task'>>(
    `SELECT id, ? AS conversation, num AS "order", after, task, not_before AS notBefore, attempts, status, sent_at AS sentAt
      FROM work WHERE conversation = ${ofConversation} ORDER BY num`,
  );
  const withWork = many<[number], { id: string }>(
    `SELECT id FROM conversation
      WHERE active >= ? AND (for_desk > told OR num IN (SELECT conversation FROM work)) ORDER BY num`,
  );
  const threads = many<[string], Row<DeskThread, 'ref'>>(
    `SELECT ${threadColumns} FROM desk_thread AS t JOIN conversation AS c ON c.num = t.conversation
      WHERE c.id = ? ORDER BY t.round`,
  );
  const threadBySource = one<[string], Row<DeskThread, 'ref'>>(
    `SELECT ${threadColumns} FROM desk_thread AS t JOIN conversation AS c ON c.num = t.conversation WHERE t.source = ?`,
  );
  const threadByNumber = one<[string, number], Row<DeskThread, 'ref'>>(
    `SELECT ${threadColumns} FROM desk_thread AS t JOIN conversation AS c ON c.num = t.conversation
      WHERE t.home = ? AND t.number = ? ORDER BY t.conversation DESC, t.round DESC LIMIT 1`,
  );
  const deskMessage = one<[string, number, number], DeskMessageRow>(
    `SELECT ${deskMessageColumns} FROM desk_message
      WHERE conversation = ${ofConversation} AND round = ? AND desk_id = ?`,
  );
  // All of a thread is looked through: it is asked for hardly ever, and an index would cost each word.
  const deskMessageByKey = one<[string, number, string], DeskMessageRow>(
    `SELECT ${deskMessageColumns} FROM desk_message
      WHERE conversation = ${ofConversation} AND round = ? AND key = ? ORDER BY desk_id LIMIT 1`,
  );
  const heads = many<[string], Pick<Conversation, 'id' | 'version' | 'seq'>>(
    'SELECT id, version, seq FROM conversation WHERE id IN (SELECT value FROM json_each(?))',
  );
  const setting = one<[string], { value: string }>('SELECT value FROM setting WHERE name = ?');
  const settings = many<[string, string], { name: string; value: string }>(
    'SELECT name, value FROM setting WHERE substr(name, 1, length(?)) = ? ORDER BY name',
  );

  const map = <A, B>(value: A | undefined, to: (value: A) => B): B | undefined =>
    value === undefined ? undefined : to(value);

  return {
    conversation: async (id) => map(conversation(id), toConversation),
    heads: async (ids) => heads(JSON.stringify(ids)),
    recent: async (since, limit) => recent(Math.floor(since / 60_000), since, limit).map(toConversation),
    events: async (id, after, limit, bytes = Infinity) =>
      events(bytes, id, after, limit).map((row): LogEvent =>
        row.body === null
          ? { kind: 'message', seq: row.seq, message: toMessage(row) }
          : (JSON.parse(row.body) as LogEvent),
      ),
    message: async (id, name) => map(message(id, name), toMessage),
    receipt: async (id, request) => receipt(id, request),
    waiting: async (id, after) => waiting(id, after),
    session: async (hash) => session(hash),
    ...lookThrough(many),
    work: async (id) => work(id, id).map((row) => ({ ...row, task: JSON.parse(row.task) as Work['task'] })),
    withWork: async (since = 0) => withWork(Math.floor(since / 60_000)).map(({ id }) => id),
    threads: async (id) => threads(id).map(toThread),
    threadBySource: async (source) => map(threadBySource(source), toThread),
    threadByNumber: async (home, number) => map(threadByNumber(home, number), toThread),
    deskMessage: async (id, round, deskId) => map(deskMessage(id, round, deskId), toDeskMessage),
    deskMessageByKey: async (id, round, key) => map(deskMessageByKey(id, round, key), toDeskMessage),
    setting: async (name) => setting(name)?.value,
    settings: async (prefix) => settings(prefix, prefix),
    [Symbol.dispose]: () => void db.close(),
  };
}

type Many = <V extends unknown[], R>(sql: string) => (...values: V) => R[];

function lookThrough(many: Many): Pick<Store, 'sessions' | 'idle' | 'list'> {
  const sessions = many<[string, number], Session>(`${sessionRows} WHERE s.hash > ? ORDER BY s.hash LIMIT ?`);
  const idle = many<[number, number], { id: string }>(
    'SELECT id FROM conversation WHERE active < ? ORDER BY active LIMIT ?',
  );
  const list = many<[string, number], Pick<Conversation, 'id' | 'site' | 'visitor'>>(
    'SELECT id, site, visitor FROM conversation WHERE id > ? ORDER BY id LIMIT ?',
  );
  return {
    sessions: async (after, limit) => sessions(after, limit),
    idle: async (since, limit) => idle(Math.floor(since / 60_000), limit).map(({ id }) => id),
    list: async (after, limit) => list(after, limit),
  };
}
