import type { LogEvent } from '../../shared/protocol.ts';
import type { Message } from '../../shared/message.ts';
import type { BotEvent } from '../bots/bot.ts';
import type { DeskOp, DeskThread } from '../desks/desk.ts';
import type { Held } from '../nodes/leases.ts';

/** A conversation as it stands. `version` grows by one with each commit, `seq` with each event. */
export interface Conversation {
  id: string;
  site: string;
  visitor: string;
  /** The random identity of its log; a new one means that history was lost. */
  log: string;
  version: number;
  seq: number;
  /** What the core knows of it beside its log, as JSON. The store looks into none of it. */
  state: string;
  marks: Marks;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
}

/**
 * The log is the queue: how far others have got in it. Numbers of events; 0 is before all of them. They stand beside the
 * state because they move with each word, and the state does not.
 */
export interface Marks {
  /** The visitor's last message. */
  spoke: number;
  /** The last message that is for the desk: the visitor's and the bot's are. */
  forDesk: number;
  /** The desk has had all that was for it up to this number: it stands there, or was given up. */
  told: number;
  /** The message after `told` that is for the desk, once it was tried. Plain data. */
  telling: Telling | null;
}

/** A message on its way to the desk. */
export interface Telling {
  seq: number;
  /** `sending` is saved before a request leaves; found at a start it means `unknown`. */
  status: 'ready' | 'sending' | 'unknown';
  /** Milliseconds since 1970. */
  notBefore: number;
  attempts: number;
  /** When the last request left, milliseconds since 1970. */
  sentAt: number | null;
}

/** A message that is for the desk, without its words. */
export interface WaitingWord {
  seq: number;
  id: string;
  by: 'visitor' | 'bot';
}

/** What is to be done later or elsewhere, saved with the decision behind it. */
export type Task =
  /** One request to the desk, for one round. */
  | { lane: 'desk'; round: number; op: DeskOp }
  /**
   * One question to the bot: what the visitor said after a number and up to another, and these beside it. Or an event of a
   * session, without words.
   */
  | {
      lane: 'bot';
      turn: string;
      epoch: number;
      from: number;
      upTo: number;
      also: string[];
      event?: BotEvent;
      session?: string;
    }
  /** Something that is due at `notBefore`. `ahead`: how many words waited before the handoff then. */
  | { lane: 'timer'; timer: string; epoch: number; ahead?: number };

/** Work that is no word of the log. */
export interface Work {
  /** Random, the relay's own. */
  id: string;
  conversation: string;
  /** Ascends within a conversation: lanes are worked off in this order. The store gives it. */
  order: number;
  /** For the desk: it comes after all that is for the desk up to this number of the log, and before what is behind it. */
  after: number;
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
  /** The id its sender made. Within a conversation, a message and a request never have one id in common. */
  id: string;
  /** What was asked, hashed. Null: nobody asked for it, it is somebody else's message. */
  hash: string | null;
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

/** A place in the log to be. A message brings its words: both are one row, and the words can be blanked in it. */
export interface Entry {
  event: LogEvent;
  /** What was asked, hashed, where a request brought this message: their id is the same. It is the request's receipt. */
  hash?: string;
}

/** One decision, or several of one conversation that waited together. All of it happens, or nothing. */
export interface Changes {
  /** Makes the conversation; only with expected version 0, and with its state. */
  create?: { site: string; visitor: string; log: string };
  /** Milliseconds since 1970. */
  at: number;
  /** A new identity of the log: some of its history is not there any more. */
  log?: string;
  /** JSON. Missing: as it was. */
  state?: string;
  /** As they are from now on. */
  marks: Marks;
  /** Numbered by the caller: `seq + 1`, `seq + 2` … */
  entries?: Entry[];
  /** Messages that lose their words, for good: no copy of them stays anywhere. */
  blank?: string[];
  /** Of requests that brought no message. */
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
  /** Instead of all else: takes the conversation away with everything that is kept of it, its words for good. */
  remove?: true;
}

/** What became of a decision. Only after `ok` anything has happened. */
export type Committed =
  | 'ok'
  /** The conversation has moved on: load it again, decide again. */
  | 'stale'
  /** An id among its messages or receipts is there already: a repeat. Look it up, decide again. */
  | 'taken'
  /** The lease was taken by another node since: what it is for is no business of this one any more. */
  | 'fenced';

/**
 * What the relay must not lose. Everything is keyed by conversation; nothing here knows why anything is done.
 * The caller lets one decision at a time be taken for a conversation; the version finds out when it did not.
 */
export interface Store {
  conversation(id: string): Promise<Conversation | undefined>;
  /** How far conversations are, of those that there are. In no order. */
  heads(ids: readonly string[]): Promise<Pick<Conversation, 'id' | 'version' | 'seq'>[]>;
  /**
   * Carries out one decision, durably: when this answers `ok`, a power cut changes nothing any more. Decisions of
   * several conversations may share one disk write; one that fails takes no other with it. Nobody has looked before
   * whether its ids are there already: the store tells.
   * @param fence the lease under which it is made, where several nodes share the store; without it, any node may
   * @throws {RelayError} `unavailable` where nothing can be written (disk full, locked), or where it is not known whether it
   *   was (the connection broke): load it again before deciding again
   * @throws {Error} where the decision itself is wrong (a gap in its numbers, a source that another thread has): a
   *   mistake in the caller, and again nothing was changed
   */
  commit(id: string, expectedVersion: number, changes: Changes, fence?: Held): Promise<Committed>;
  /**
   * Events after a number, oldest first, with their words.
   * @param bytes ends the list with the event that exceeds it, roughly
   */
  events(id: string, after: number, limit: number, bytes?: number): Promise<LogEvent[]>;
  message(id: string, message: string): Promise<Message | undefined>;
  /** Of a request, or of a message with this id: its own where a request brought it. */
  receipt(id: string, request: string): Promise<Receipt | undefined>;
  /** Messages for the desk after a number, in order. Those that lost their words are left out. */
  waiting(id: string, after: number): Promise<WaitingWord[]>;
  session(hash: string): Promise<Session | undefined>;
  /** All sessions, by their hashes, page by page: those after a hash. */
  sessions(after: string, limit: number): Promise<Session[]>;
  /** In order. */
  work(id: string): Promise<Work[]>;
  /**
   * Conversations with something to do: any work, or `forDesk` beyond `told`.
   * @param since only those changed then or since, to the minute (milliseconds since 1970): few rows are looked at for
   *   it. Without it all are looked through
   */
  withWork(since?: number): Promise<string[]>;
  /** In order of rounds. */
  threads(id: string): Promise<DeskThread[]>;
  threadBySource(source: string): Promise<DeskThread | undefined>;
  /** By the desk's own number, which is `ref.number`. */
  threadByNumber(home: string, number: number): Promise<DeskThread | undefined>;
  /** Conversations changed then or since, newest first. */
  recent(since: number, limit: number): Promise<Conversation[]>;
  /** Conversations not changed since then, to the minute; those that are so for longest first. */
  idle(since: number, limit: number): Promise<string[]>;
  /** All conversations, by their ids, page by page: those after an id. For who looks through all of them. */
  list(after: string, limit: number): Promise<Pick<Conversation, 'id' | 'site' | 'visitor'>[]>;
  deskMessage(id: string, round: number, deskId: number): Promise<DeskMessage | undefined>;
  /** The first message at the desk that an operation of ours wrote. */
  deskMessageByKey(id: string, round: number, key: string): Promise<DeskMessage | undefined>;
  setting(name: string): Promise<string | undefined>;
  /** All whose names begin so, by name. */
  settings(prefix: string): Promise<{ name: string; value: string }[]>;
  /** Durable like a commit. */
  set(name: string, value: string): Promise<void>;
  /** Durable like a commit; by hash. What is not there any more is no error. */
  dropSessions(hashes: readonly string[]): Promise<void>;
  /**
   * Sets it where there is none; durable, too.
   * @returns what it is now: another node may have been quicker
   */
  setOnce(name: string, value: string): Promise<string>;
  /**
   * Takes out of its own files what they still have of words that were blanked or removed.
   * @returns false where somebody reads for longer (a backup) and so keeps it from that: it is to be tried again
   */
  purge(): Promise<boolean>;
  /** Writes what was decided until now, and takes nothing more. */
  close(): Promise<void>;
}
