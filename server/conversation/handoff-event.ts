import type { Away, Because, Stars, Topic } from '../../shared/handoff.ts';
import type { DeskAgent } from '../desks/desk.ts';
import type { HandoffState, Route, Wish } from '../stores/conversation-state.ts';

/* What comes into the machine of the handoff, and what comes out of it. */

/** Something that may change who answers. */
export type HandoffEvent =
  /**
   * A person is wanted. Where nobody is there (`away`), the visitor is told first; with topics, they are asked; else
   * `wish.route` is decided.
   */
  | { kind: 'asked'; wish: Wish; topics: Topic[]; away?: Away }
  /** What it is about was chosen. */
  | { kind: 'chose'; route: Route; chosen: string | null }
  /** The visitor wrote. `route` is what it means as an answer to "What is it about?". */
  | { kind: 'wrote'; route: Route }
  | { kind: 'cancelled' }
  /** The visitor waits on, or waits all the same. */
  | { kind: 'keptWaiting' }
  /** The visitor left a message for people. `byMail`: the answer goes out by e-mail, too. */
  | { kind: 'left'; byMail: boolean }
  /** The desk has it, read back; somebody was picked, or nobody. */
  | { kind: 'handed'; agent: DeskAgent | null }
  | { kind: 'failed' }
  | { kind: 'assigned'; agent: DeskAgent }
  | { kind: 'unassigned' }
  /** Another team has it; the new label is in the wish already. */
  | { kind: 'rerouted' }
  /** A person said something in public. `isEarly`: steps of a handoff are still to be taken in that thread. */
  | { kind: 'spoke'; agent: DeskAgent; wish: Wish; isEarly?: true }
  /** The person who is assigned is writing. */
  | { kind: 'typed'; agent: DeskAgent }
  /** `mayRate`: whether the visitor is asked if it helped. */
  | { kind: 'resolved'; mayRate?: boolean }
  /** An agent gave it back to the bot. */
  | { kind: 'returned' }
  /** The same, by a note to the bot: `words` are for it. */
  | { kind: 'handedBack'; words: string }
  /** An agent opened it, while the bot had it, while it was put off, or after the end. */
  | { kind: 'opened'; agent: DeskAgent | null; wish: Wish }
  /** An agent comes back to it later, in milliseconds since 1970 where they said when. */
  | { kind: 'putOff'; until: number | null }
  /** The visitor goes back to the bot. */
  | { kind: 'back' }
  /** The visitor ends the chat. */
  | { kind: 'ended'; mayRate?: boolean }
  /** The bot is done with the visitor; with `resolve`, the thread at the desk is over, too. */
  | { kind: 'botClosed'; resolve: boolean }
  /** The visitor said whether it helped, or does not want to (null). */
  | { kind: 'rated'; stars: Stars | null; text: string; at: number }
  /** The thread is no longer at the desk. */
  | { kind: 'gone' }
  /** Nobody answered "What is it about?". */
  | { kind: 'askedTooLong'; route: Route }
  /** The desk took too long to take it. */
  | { kind: 'transferTooLong' }
  /** Nobody was free for so many milliseconds. */
  | { kind: 'waitedTooLong'; ms: number }
  /** Nobody rated it in time. */
  | { kind: 'ratingOver'; at: number };

/** What follows, as plain data; `handoff-effects.ts` turns it into steps, turns and timers of the same commit. */
export type Effect =
  /** Tell the desk that people shall have it. */
  | { do: 'handOver' }
  /** Nobody was picked: call the team. */
  | { do: 'call' }
  /** It was still pending: open it and give it to the person who spoke. */
  | { do: 'assign'; agent: DeskAgent }
  /** The steps towards a person that have not been taken are not taken any more. */
  | { do: 'stopHandOver' }
  /** The bot has it again, in the same thread. */
  | { do: 'takeBack'; note: 'cancelled' | 'failed' }
  /** The round is over, by our side. */
  | { do: 'close'; note: 'back' | 'ended' | 'botClosed' | 'handedBack' }
  /** Write down at the desk whether it helped. */
  | { do: 'rate'; stars: Stars; text: string }
  /** What comes next goes into a new thread. */
  | { do: 'newRound' }
  /** The bot begins anew, or as these words of a person say. `why`: where no person had the visitor. */
  | { do: 'newSession'; words?: string; why?: 'bot_closed' }
  /** What nobody has answered goes to the bot, as one turn. */
  | { do: 'askBot' }
  | { do: 'remind'; timer: TimerName };

/** What is due later, and then becomes an event, if it is still about the same. */
export type TimerName = 'askedTooLong' | 'transferTooLong' | 'waitedTooLong' | 'ratingOver';

export interface Step {
  now: HandoffState;
  /** Absent where nothing changed that anybody would notice. */
  because?: Because;
  effects: Effect[];
}
