import type { LogEvent } from '../../../shared/protocol.ts';
import type { Message } from '../../../shared/message.ts';
import type { DeskThread } from '../../desks/desk.ts';
import type { Lanes } from './lanes.ts';
import type { Place } from './place.ts';
import type { Conversation, DeskMessage, Receipt, Session, Store, WaitingWord, Work } from '../store.ts';
import { isLost, unavailable } from './database-errors.ts';

/* Each of these is one look at one place by its key, which is its first value. */

export type Reader = Omit<Store, 'commit' | 'set' | 'setOnce' | 'dropSessions' | 'purge' | 'close'>;

type Json<T, K extends keyof T> = Omit<T, K> & Record<K, string>;

interface MessageRow {
  id: string;
  at: number;
  deleted: boolean;
  author: string;
  words: string | null;
}
type EventRow = MessageRow & { seq: number; body: string | null };

interface ConversationRow extends Omit<Conversation, 'marks'> {
  spoke: number;
  forDesk: number;
  told: number;
  telling: string | null;
}

const conversationColumns = `c.id, c.site, c.visitor, c.log, c.version, c.seq, s.body AS state, c.spoke, c.for_desk AS "forDesk", c.told,
  c.telling, c.created_at AS "createdAt", c.updated_at AS "updatedAt"
  FROM conversation AS c JOIN state AS s ON s.conversation = c.num`;
const threadColumns = `c.id AS conversation, t.round, t.home, t.source, t.ref, t.cursor, t.takes_after AS "takesAfter"
  FROM desk_thread AS t JOIN conversation AS c ON c.num = t.conversation`;
const deskMessageColumns = 'round, desk_id AS "deskId", message, key, at FROM desk_message';
const withWork =
  'SELECT id FROM conversation AS c WHERE (for_desk > told OR EXISTS (SELECT FROM work WHERE conversation = c.num))';
/** Asked every few seconds. */
export const withWorkSince = `${withWork} AND active >= $1::bigint / 60000 ORDER BY num`;
/** The number of the conversation whose id is the first value. */
const it = '(SELECT num FROM conversation WHERE id = $1)';
/** About as many bytes as an event takes, beside its words. */
const eventBytes = 60;

function toConversation({ spoke, forDesk, told, telling, ...row }: ConversationRow): Conversation {
  const marks = { spoke, forDesk, told, telling: telling === null ? null : JSON.parse(telling) };
  return { ...row, marks } as Conversation; // `telling` is as it was given
}

function toMessage({ id, at, deleted, author, words }: MessageRow): Message {
  const message = { id, author: JSON.parse(author) as Message['author'], at };
  if (deleted || words === null) return { ...message, text: '', deleted: true };
  return { ...message, ...(JSON.parse(words) as Pick<Message, 'text' | 'choices' | 'files'>) };
}

const toThread = (row: Omit<DeskThread, 'ref'> & { ref: string | null }): DeskThread => ({
  ...row,
  ref: row.ref === null ? null : (JSON.parse(row.ref) as DeskThread['ref']),
});

type DeskMessageRow = Omit<DeskMessage, 'at'> & { at: number | null };
const toDeskMessage = ({ at, ...row }: DeskMessageRow): DeskMessage => (at === null ? row : { ...row, at });

type Ask = ReturnType<typeof createAsk>;

/** Questions to the server by name: it keeps its plan for each. */
function createAsk(lanes: Lanes, place: Place) {
  async function many<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await lanes.run<Row>(String(values[0]), { name, text, values });
      } catch (error) {
        // One that had been idle, most likely, and was ended meanwhile.
        if (attempt > 1 || !isLost(error)) throw unavailable(error, place);
      }
    }
  }
  async function one<Row extends object, To = Row>(
    name: string,
    text: string,
    values: unknown[],
    to: (row: Row) => To = (row) => row as unknown as To,
  ): Promise<To | undefined> {
    const [row] = await many<Row>(name, text, values);
    return row && to(row);
  }
  return { many, one };
}

export function createReader(lanes: Lanes, place: Place): Reader {
  const ask = createAsk(lanes, place);
  return { ...readLog(ask), ...readConversations(ask), ...readDesk(ask), ...lookThrough(ask) };
}

type Part<K extends keyof Reader> = Pick<Reader, K>;

function readLog({ many, one }: Ask): Part<'events' | 'message' | 'receipt' | 'waiting'> {
  return {
    async events(id, after, limit, bytes) {
      const rows = await many<EventRow>(
        'events',
        `SELECT seq, id, at, deleted, author, words, body FROM (
            SELECT *, sum(size) OVER (ORDER BY seq) AS total FROM (
              SELECT *, ${eventBytes} + coalesce(octet_length(words), 0) + coalesce(octet_length(body), 0) AS size
              FROM log WHERE conversation = ${it} AND seq > $2 ORDER BY seq LIMIT $3
            ) AS page
          ) AS summed WHERE total - size <= $4 ORDER BY seq`,
        [id, after, limit, bytes ?? Number.MAX_SAFE_INTEGER],
      );
      return rows.map((row): LogEvent =>
        row.body === null
          ? { kind: 'message', seq: row.seq, message: toMessage(row) }
          : (JSON.parse(row.body) as LogEvent),
      );
    },
    message: (id, message) =>
      one<MessageRow, Message>(
        'message',
        `SELECT id, at, deleted, author, words FROM log WHERE conversation = ${it} AND id = $2 AND seq IS NOT NULL`,
        [id, message],
        toMessage,
      ),
    receipt: (id, request) =>
      one<Receipt>(
        'receipt',
        `SELECT id, hash, coalesce(seq, body::bigint) AS seq, at FROM log WHERE conversation = ${it} AND id = $2`,
        [id, request],
      ),
    waiting: (id, after) =>
      many<WaitingWord>(
        'waiting',
        `SELECT seq, id, author::json ->> 'kind' AS by FROM log WHERE conversation = ${it} AND seq > $2 AND id IS NOT NULL
          AND NOT deleted AND author::json ->> 'kind' IN ('visitor', 'bot') ORDER BY seq`,
        [id, after],
      ),
  };
}

function readConversations({
  many,
  one,
}: Ask): Part<'conversation' | 'heads' | 'recent' | 'session' | 'work' | 'withWork' | 'setting' | 'settings'> {
  return {
    conversation: (id) =>
      one<ConversationRow, Conversation>(
        'conversation',
        `SELECT ${conversationColumns} WHERE c.id = $1`,
        [id],
        toConversation,
      ),
    heads: (ids) => many('heads', 'SELECT id, version, seq FROM conversation WHERE id = ANY ($1)', [ids]),
    async recent(since, limit) {
      const text = `SELECT ${conversationColumns} WHERE c.active >= $1::bigint / 60000 AND c.updated_at >= $1
        ORDER BY c.active DESC, c.updated_at DESC, c.num DESC LIMIT $2`;
      return (await many<ConversationRow>('recent', text, [since, limit])).map(toConversation);
    },
    session: (hash) =>
      one<Session>(
        'session',
        `SELECT s.hash, c.id AS conversation, s.site, s.created_at AS "createdAt", s.expires_at AS "expiresAt", s.heir
          FROM session AS s JOIN conversation AS c ON c.num = s.conversation WHERE s.hash = $1`,
        [hash],
      ),
    async work(id) {
      const rows = await many<Json<Work, 'task'>>(
        'work',
        `SELECT id, $1 AS conversation, num AS "order", after, task, not_before AS "notBefore", attempts, status,
          sent_at AS "sentAt" FROM work WHERE conversation = ${it} ORDER BY num`,
        [id],
      );
      return rows.map((row) => ({ ...row, task: JSON.parse(row.task) as Work['task'] }));
    },
    async withWork(since) {
      // An index of those that wait would change with each word. All are looked through at a start, and hardly ever else;
      // what changed lately is found by the index of that.
      const rows =
        since === undefined
          ? await many<{ id: string }>('with_work', `${withWork} ORDER BY num`, [])
          : await many<{ id: string }>('with_work_since', withWorkSince, [since]);
      return rows.map(({ id }) => id);
    },
    setting: (name) =>
      one<{ value: string }, string>(
        'setting',
        'SELECT value FROM setting WHERE name = $1',
        [name],
        ({ value }) => value,
      ),
    settings: (prefix) =>
      many('settings', 'SELECT name, value FROM setting WHERE starts_with(name, $1) ORDER BY name', [prefix]),
  };
}

function lookThrough({ many }: Ask): Part<'sessions' | 'idle' | 'list'> {
  return {
    sessions: (after, limit) =>
      many<Session>(
        'sessions',
        `SELECT s.hash, c.id AS conversation, s.site, s.created_at AS "createdAt", s.expires_at AS "expiresAt", s.heir
          FROM session AS s JOIN conversation AS c ON c.num = s.conversation WHERE s.hash > $1 ORDER BY s.hash LIMIT $2`,
        [after, limit],
      ),
    async idle(since, limit) {
      // Asked for once an hour, so there is no index that each word would have to change.
      const text = 'SELECT id FROM conversation WHERE updated_at < $1 ORDER BY updated_at LIMIT $2';
      return (await many<{ id: string }>('idle', text, [since, limit])).map(({ id }) => id);
    },
    list: (after, limit) =>
      many('list', 'SELECT id, site, visitor FROM conversation WHERE id > $1 ORDER BY id LIMIT $2', [after, limit]),
  };
}

function readDesk({
  many,
  one,
}: Ask): Part<'threads' | 'threadBySource' | 'threadByNumber' | 'deskMessage' | 'deskMessageByKey'> {
  return {
    async threads(id) {
      const rows = await many<Json<DeskThread, 'ref'>>(
        'threads',
        `SELECT ${threadColumns} WHERE c.id = $1 ORDER BY t.round`,
        [id],
      );
      return rows.map(toThread);
    },
    threadBySource: (source) =>
      one<Json<DeskThread, 'ref'>, DeskThread>(
        'thread_by_source',
        `SELECT ${threadColumns} WHERE t.source = $1`,
        [source],
        toThread,
      ),
    threadByNumber: (home, number) =>
      one<Json<DeskThread, 'ref'>, DeskThread>(
        'thread_by_number',
        `SELECT ${threadColumns} WHERE t.home = $1 AND t.number = $2 ORDER BY t.conversation DESC, t.round DESC LIMIT 1`,
        [home, number],
        toThread,
      ),
    deskMessage: (id, round, deskId) =>
      one<DeskMessageRow, DeskMessage>(
        'desk_message',
        `SELECT ${deskMessageColumns} WHERE conversation = ${it} AND round = $2 AND desk_id = $3`,
        [id, round, deskId],
        toDeskMessage,
      ),
    // All of a thread is looked through: it is asked for hardly ever, and an index would cost each word.
    deskMessageByKey: (id, round, key) =>
      one<DeskMessageRow, DeskMessage>(
        'desk_message_by_key',
        `SELECT ${deskMessageColumns} WHERE conversation = ${it} AND round = $2 AND key = $3 ORDER BY desk_id LIMIT 1`,
        [id, round, key],
        toDeskMessage,
      ),
  };
}
