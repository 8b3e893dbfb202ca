import type { Message } from '../../../shared/message.ts';
import type { Held } from '../../nodes/leases.ts';
import type { Changes } from '../store.ts';

/*
 * A decision as rows of plain values, by the part of the statement that writes them. One statement carries out a group of
 * decisions, and none of its parts sees what another has done; so what belongs together within one decision (a message
 * that is blanked at once, work that is added and dropped) is put together here.
 */

/** The parts of the statement, each with its columns. `i` is the place of the decision in its group. */
export const parts = {
  state: { body: 'text' },
  log: {
    seq: 'bigint',
    id: 'text',
    hash: 'text',
    at: 'bigint',
    deleted: 'boolean',
    author: 'text',
    words: 'text',
    body: 'text',
  },
  blank: { id: 'text' },
  session: { hash: 'text', site: 'text', created_at: 'bigint', expires_at: 'bigint', heir: 'text' },
  addWork: {
    num: 'bigint',
    id: 'text',
    after: 'bigint',
    task: 'text',
    status: 'text',
    not_before: 'bigint',
    attempts: 'int',
    sent_at: 'bigint',
  },
  changeWork: { id: 'text', status: 'text', not_before: 'bigint', attempts: 'int', sent_at: 'bigint' },
  dropWork: { id: 'text' },
  thread: {
    round: 'int',
    home: 'text',
    source: 'text',
    number: 'bigint',
    cursor: 'bigint',
    takes_after: 'bigint',
    ref: 'text',
  },
  deskMessage: { round: 'int', desk_id: 'bigint', message: 'text', key: 'text', at: 'bigint' },
} as const;
export type Part = keyof typeof parts;
export const partNames = Object.keys(parts) as Part[]; // its own keys

type Value = string | number | boolean | null;
type Row<P extends Part> = Record<keyof (typeof parts)[P], Value>;

/** The columns of what every decision has. */
export const headColumns = {
  id: 'text',
  expected: 'bigint',
  first: 'bigint',
  events: 'int',
  at: 'bigint',
  log: 'text',
  spoke: 'bigint',
  for_desk: 'bigint',
  told: 'bigint',
  telling: 'text',
  lease: 'text',
  fence: 'bigint',
  site: 'text',
  visitor: 'text',
} as const;

export interface Decision {
  /** `site` is null where nothing is made. */
  head: Record<keyof typeof headColumns, Value> & { id: string; expected: number; first: number };
  rows: { [P in Part]?: Row<P>[] };
}

/** In one decision, so that the orders of two of them never meet. */
const mostWork = 10_000;

const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));

/** Words stand together, so that they go together. As JSON, because no text of PostgreSQL holds a NUL. */
export const wordsOf = ({ text, choices, files }: Pick<Message, 'text' | 'choices' | 'files'>): string =>
  JSON.stringify({ text, choices, files });

/** The last of each. */
const latest = <T>(items: readonly T[], key: (item: T) => unknown): T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];

/** @throws {Error} for what is wrong with the decision itself, whatever the conversation is like */
export function toDecision(id: string, expected: number, changes: Changes, fence: Held = null): Decision {
  const { at, create, state, marks, entries = [], receipts = [] } = changes;
  if (create && expected !== 0) throw new Error('a conversation is only made with expected version 0');
  if (create && state === undefined) throw new Error('a conversation is made with its state');
  if ((changes.addWork?.length ?? 0) >= mostWork) throw new Error('this is more work than one decision can bring');
  const first = entries[0]?.event.seq ?? 0;
  if (entries.some(({ event }, i) => event.seq !== first + i)) {
    throw new Error('the events of a decision are numbered without a gap');
  }
  const rows: Decision['rows'] = {};
  const put = <P extends Part>(part: P, list: Row<P>[]) => {
    if (list.length > 0) rows[part] = list as never; // the rows of this very part
  };
  if (state !== undefined) put('state', [{ body: state }]);
  put('log', [
    ...entries.map(({ event, hash = null }) => logRow(event, hash, changes.blank ?? [], at)),
    ...receipts.map(({ id, hash, seq, at }) => ({
      ...noEntry,
      id,
      hash,
      at,
      body: String(seq),
    })),
  ]);
  put(
    'blank',
    [...new Set(changes.blank)].map((id) => ({ id })),
  );
  put(
    'session',
    latest(changes.sessions ?? [], ({ hash }) => hash).map((session) => {
      if (session.conversation !== id) throw new Error('a session is saved with the conversation it is for');
      const { hash, site, createdAt, expiresAt, heir } = session;
      return { hash, site, created_at: createdAt, expires_at: expiresAt, heir };
    }),
  );
  putWork(changes, expected * mostWork, put);
  put(
    'thread',
    latest(changes.threads ?? [], ({ round }) => round).map(({ round, home, source, ref, cursor, ...thread }) => {
      const number = typeof ref?.['number'] === 'number' ? ref['number'] : null;
      return {
        round,
        home,
        source,
        number,
        cursor,
        takes_after: (thread as { takesAfter?: number | null }).takesAfter ?? null,
        ref: json(ref),
      };
    }),
  );
  put(
    'deskMessage',
    latest(changes.deskMessages ?? [], ({ round, deskId }) => `${round} ${deskId}`).map(
      ({ round, deskId, message, key, at = null }) => ({ round, desk_id: deskId, message, key, at }),
    ),
  );
  return {
    head: {
      id,
      expected,
      first,
      events: entries.length,
      at,
      log: create?.log ?? changes.log ?? null,
      spoke: marks.spoke,
      for_desk: marks.forDesk,
      told: marks.told,
      telling: json(marks.telling),
      lease: fence?.lease ?? null,
      fence: fence?.number ?? null,
      site: create?.site ?? null,
      visitor: create?.visitor ?? null,
    },
    rows,
  };
}

const noEntry: Row<'log'> = {
  seq: null,
  id: null,
  hash: null,
  at: 0,
  deleted: false,
  author: null,
  words: null,
  body: null,
};

type Entries = NonNullable<Changes['entries']>;

function logRow(
  event: Entries[number]['event'],
  hash: string | null,
  blank: readonly string[],
  at: number,
): Row<'log'> {
  if (event.kind !== 'message') return { ...noEntry, seq: event.seq, at, body: JSON.stringify(event) };
  const { message } = event;
  const deleted = message.deleted === true || blank.includes(message.id);
  const words = deleted ? null : wordsOf(message);
  const author = JSON.stringify(message.author);
  return { seq: event.seq, id: message.id, hash, at: message.at, deleted, author, words, body: null };
}

/** Work that is added, changed and dropped by one decision, in this order. */
function putWork(
  { addWork = [], changeWork = [], dropWork = [] }: Changes,
  order: number,
  put: <P extends 'addWork' | 'changeWork' | 'dropWork'>(part: P, list: Row<P>[]) => void,
): void {
  const changed = new Map(changeWork.map((change) => [change.id, change]));
  const dropped = new Set(dropWork);
  const added = new Set(addWork.map(({ id }) => id));
  const times = ({ status, notBefore, attempts, sentAt }: (typeof changeWork)[number]) => ({
    status,
    not_before: notBefore,
    attempts,
    sent_at: sentAt,
  });
  put(
    'addWork',
    addWork.flatMap((work, i) => {
      const { id, after, task } = work;
      if (dropped.has(id)) return [];
      return [{ num: order + i + 1, id, after, task: JSON.stringify(task), ...times(changed.get(id) ?? work) }];
    }),
  );
  put(
    'changeWork',
    [...changed.values()]
      .filter(({ id }) => !added.has(id) && !dropped.has(id))
      .map((change) => ({ id: change.id, ...times(change) })),
  );
  put(
    'dropWork',
    [...dropped].map((id) => ({ id })),
  );
}
