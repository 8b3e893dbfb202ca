import type { Topic } from '../../shared/handoff.ts';
import type { OpenSkill } from '../bots/bot.ts';
import type { DeskAgent, DeskState } from '../desks/desk.ts';
import type { TeamName } from '../desks/team-name.ts';

/** Where a handoff goes, and why: said in the private note, so that the reason is readable at the desk. */
export interface Route {
  /** Null: nobody in particular; the desk decides. */
  team: TeamName | null;
  /** For people. */
  label: string | null;
  /** In one sentence each, in the order of deciding. */
  trail: string[];
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
  /** Milliseconds since 1970. */
  at: number;
}

/** Who has the conversation. What a visitor sees of it is in `shared/handoff.ts`. */
export type HandoffState =
  | { phase: 'bot'; epoch: number }
  | { phase: 'asking'; epoch: number; wish: Wish; topics: Topic[] }
  | { phase: 'transferring'; epoch: number; wish: Wish }
  | { phase: 'waiting'; epoch: number; wish: Wish; agent: DeskAgent | null }
  | { phase: 'human'; epoch: number; wish: Wish; agent: DeskAgent }
  | { phase: 'ending'; epoch: number; by: 'agent' | 'visitor'; agent: DeskAgent | null };

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
  };
  /**
   * What the private notes say, by the id that operations point at. The visitor's words are quoted by their number alone
   * (in older ones by their id); `summary` and `told`, which were made of them, go when any of them is deleted.
   */
  notes: Record<string, { text: string; quote: string | number | null; summary: string | null; told?: string }>;
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
  /** By round: the highest id of the desk's messages when it ended. What is lower was said before the end. */
  endedAt: Record<number, number>;
  /** Messages that lost their words. */
  deleted: string[];
  /** Desk messages whose failed delivery was already made right, so that each is healed once. */
  healed: number[];
}

export function newState(session: string, language: string, page: ConversationState['page']): ConversationState {
  return {
    handoff: { phase: 'bot', epoch: 1 },
    language,
    page,
    round: 0,
    revived: false,
    rounds: 0,
    bot: { session, turns: 0, context: {}, skills: [], fallbacks: 0 },
    notes: {},
    answered: 0,
    alsoOpen: [],
    desk: null,
    moved: 0,
    heardTo: 0,
    hasWords: false,
    elsewhere: [],
    undelivered: [],
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
    endedAt = {},
  } = state as Partial<ConversationState>;
  const bot = { ...{ fallbacks: 0 }, ...state.bot };
  return { ...state, bot, moved, heardTo, hasWords, elsewhere, undelivered, endedAt };
}
