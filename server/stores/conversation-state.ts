import type { Away, Topic } from '../../shared/handoff.ts';
import type { BotEvent, BotMistake, OpenSkill } from '../bots/bot.ts';
import type { DeskAgent, DeskState, TeamState } from '../desks/desk.ts';
import type { TeamName } from '../desks/team-name.ts';

/** Where a handoff goes, and why: said in the private note, so that the reason is readable at the desk. */
export interface Route {
  /** Null: nobody in particular; the desk decides. */
  team: TeamName | null;
  /** For people. */
  label: string | null;
  /** In one sentence each, in the order of deciding. */
  trail: string[];
  /** What was tried before that, for the log alone. */
  tried?: string[];
  /** The teams in their order, until the desk has said who is there. */
  chain?: Target[];
  /** What an operator has to mend, for the log alone. */
  alerts?: string[];
  /** What was decided on, so that it can be decided again under other rules. */
  request?: RoutingRequest;
  /** The handoff that was named, and what of it is told to people; without it, all. */
  handoff?: string;
  carries?: Carried[];
}

/** What people are told with a handoff: see `handoffs` of the configuration. */
export type Carried = 'words' | 'summary' | 'answers' | 'page' | 'skills' | 'attributes';

/** Why a target may be passed over where the operator says so. */
export type SkipReason = Extract<TeamState, 'closed' | 'nobody_online'>;

/** A team that may get a visitor, at its place in a chain. */
export interface Target {
  team: TeamName;
  /** What visitors read; null where nothing was said. */
  label: string | null;
  /** In these states the next one is taken. Where nothing is said of it, the desk is not asked, and this one is taken. */
  skipIf?: SkipReason[];
}

/** What is known of a wish where it is decided where it goes. */
export interface RoutingRequest {
  /** The names of the unfinished skills, the newest last. */
  skills: string[];
  /** What the bot named. Skills stand for the unfinished ones; a team counts only if a rule or the default has it. */
  wanted?: Wanted | undefined;
  /** The answer to "What is it about?": a topic's id, null for "Something else", undefined if it was not asked. */
  topic?: string | null | undefined;
  /** What conditions look at. */
  facts?: Facts | undefined;
}

/** Where the bot wants its visitor to go. */
export interface Wanted {
  /** A handoff by its name. */
  handoff?: string | undefined;
  /** The bot did not name it: it is the one for all who ask there. */
  isDefault?: true | undefined;
  team?: TeamName | undefined;
  skill?: string | undefined;
  skills?: string[] | undefined;
}

/** What conditions look at. */
export interface Facts {
  bot?: string;
  /** BCP 47. */
  language?: string;
  page?: string | null;
  /** Whether the site is within its hours. */
  isOpen?: boolean;
  attributes?: Readonly<Record<string, string>>;
}

/** A wish for a person, from the moment it was spoken until it ended. */
export interface Wish {
  id: string;
  /** Who wanted it. */
  by: 'visitor' | 'bot' | 'relay' | 'agent';
  reason: string;
  summary: string | null;
  /** The unfinished skills at that moment. */
  skills: string[];
  /** What the visitor chose when asked, as it was labelled. */
  chosen: string | null;
  route: Route | null;
  /** What the bot said beside it. */
  wanted?: Wanted;
  attributes?: Record<string, string>;
  /** Milliseconds since 1970. */
  at: number;
}

/** A wish that was passed on, kept so that other rules can be tried on it. */
export interface PastWish {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  request: RoutingRequest;
  /** The first team that was decided on, whoever was there; null for nobody in particular. */
  team: TeamName | null;
  label: string | null;
}

/** Who has the conversation. What a visitor sees of it is in `shared/handoff.ts`. */
export type HandoffState =
  | { phase: 'bot'; epoch: number }
  | { phase: 'asking'; epoch: number; wish: Wish; topics: Topic[]; away?: Away }
  | { phase: 'transferring'; epoch: number; wish: Wish }
  /** `tooLong`: nobody was free for so many milliseconds, and the visitor has not decided what to do about it. */
  | { phase: 'waiting'; epoch: number; wish: Wish; agent: DeskAgent | null; tooLong?: number }
  | { phase: 'human'; epoch: number; wish: Wish; agent: DeskAgent }
  /** Put off at the desk, by the person who had it, until then (milliseconds since 1970). */
  | { phase: 'hold'; epoch: number; wish: Wish; agent: DeskAgent | null; until: number | null }
  /** The visitor left a message: people have it, and nobody is waited for. */
  | { phase: 'async'; epoch: number; wish: Wish; opensAt: number | null; byMail: boolean }
  | { phase: 'ending'; epoch: number; by: 'agent' | 'visitor'; agent: DeskAgent | null; mayRate?: true }
  | { phase: 'closed'; epoch: number; at: number; isRated: boolean };

/** All that is known of a conversation beside its log. Plain data: it is saved as it is. */
export interface ConversationState {
  handoff: HandoffState;
  /** BCP 47. */
  language: string;
  page: { url: string; title: string } | null;
  /** The round that is live at the desk; 0 where the next word begins one. */
  round: number;
  /** The live round was over, and a person took it up again: it may be opened though it is resolved. */
  revived: boolean;
  /** The highest round there is: an older one may be made live again. */
  rounds: number;
  bot: {
    /** A new one after each return from people. */
    session: string;
    /** Turns taken in this session. */
    turns: number;
    context: Record<string, unknown>;
    skills: OpenSkill[];
    /** Answers in a row that helped nobody. */
    fallbacks: number;
    /** Whether the bot was told of the session's beginning. */
    isBegun: boolean;
    /** Whether the last handoff reached people; null before any. */
    handoverSuccess: boolean | null;
    /** People have it, or had it last in this session: since that number of the log. */
    people: { from: number } | null;
    /** How the last handoff of this session ended. */
    endReason: string | null;
    /** How the session before this one ended; what was said with people stands between two numbers of the log.
     * `instruction`: what a person there wants the bot to do. */
    previous: {
      endReason: string;
      people: { from: number; upTo: number } | null;
      instruction: string | null;
    } | null;
    /** Events that could not be told. */
    missed: BotEvent[];
    /** What of the last answer came to nothing. */
    mistakes: BotMistake[];
  };
  /**
   * What the private notes say, by the id that operations point at. The visitor's words are quoted by their number alone
   * (in older ones by their id); `summary` and `told`, which were made of them, go when any of them is deleted.
   * `feedback`: what the visitor wrote with a rating, by itself; the text quotes it.
   */
  notes: Record<
    string,
    { text: string; quote: string | number | null; summary: string | null; told?: string; feedback?: string }
  >;
  /**
   * What the visitor said up to this number of the log was answered, or will not be. What is behind it is put to the bot,
   * or is kept for the bot while people have it, should nobody answer.
   */
  answered: number;
  /** Messages up to that number that were not answered all the same. */
  alsoOpen: string[];
  /** What the desk said last of the live thread; null before it said anything. */
  desk: DeskState | null;
  /**
   * How many steps that may change who has a thread are over. A reading during which it grew says nothing of that: another
   * node may have done them.
   */
  moved: number;
  /** The highest id of the live thread's messages that was taken in. */
  heardTo: number;
  /** Whether any word of ours stands in the live thread. */
  hasWords: boolean;
  /** Rounds in which an agent was told that people have the visitor elsewhere. */
  elsewhere: number[];
  /**
   * The visitor's messages that the desk refused, until they are retried or deleted; `heard`: the bot has had it, or will.
   * `seq`: its number, where that was noted.
   */
  undelivered: { id: string; heard: boolean; seq?: number }[];
  /** Rounds in which a message was left and the visitor went back to the bot: their threads are open for people. */
  left: number[];
  /** By round: the highest id of the desk's messages when it ended. What is lower was said before the end. */
  endedAt: Record<number, number>;
  /** Messages that lost their words. */
  deleted: string[];
  /** The last round of which the visitor was asked whether it helped: a thread that is reopened is not asked about again. */
  ratedRound?: number;
  /** The person who spoke last, and when (milliseconds since 1970). */
  helper?: { agent: DeskAgent; at: number };
  /** The last wishes, the newest last. */
  wishes?: PastWish[];
  /** Desk messages whose failed delivery was already made right, so that each is healed once. */
  healed: number[];
}

/** What is known of a bot's session that has just begun. */
export const newBotSession = (session: string) => ({
  session,
  turns: 0,
  context: {},
  skills: [],
  fallbacks: 0,
  isBegun: false,
  people: null,
  endReason: null,
});

export function newState(session: string, language: string, page: ConversationState['page']): ConversationState {
  return {
    handoff: { phase: 'bot', epoch: 1 },
    language,
    page,
    round: 0,
    revived: false,
    rounds: 0,
    bot: { ...newBotSession(session), handoverSuccess: null, previous: null, missed: [], mistakes: [] },
    notes: {},
    answered: 0,
    alsoOpen: [],
    desk: null,
    moved: 0,
    heardTo: 0,
    hasWords: false,
    elsewhere: [],
    undelivered: [],
    left: [],
    endedAt: {},
    deleted: [],
    healed: [],
  };
}

/** Reads a state as it was saved, perhaps by an earlier version, with what that did not know yet. */
export function readState(saved: string): ConversationState {
  const state = JSON.parse(saved) as ConversationState; // we wrote it
  const {
    moved = 0,
    heardTo = 0,
    hasWords = true,
    elsewhere = [],
    undelivered = [],
    left = [],
    endedAt = {},
  } = state as Partial<ConversationState>;
  const bot = { ...newState('', '', null).bot, ...state.bot };
  return { ...state, bot, moved, heardTo, hasWords, elsewhere, undelivered, left, endedAt };
}
