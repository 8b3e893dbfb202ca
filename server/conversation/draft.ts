import type { Message } from '../../shared/message.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import type { DeskThread } from '../desks/desk.ts';
import type { Changes, Conversation, NewEvent, Task, Work } from '../stores/store.ts';
import type { ConversationState } from '../stores/conversation-state.ts';

/** All of a conversation that decisions look at. */
export interface Loaded {
  conversation: Conversation;
  /** In order; new rows are at the end. */
  work: readonly Work[];
  /** In order of rounds. */
  threads: readonly DeskThread[];
}

/**
 * One decision being taken: what was loaded, and what is to change. Nothing outside sees any of it until it is
 * committed; a decision that turns out to change nothing costs no commit.
 */
export interface Draft {
  readonly id: string;
  readonly site: string;
  readonly visitor: string;
  readonly log: string;
  /** Gives the log another identity: browsers that have read more of it than there is then read it anew. */
  renewLog(log: string): void;
  /** Whether it is made by this very decision. */
  readonly isNew: boolean;
  readonly at: number;
  /** May be changed freely: it is this draft's own copy. */
  readonly state: ConversationState;
  readonly work: readonly Work[];
  readonly threads: readonly DeskThread[];
  readonly seq: number;
  /** Puts a message into the log. */
  say(message: Message): number;
  /** Puts anything else into the log. */
  append(event: DistributiveOmit<Exclude<LogEvent, { kind: 'message' }>, 'seq'>): number;
  /** Takes a message's words away, for good. */
  blank(message: string): void;
  receipt(id: string, hash: string): void;
  /** Where a request that was just accepted stands. */
  seqOf(request: string): number;
  session(session: NonNullable<Changes['sessions']>[number]): void;
  add(id: string, task: Task, notBefore?: number): void;
  change(id: string, to: Partial<Pick<Work, 'status' | 'notBefore' | 'attempts' | 'sentAt'>>): void;
  drop(which: (work: Work) => boolean): void;
  thread(thread: Omit<DeskThread, 'conversation'>): void;
  deskMessage(row: NonNullable<Changes['deskMessages']>[number]): void;
  /** What a commit needs; undefined where nothing changed. */
  changes(): Changes | undefined;
  /** What will be true once it is committed. */
  after(): Loaded;
  /** What browsers are told then. */
  readonly news: readonly LogEvent[];
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export function createDraft(loaded: Loaded, at: number): Draft {
  const { conversation } = loaded;
  const before = JSON.stringify(conversation.state);
  // Plain data, kept as JSON anyway: this is the copy that may be changed.
  const state = JSON.parse(before) as ConversationState;
  let work = [...loaded.work];
  let threads = [...loaded.threads];
  let seq = conversation.seq;
  const changes: Changes = { at };
  const news: LogEvent[] = [];
  const put = <K extends keyof Changes>(key: K, item: NonNullable<Changes[K]> extends (infer I)[] ? I : never) => {
    // Every key used here holds a list.
    ((changes[key] ??= [] as never) as unknown as unknown[]).push(item);
  };
  const log = (event: NewEvent, told: LogEvent) => {
    put('events', event);
    news.push(told);
    return seq;
  };
  if (conversation.version === 0) {
    changes.create = { site: conversation.site, visitor: conversation.visitor, log: conversation.log };
  }

  return {
    id: conversation.id,
    site: conversation.site,
    visitor: conversation.visitor,
    get log() {
      return changes.log ?? conversation.log;
    },
    renewLog(log) {
      changes.log = log;
    },
    isNew: conversation.version === 0,
    at,
    state,
    news,
    get work() {
      return work;
    },
    get threads() {
      return threads;
    },
    get seq() {
      return seq;
    },
    say(message) {
      seq += 1;
      put('messages', message);
      return log({ kind: 'message', seq, id: message.id }, { kind: 'message', seq, message });
    },
    append(event) {
      seq += 1;
      const numbered = { ...event, seq };
      return log(numbered, numbered);
    },
    blank(message) {
      put('blank', message);
    },
    receipt(id, hash) {
      put('receipts', { id, hash, seq, at });
    },
    seqOf: (request) => changes.receipts?.find(({ id }) => id === request)?.seq ?? seq,
    session(session) {
      put('sessions', session);
    },
    add(id, task, notBefore = at) {
      const row = { id, task, notBefore, attempts: 0, status: 'ready' as const, sentAt: null };
      put('addWork', row);
      work.push({ ...row, conversation: conversation.id, order: (work.at(-1)?.order ?? 0) + 1 });
    },
    change(id, to) {
      work = work.map((row) => {
        if (row.id !== id) return row;
        const { status, notBefore, attempts, sentAt } = { ...row, ...to };
        put('changeWork', { id, status, notBefore, attempts, sentAt });
        return { ...row, status, notBefore, attempts, sentAt };
      });
    },
    drop(which) {
      work = work.filter((row) => {
        const goes = which(row);
        if (goes) put('dropWork', row.id);
        return !goes;
      });
    },
    thread(thread) {
      const row = { ...thread, conversation: conversation.id };
      put('threads', thread);
      threads = threads.some((known) => known.round === row.round)
        ? threads.map((known) => (known.round === row.round ? row : known))
        : [...threads, row];
    },
    deskMessage(row) {
      put('deskMessages', row);
    },
    changes() {
      if (JSON.stringify(state) !== before || changes.create) changes.state = state;
      return Object.keys(changes).length > 1 ? changes : undefined;
    },
    after: () => ({
      conversation: {
        ...conversation,
        state,
        seq,
        log: changes.log ?? conversation.log,
        version: conversation.version + 1,
        updatedAt: at,
      },
      work,
      threads,
    }),
  };
}
