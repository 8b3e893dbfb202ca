import type { LogEvent } from '../../shared/protocol.ts';
import type { Message } from '../../shared/message.ts';
import type { ConversationState } from './conversation-state.ts';
import type { DeskOp, DeskThread } from '../desks/desk.ts';

/** A conversation as it stands. `version` grows by one with each commit, `seq` with each event. */
export interface Conversation {
  id: string;
  site: string;
  visitor: string;
  /** The random identity of its log; a new one means that history was lost. */
  log: string;
  version: number;
  seq: number;
  state: ConversationState;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
}

/** What is to be done later or elsewhere, saved with the decision behind it. */
export type Task =
  /** One request to the desk, for one round. */
  | { lane: 'desk'; round: number; op: DeskOp }
  /** One question to the bot. */
  | { lane: 'bot'; turn: string; epoch: number; messages: string[] }
  /** Something that is due at `notBefore`. `ahead`: how many words waited before the handoff then. */
  | { lane: 'timer'; timer: string; epoch: number; ahead?: number };

export interface Work {
  /** Random, the relay's own. */
  id: string;
  conversation: string;
  /** Ascends within a conversation: lanes are worked off in this order. The store gives it. */
  order: number;
  task: Task;
  /** Milliseconds since 1970. */
  notBefore: number;
  attempts: number;
  /** `sending` is saved before a request leaves; found at a start it means `unknown`. */
  status: 'ready' | 'sending' | 'unknown';
  /** When the last request left, milliseconds since 1970. */
  sentAt: number | null;
}

/** The proof that a request was accepted, kept for good: a repeat gets the same answer. */
export interface Receipt {
  /** The id its sender made. */
  id: string;
  /** What was asked, hashed. */
  hash: string;
  seq: number;
  at: number;
}

/** One browser's right to a conversation. */
export interface Session {
  /** SHA-256 of the token's secret part, base64url. */
  hash: string;
  conversation: string;
  site: string;
  createdAt: number;
  /** After this it is no longer good, milliseconds since 1970. */
  expiresAt: number;
  /** The hash of the token that went on after this one; null while that is open. */
  heir: string | null;
}

/** A message at the desk and ours, either way. `message` is null for what was never shown (an empty one). */
export interface DeskMessage {
  round: number;
  deskId: number;
  message: string | null;
  /** For ours: the key of the operation that wrote it. */
  key: string | null;
  /** When the desk says it was written, milliseconds since 1970; missing where that was not noted. */
  at?: number;
}

/** Events without the words: a text lives in one row, so that it can be blanked. */
export type NewEvent = LogEvent extends infer E
  ? E extends { kind: 'message' }
    ? { kind: 'message'; seq: number; id: string }
    : E
  : never;

/** One decision. All of it happens, or nothing. */
export interface Changes {
  /** Makes the conversation; only with expected version 0. */
  create?: { site: string; visitor: string; log: string };
  /** Milliseconds since 1970. */
  at: number;
  /** A new identity of the log: some of its history is not there any more. */
  log?: string;
  state?: ConversationState;
  /** Numbered by the caller: `seq + 1`, `seq + 2` … */
  events?: NewEvent[];
  /** The words of the message events among them. */
  messages?: Message[];
  /** Messages that lose their words, for good (`secure_delete`). */
  blank?: string[];
  receipts?: Receipt[];
  /** Made, or given other times, by hash. */
  sessions?: Session[];
  addWork?: Omit<Work, 'order' | 'conversation'>[];
  /** By id; what is not there any more is no error. */
  changeWork?: { id: string; status: Work['status']; notBefore: number; attempts: number; sentAt: number | null }[];
  dropWork?: string[];
  /** Made, or replaced, by round. */
  threads?: Omit<DeskThread, 'conversation'>[];
  /** Made, or replaced, by round and the desk's id. */
  deskMessages?: DeskMessage[];
}

/**
 * What the relay must not lose. Everything is keyed by conversation; nothing here knows why anything is done.
 * The caller lets one decision at a time be taken for a conversation; the version finds out when it did not.
 */
export interface Store {
  conversation(id: string): Promise<Conversation | undefined>;
  /**
   * Carries out one decision, durably: when this answers `ok`, a power cut changes nothing any more. Decisions of
   * several conversations may share one disk write; one that fails takes no other with it.
   * @returns stale where the conversation has moved on: load it again, decide again
   * @throws {RelayError} `unavailable` where nothing can be written (disk full, locked); nothing was changed then
   * @throws {Error} where the decision itself is wrong (a gap in its numbers, an id that is there already, an event
   *   without its words): a mistake in the caller, and again nothing was changed
   */
  commit(id: string, expectedVersion: number, changes: Changes): Promise<'ok' | 'stale'>;
  /**
   * Events after a number, oldest first, with their words.
   * @param bytes ends the list with the event that exceeds it, roughly
   */
  events(id: string, after: number, limit: number, bytes?: number): Promise<LogEvent[]>;
  message(id: string, message: string): Promise<Message | undefined>;
  receipt(id: string, request: string): Promise<Receipt | undefined>;
  session(hash: string): Promise<Session | undefined>;
  /** In order. */
  work(id: string): Promise<Work[]>;
  /** Conversations that have any work. */
  withWork(): Promise<string[]>;
  /** In order of rounds. */
  threads(id: string): Promise<DeskThread[]>;
  threadBySource(source: string): Promise<DeskThread | undefined>;
  /** By the desk's own number, which is `ref.number`. */
  threadByNumber(home: string, number: number): Promise<DeskThread | undefined>;
  /** Conversations changed then or since, newest first. */
  recent(since: number, limit: number): Promise<Conversation[]>;
  deskMessage(id: string, round: number, deskId: number): Promise<DeskMessage | undefined>;
  /** The first message at the desk that an operation of ours wrote. */
  deskMessageByKey(id: string, round: number, key: string): Promise<DeskMessage | undefined>;
  setting(name: string): Promise<string | undefined>;
  /** All whose names begin so, by name. */
  settings(prefix: string): Promise<{ name: string; value: string }[]>;
  /** Durable like a commit. */
  set(name: string, value: string): Promise<void>;
  /** Writes what was decided until now, and takes nothing more. */
  close(): Promise<void>;
}
