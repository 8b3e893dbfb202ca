import type { Choice } from '../../shared/message.ts';

/** Something a visitor has begun with the bot and not finished. `name` is `Organization.Project.Skill`. */
export interface OpenSkill {
  name: string;
  /** What was told so far, by the skill's own names. */
  slots: Record<string, string>;
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
  /** A new one after each return from people. `seq` counts its turns from 1. */
  session: { id: string; seq: number };
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
}

/** The bot wants a person. Without a team or a skill, routing decides by what is unfinished. */
export interface BotWish {
  reason: string;
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
}

/** A program that answers first. One folder per kind; only main.ts chooses between them. */
export interface Bot {
  /** As people at the desk and the inbox know it. */
  readonly name: string;
  /**
   * Answers one turn. Of the text and the choice it hears only what people can see (`visible`).
   * @param signal aborted when the right to answer was taken away, or the deadline has passed
   * @returns the answer; an empty one (no messages, no wish) counts as a failure
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
