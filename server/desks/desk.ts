import type { DeskTeam, TeamName } from './team-name.ts';
import type { Stars } from '../../shared/handoff.ts';
import type { Author, Choice, File } from '../../shared/message.ts';

/**
 * Where a thread is at the desk: plain data. `number` is what people there call it, and stands in notes and logs; the
 * rest is the desk's own, and the core only keeps it.
 */
export type DeskRef = Readonly<Record<string, string | number>>;

/** What the desk knows of one round with one visitor. One conversation may have many; one of them is live. */
export interface DeskThread {
  conversation: string;
  /** 1 for the first; grows by one with each return from people. */
  round: number;
  /** Which desk it is at (`Desk.home`). Another home means another desk: the thread is over. */
  home: string;
  /** 24 random bytes, base64url, saved before they are first used. Secret: never in a browser, a log, an endpoint. */
  source: string;
  /** Null until it was made at the desk. */
  ref: DeskRef | null;
  /** Up to where it was read. */
  cursor: number;
  /**
   * What is for the desk goes to the thread with the highest `takesAfter` below its number in the log. Null: nothing
   * goes there (any more).
   */
  takesAfter: number | null;
}

/** A person at the desk. `key` is the desk's own id. */
export interface DeskAgent {
  key: string;
  name: string;
}

/**
 * `pending`: the bot's, and people are not disturbed by it. `open`: people's. `snoozed`: people have put it off.
 * `resolved`: this round is over.
 */
export type DeskStatus = 'pending' | 'open' | 'snoozed' | 'resolved';

/** Who has a thread, as the desk says it now. */
export interface DeskState {
  status: DeskStatus;
  /** A person; never a bot. */
  assignee: DeskAgent | null;
  team: { key: string; name: string } | null;
  /** While it is snoozed: when it comes back, in milliseconds since 1970, where the desk says so. */
  until?: number | null;
}

/** What the core wants done at the desk. */
export type Intent =
  /** A round begins: the visitor and the thread are made, waiting for nobody. */
  | { do: 'begin' }
  /** Somebody said something; the text is in the log. */
  | { do: 'say'; message: string }
  /** People shall have it, a certain one first. `note` points at what the private note shall say. */
  | {
      do: 'handOver';
      team: TeamName | null;
      person?: DeskAgent;
      attributes: Record<string, string>;
      note: string;
    }
  /** What people see of the visitor beside the conversation has changed; what is not named stays. */
  | { do: 'describe'; attributes: Record<string, string> }
  /** Before that: who is in these teams, and whether a person is there. `wish` says for whom it is asked. */
  | { do: 'look'; wish: string; teams: TeamName[]; person: DeskAgent | null }
  /** A note that mentions nobody. */
  | { do: 'remark'; note: string }
  /**
   * The visitor has said whether it was solved: people read it in a note, and it is counted where the desk counts ratings.
   * `note` points at what the note says, and at what the visitor wrote with it.
   */
  | { do: 'rate'; stars: Stars; note: string }
  /** Nobody was assigned: tell the team, or the people who are there, by a note. */
  | { do: 'call'; team: TeamName | null; note: string }
  /**
   * A person answered while it was the bot's: it is opened and assigned to them. With `evenResolved` also where it is resolved
   * (they spoke in a round that was over); without, a person who resolved it since is left alone.
   */
  | { do: 'assign'; agent: DeskAgent; evenResolved?: true }
  /** The bot has it again, in the same thread; `note` says why. */
  | { do: 'takeBack'; note: string }
  /** This round is over; `note` says why. */
  | { do: 'close'; note: string }
  /** A message that could not be delivered to us then has been read since: its mark of a failure is taken off. */
  | { do: 'clearFailure'; deskId: number };

/**
 * One request to the desk, saved in the same commit as the decision behind it. It points at the log and holds no
 * text. `key` is random and the relay's own: it is what makes ours recognisable at the desk, and a repeat harmless.
 * `step` is the desk's own name of it: for the log and for notes, never for a decision. What a decision needs to know
 * stands beside it; a desk keeps what else it needs in fields of its own, as plain data.
 */
export type DeskOp = { key: string; step: string } &
  /** Makes the thread. */
  (
    | { kind: 'begin' }
    /** Writes a message of the log. */
    | { kind: 'say'; message: string }
    /**
     * Writes a private note. A `remark` is about what was said; other notes belong to the changes around them. One that
     * `closes` is a round's last. With `mention`, the team is told, or without one everybody who can be.
     */
    | { kind: 'note'; note: string; mention?: { team: TeamName | null }; remark?: true; closes?: true }
    /**
     * Counts what the visitor thinks of this round for those who helped in it. One rating a round: another one takes its
     * place. Done with a `note` where the desk counts none. What it takes to be counted is never shown to the visitor.
     */
    | { kind: 'rate'; stars: Stars; note: string }
    /** The desk shows a person's message as not delivered to us, and it has been read since: takes that mark off. */
    | { kind: 'clearFailure'; deskId: number }
    /** Begins a handoff by asking who is there; what follows is planned once that is known. */
    | { kind: 'look'; wish: string; teams: TeamName[]; person: DeskAgent | null }
    | DeskChange
  );

/**
 * Whether a team can take somebody now. `no_access`: none of its people sees this inbox. `closed`: outside its hours.
 * `unknown`: the desk did not say, and nobody is kept away by that.
 */
export type TeamState = 'ok' | 'missing' | 'empty' | 'no_access' | 'closed' | 'nobody_online' | 'unknown';

/** Who is there. */
export interface Looked {
  /** As they were asked for. */
  teams: { team: TeamName; state: TeamState }[];
  /** The person asked for, where they are online and see the inbox, with those of the teams that they are in. */
  person: { teams: TeamName[] } | null;
}

/** Changes the thread itself. */
export interface DeskChange {
  kind: 'change';
  /** It may change who has the thread: what the desk says of that while it is under way is not believed. */
  ownership?: true;
  /**
   * Its place in a handoff to people: the first change; the one without which nobody sees the thread (if that is
   * refused, the handoff has failed); the last one, whose outcome tells who has the thread now.
   */
  handoff?: 'begins' | 'opens' | 'ends';
}

/** Whether it, or what follows from it, may change who has the thread. */
export const changesOwnership = (op: DeskOp): boolean =>
  op.kind === 'begin' || op.kind === 'look' || (op.kind === 'change' && op.ownership === true);

/**
 * In the place of the time when something was sent: a start found it waiting, so that only an older copy of the database
 * can have sent it.
 */
export const sentByOlderCopy = 0;

/** An operation with what it points at. */
export interface DeskTask {
  op: DeskOp;
  thread: DeskThread;
  /** For `say`: who, and the words as they shall stand at the desk (Markdown); choices are mirrored as text. */
  message?: { author: Author; text: string; choices?: Choice[] };
  /** For `note`: Markdown. */
  note?: string;
  /** For `rate`: what the visitor wrote with it, as it was typed. */
  feedback?: string;
  /** Who the visitor is to people, and where they are. */
  visitor: { id: string; name: string; site: string; language: string; page: { url: string; title: string } | null };
  /**
   * Milliseconds since 1970 when it was sent before, or `sentByOlderCopy`; null if it never was.
   */
  sentAt: number | null;
  /** The thread has no word in it yet, and must not be left like that. */
  isFirst?: true;
  /**
   * Asked right before each request that changes anything leaves, however long it waited for its turn: false once it is
   * another relay's to send. What does not leave is `unsent`.
   */
  mayLeave(): boolean;
}

export type Outcome =
  /**
   * `taken`: a person is already there, and the step left it alone. `note`: why nothing was changed, for the log.
   * `looked`: what was found by looking who is there.
   */
  | {
      result: 'done';
      ref?: DeskRef;
      deskId?: number;
      state?: DeskState;
      taken?: DeskAgent;
      note?: string;
      looked?: Looked;
    }
  /** It did not happen, and may be tried again (after `retryAfterMs`, if that is known). */
  | { result: 'unsent'; why: string; retryAfterMs?: number }
  /**
   * It may have happened: reconcile it first (after `retryAfterMs`, if the desk could not be asked now). `knownInMs`: by
   * then that tells for certain.
   */
  | { result: 'unknown'; why: string; retryAfterMs?: number; knownInMs?: number }
  /** It will never happen. `gone`: because the thread may be over; a read tells. */
  | { result: 'refused'; why: string; gone?: boolean };

/** Something that was said, or happened to what was said, in a thread. `id` is the desk's, and ascends. */
export type DeskEvent =
  /**
   * A person's public words. `at` in milliseconds since 1970. `failed`: the desk shows it as not delivered to us, and
   * deliveries arrive again, so that the mark may be taken off.
   */
  | { kind: 'said'; id: number; agent: DeskAgent; text: string; files: File[]; at: number; failed: boolean }
  /** The desk's own public words: out of office, an automation. Never a survey, never an activity. */
  | { kind: 'system'; id: number; text: string; at: number }
  /** One of ours, by the key of the operation that wrote it. `word`: what it says, where the visitor may read it. */
  | {
      kind: 'ours';
      id: number;
      key: string;
      failed: boolean;
      word?: { by: 'visitor' | 'bot'; text: string; at: number };
    }
  /** A person's private note gave the visitor back to the bot (`/bot`); `words` stand behind it, for the bot. */
  | { kind: 'gaveBack'; id: number; words: string; at: number }
  /** Blanked at the desk; a person, the bot or the visitor may have written it. */
  | { kind: 'deleted'; id: number; at: number };

/** What a thread says, without who has it. */
export interface Words {
  events: DeskEvent[];
  /** Up to where all has been read. It goes back only where a desk was restored from a backup. */
  cursor: number;
}

export type Reading =
  /** `ref`: the thread goes on in another place at the desk, and is there from now on. Its ids ascend across both. */
  | ({ result: 'read'; state: DeskState; ref?: DeskRef } & Words)
  /** The desk says that there is no such thread, while it answers otherwise. */
  | { result: 'gone' }
  /** It could not be read now. */
  | { result: 'away'; why: string };

/** A thread may have changed: look. Any of it may be wrong, late, or said twice. */
export interface Hint {
  thread: { source: string; number?: number } | { home: string; number: number };
  /** Messages that certainly are to be read, old ones too. */
  ids: number[];
  /** Shown as it is and never stored. The name is empty where the desk does not say it: go by the key then. */
  typing?: { agent: DeskAgent; on: boolean };
}

/** How a thread is to be read. */
export interface ReadOptions {
  /** The newest 50 again, too: a deletion moves no cursor. Such a reading waits for all other requests. */
  deep?: boolean;
  /**
   * Who has the thread, as it was last believed; null where nothing is. A reading that says something else is never
   * ahead of the words that led to it.
   */
  believed?: DeskState | null;
  /** Told the words as soon as they are there, perhaps before it is known who has the thread. The reading repeats them. */
  early?(words: Words): void;
}

/** A message that the desk itself told, over a connection that is as good as its API: as it would be read. */
export interface HandedIn {
  thread: { source: string; number?: number };
  said: Extract<DeskEvent, { kind: 'said' }>;
}

/** What the desk may ask of the core: how closely it should watch. */
export interface Watch {
  /** Takes one message at once, where its thread is in a state that allows it. It is read afterwards in any case. */
  handIn(message: HandedIn): void;
  /** May return a promise: it resolves when the thread was read. Where it rejects, the hint is given again later. */
  heard(hint: Hint): void | Promise<void>;
  /** Whether people own, or are awaited, in any conversation: then the desk is looked at more often. */
  peopleInvolved(): boolean;
  /** When the desk was last known to be fully read (ms since 1970), so that a long absence reads further back. */
  since: number;
  /** The desk was fully read up to here: all that was heard of before has been read. */
  caughtUp(at: number): void;
}

/** Where agents answer visitors. One folder per kind of desk; only main.ts chooses between them. */
export interface Desk {
  /** Which desk this is, and which part of it is ours; part of every thread's identity. Stable over restarts. */
  readonly home: string;
  /** What has to be done there, in order, in steps of the desk's own. Pure but for the keys; the caller saves it in the commit of the decision. */
  plan(intent: Intent): DeskOp[];
  /** Does one of them. Never throws for what a desk does on a bad day. */
  perform(task: DeskTask): Promise<Outcome>;
  /** Finds out what an unknown outcome was. Repeating it is harmless. */
  reconcile(task: DeskTask): Promise<Outcome>;
  /** What was said and done since the cursor, and the messages named, in the desk's order; reads may overlap. */
  read(thread: DeskThread, ids: ReadonlySet<number>, options?: ReadOptions): Promise<Reading>;
  /** Begins to say when a thread may have changed. Disposing ends it. */
  watch(watch: Watch): AsyncDisposable;
  /**
   * Hears of what comes to this process by itself, such as a delivery, while it is watched by another: that one is to be
   * told (`ring`).
   */
  overhear(heard: (hint: Hint) => void): Disposable;
  /** A hint that came to another process. */
  ring(hint: Hint): void;
  /**
   * Where the pictures of its people are, by their keys, as it last told; none before. Another map whenever it was told
   * anew.
   */
  pictures(): ReadonlyMap<string, string>;
  /** Its teams, as it last told them; none before. */
  teams(): readonly DeskTeam[];
  /** Whether the desk answers, for `/readyz`; never why not. */
  healthy(): boolean;
  /** Whether visitors' words can reach it: unlike `healthy`, not changed by what is refused for one thread alone. */
  reachable(): boolean;
}

/** Takes back what a desk was told of a visitor: for an operator, beside the relay or without one. */
export interface DeskEraser extends AsyncDisposable {
  /** Removes these threads of one visitor with all that was said in them, and then the visitor. Repeating is harmless. */
  erase(threads: readonly DeskThread[]): Promise<Erased>;
}

export type Erased =
  /** Names of what is gone, and a sentence for each thing that is not: why, and what can be done about it. */
  | { result: 'done'; removed: string[]; left: string[] }
  /** The desk could not be asked: some of it may be gone. */
  | { result: 'away'; why: string };
