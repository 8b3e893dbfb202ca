import type { Author } from '../../shared/message.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import type { Bot } from '../bots/bot.ts';
import type { After } from '../clock.ts';
import type { Desk } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import type { Store } from '../stores/store.ts';
import type { Context } from './context.ts';
import { createConversations, type Conversations } from './conversations.ts';
import { createDeskReach } from './desk-reach.ts';
import { watchDesk, type DeskWatch } from './desk-watch.ts';
import type { Loaded } from './draft.ts';
import { recoverWork } from './recover-work.ts';
import { createStepRunner } from './run-step.ts';
import { createTurnRunner } from './run-turn.ts';
import { createWorkRunner } from './work-runner.ts';

/* The core: conversations, the work that follows from their decisions, and the desks that are watched for them. */

interface Core extends AsyncDisposable {
  conversations: Conversations;
  /** Whether what is written there does not reach the people at the desk now. */
  isDeskAway(id: string, loaded: Loaded): boolean;
  /** Begins to hear what happens at the desks. */
  watchDesks(): Promise<void>;
  /** Goes on with what an earlier process left. */
  resume(): Promise<void>;
}

/** What browsers are told. */
export interface Telling {
  events(id: string, loaded: Loaded, news: readonly LogEvent[]): void;
  /** The bot thinks. Shown, never stored. */
  thinking(id: string, on: boolean): void;
  /** Somebody at a desk is writing. Shown, never stored. */
  typing(id: string, desk: Desk, author: Author, on: boolean): void;
  /** Whether the desk is reached. */
  reached(id: string, isReached: boolean): void;
}

interface Parts {
  store: Store;
  /** By name, see `isServedBy`. */
  desks: ReadonlyMap<string, Desk>;
  context(site: string): Context;
  deskOf(site: string): Desk;
  botOf(site: string): Bot;
  botDeadlineMs(site: string): number;
  isServedBy(site: string, desk: string): boolean;
  nameOf(visitor: string): string;
  /** The longest that any timer waits. */
  longestTimerMs: number;
  tell: Telling;
  newId(): string;
  now(): number;
  after: After;
  log: Log;
}

export function createCore(parts: Parts): Core {
  const { store, desks, context, deskOf, isServedBy, longestTimerMs, tell, newId, now, after, log } = parts;
  const watches: DeskWatch[] = [];
  const conversations = createConversations({
    store,
    context,
    recoverWork: (draft) => recoverWork(draft, longestTimerMs),
    now,
    newId,
    committed(id, loaded, news, before) {
      tell.events(id, loaded, news);
      for (const watch of watches) watch.remember(id, loaded, before);
      reach.remember(id, loaded);
      runner.startDue(id, loaded);
    },
  });
  const reach = createDeskReach({ deskOf, tell: tell.reached, now, after });
  const steps = createStepRunner({ ...parts, conversations, reached: reach.reached });
  const turns = createTurnRunner({ ...parts, conversations, thinking: tell.thinking });
  const runner = createWorkRunner({ conversations, store, steps, turns, now, after, log });

  async function watch(name: string, desk: Desk): Promise<DeskWatch> {
    return watchDesk({
      desk,
      conversations,
      store,
      ownershipChanges: steps.ownershipChanges,
      typing: (id, author, on) => tell.typing(id, desk, author, on),
      isOurs: (site) => isServedBy(site, name),
      reached: steps.retryUnanswered,
      now,
      after,
      log,
    });
  }

  return {
    conversations,
    isDeskAway(id, loaded) {
      reach.remember(id, loaded);
      return reach.isAway(id);
    },
    async watchDesks() {
      for (const [name, desk] of desks) watches.push(await watch(name, desk));
    },
    resume: runner.resume,
    async [Symbol.asyncDispose]() {
      reach[Symbol.dispose]();
      await Promise.all([...watches, runner].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}
