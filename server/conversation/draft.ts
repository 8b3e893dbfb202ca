import type { Message } from '../../shared/message.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import type { DeskThread } from '../desks/desk.ts';
import type { ConversationState } from '../stores/conversation-state.ts';
import type { Changes, Conversation, Marks, Receipt, Task, Telling, WaitingWord, Work } from '../stores/store.ts';

/** A conversation, with its state as something to look into. */
export interface Current extends Omit<Conversation, 'state'> {
  readonly state: ConversationState;
}

/** All of a conversation that decisions look at. */
export interface Loaded {
  conversation: Current;
  /** Its state, as it is saved. */
  savedState: string;
  /** In order; new rows are at the end. */
  work: readonly Work[];
  /** In order of rounds. */
  threads: readonly DeskThread[];
  /** What is for the desk and not there yet, in order: what the log has behind `told`. */
  waiting: readonly WaitingWord[];
  /**
   * What waits up to this number was found in the database. Where that is an older copy (a backup), the desk may have it
   * already.
   */
  foundUpTo: number;
}

/**
 * One decision being taken, or several one after the other: what was loaded, and what is to change. Nothing outside sees
 * any of it until it is committed; a decision that turns out to change nothing costs no commit.
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
  /** May be changed freely: it is this draft's own copy, made when it is first asked for. */
  readonly state: ConversationState;
  /** The same to be looked at alone: nothing is copied for it. */
  readonly seen: DeepReadonly<ConversationState>;
  readonly marks: Readonly<Marks>;
  readonly work: readonly Work[];
  readonly threads: readonly DeskThread[];
  /** See `Loaded`. */
  readonly waiting: readonly WaitingWord[];
  readonly foundUpTo: number;
  readonly seq: number;
  /** Puts a message into the log. The visitor's and the bot's are for the desk. */
  say(message: Message): number;
  /** Puts anything else into the log. */
  append(event: DistributiveOmit<Exclude<LogEvent, { kind: 'message' }>, 'seq'>): number;
  /** Takes a message's words away, for good. */
  blank(message: string): void;
  /** Behind what was said for it, where it brought a message. */
  receipt(id: string, hash: string): void;
  /** A request or message with this id, where one is known: of this draft, or because the store said that it is there. */
  before(id: string): Receipt | undefined;
  session(session: NonNullable<Changes['sessions']>[number]): void;
  /** It comes after all that is for the desk until now, or up to `after`. */
  add(id: string, task: Task, options?: { notBefore?: number; after?: number }): void;
  change(id: string, to: Partial<Pick<Work, 'status' | 'notBefore' | 'attempts' | 'sentAt'>>): void;
  drop(which: (work: Work) => boolean): void;
  /** How the first message that waits for the desk is getting there; null where nothing was tried yet. */
  tell(telling: Telling | null): void;
  /** A message does not wait any more: the desk has it, or is not to have it. */
  told(message: string): void;
  thread(thread: Omit<DeskThread, 'conversation'>): void;
  deskMessage(row: NonNullable<Changes['deskMessages']>[number]): void;
  /** Whether anything may have been changed since `resetTouched` was called last. */
  resetTouched(): void;
  readonly isTouched: boolean;
  /** The ids that may not be there yet. */
  ids(): string[];
  /** What a commit needs; undefined where nothing changed. */
  changes(): Changes | undefined;
  /** What will be true once it is committed. */
  whenCommitted(): Loaded;
  /** What browsers are told then. */
  readonly news: readonly LogEvent[];
}

/** What a draft has changed so far. */
export interface Collected {
  readonly changes: Changes;
  put<K extends keyof Changes>(key: K, item: NonNullable<Changes[K]> extends (infer I)[] ? I : never): void;
  touch(): void;
  readonly isTouched: boolean;
  readonly calls: Pick<Draft, 'resetTouched' | 'renewLog'>;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
