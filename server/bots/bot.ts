import type { Choice } from '../../shared/message.ts';

/** Something a visitor has begun with the bot and not finished. `name` is `Organization.Project.Skill`. */
export interface OpenSkill {
  name: string;
  /** What was told so far, by the skill's own names. */
  slots: Record<string, string>;
}

/** How a handoff to people stands, as its bot is told. */
export interface HandoffNews {
  /** The wish's own. */
  id: string;
  /** Who wanted it, and why. */
  by: 'visitor' | 'bot' | 'relay' | 'agent';
  reason: string;
  /** What visitors read for the team; null where none is named. */
  team: string | null;
  /** The public name of the person who has it, or had it last. */
  agent: string | null;
  /** Why it is over; null while it is not. */
  endReason: string | null;
  /** Since it was wanted, in milliseconds. */
  durationMs: number;
}

/**
 * What happens beside the visitor's words. A session starts with its first question to the bot; it is resumed where people
 * had the visitor before it. A handoff is accepted once people have it, and has one end.
 */
export type BotEvent = { at: number } & (
  | { type: 'session.start' | 'session.resume' }
  | { type: 'handoff.accepted' | 'handoff.failed' | 'handoff.cancelled' | 'handoff.ended'; handoff: HandoffNews }
);
export type BotEventName = BotEvent['type'];

/** Something of an answer that came to nothing: its bot is told with the next turn. Codes and names, never words. */
export interface BotMistake {
  code:
    | 'unknown_action'
    | 'unknown_team'
    | 'unknown_handoff'
    | 'inactive_handoff'
    | 'handoff_off'
    | 'after_handoff'
    | 'handoff_not_now'
    | 'too_many_messages'
    | 'too_many_replies'
    | 'too_long';
  /** What was named, where that is a name. */
  name?: string;
}

/** How the session before this one ended. */
export interface Previous {
  endReason: string;
  /** What was said between visitor and people, cut, and without what looks like an address or a card's number. */
  briefing?: string;
  /** What a person at the desk wants the bot to do. */
  instruction?: string;
}

/** Something that was said before this turn. */
export interface Said {
  by: 'visitor' | 'bot' | 'agent' | 'system';
  /** A person's public name. */
  name?: string;
  text: string;
  at: number;
}

/** What a bot wants beside the visitor's words. */
export interface BotWants {
  events: ReadonlySet<BotEventName>;
  /** What was said with people, in short, in the session after them. */
  briefing: boolean;
  /** So many messages before each turn. */
  history: number;
  /** Whose turn it is: a name and an id that mean nothing elsewhere. */
  visitor: boolean;
}

/** One turn: what the visitor said, and all the bot may know. Bots keep nothing between two of them. */
export interface Turn {
  /** The same turn may be asked twice, after a crash; the same answer is welcome. */
  id: string;
  /** The right to answer under which the question is asked; an answer under an older one is dropped. */
  epoch: number;
  /** How long the answer is waited for, in milliseconds. */
  deadlineMs: number;
  conversation: string;
  site: string;
  /** What happened, where it is not the visitor who spoke: then there are no words. */
  event: BotEvent | null;
  /** Events that could not be told at their time, oldest first; perhaps they were. */
  missed: readonly BotEvent[];
  /** What of its last answer came to nothing. */
  mistakes: readonly BotMistake[];
  /** A new one after each return from people, and after a close. `seq` counts the turns with words from 1. */
  session: { id: string; seq: number; previous: Previous | null };
  /** Whether the last handoff reached people; null where there was none. */
  handoverSuccess: boolean | null;
  /** Null where the bot does not want it. */
  visitor: { id: string; name: string; since: number } | null;
  /** Oldest first. */
  history: readonly Said[];
  /** BCP 47. */
  language: string;
  page: { url: string; title: string } | null;
  /** What was said, several messages joined by line breaks; `choice` is what was pressed instead. */
  text: string;
  choice: Choice | null;
  /** Milliseconds since 1970. */
  at: number;
  /** What the last answer asked to be kept. */
  context: Record<string, unknown>;
  skills: OpenSkill[];
  /** Nobody can take over here. */
  alone?: true;
}

/** The bot wants a person. Without a team or a skill, routing decides by what is unfinished. */
export interface BotWish {
  reason: string;
  /** A handoff that the configuration has under this name. */
  name?: string;
  team?: string | number;
  skill?: string;
  /** Several of them, the newest last. */
  skills?: string[];
  /** What the bot knows of the visitor: for rules that ask for it, and for people. */
  attributes?: Record<string, string>;
  summary?: string;
}

export interface Answer {
  /** In the order in which they are shown. Markdown. Nothing after a wish is shown. */
  messages: { text: string; choices?: Choice[] }[];
  /** Replaces what was kept. */
  context: Record<string, unknown>;
  /** What is unfinished after this turn; replaces what was believed. */
  skills: OpenSkill[];
  handoff?: BotWish;
  /** By the bot's own word it helped nobody: it did not understand, or knows nothing of it. These are counted. */
  fallback?: true;
  /** The bot is done: its session is over. With `resolve`, so is the thread at the desk. */
  close?: { resolve: boolean };
  mistakes?: BotMistake[];
}

/** A program that answers first. One folder per kind; only main.ts chooses between them. */
export interface Bot {
  /** As people at the desk and the inbox know it. */
  readonly name: string;
  /** Missing: nothing. */
  readonly wants?: BotWants;
  /**
   * Answers one turn. Of the text and the choice it hears only what people can see (`visible`).
   * @param signal aborted when the right to answer was taken away, or the deadline has passed
   * @returns the answer; an empty one (no messages, no wish) counts as a failure, but for an event
   * @throws {BotFailure} where there is no answer
   */
  reply(turn: Turn, signal: AbortSignal): Promise<Answer>;
}

/** The bot had no answer: it was away, late, or made no sense. `retry` says whether asking again now may help. */
export class BotFailure extends Error {
  override readonly name = 'BotFailure';
  readonly retry: boolean;
  constructor(message: string, { retry = false, cause }: { retry?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.retry = retry;
  }
}
