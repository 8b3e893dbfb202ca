import type { Bot } from '../bots/bot.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { After } from '../clock.ts';
import { changesOwnership, type Desk } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import type { Item } from '../nodes/news.ts';
import type { Node } from '../nodes/node.ts';
import type { Store } from '../stores/store.ts';
import type { Context } from './context.ts';
import type { Browsers } from './browsers.ts';
import { createConversations, type Conversations } from './conversations.ts';
import { shareDesks } from './shared-desks.ts';
import { createDeskReach } from './desk-reach.ts';
import type { Loaded } from './draft.ts';
import { hearNodes } from './hear-nodes.ts';
import { isForPeople } from './handoff.ts';
import { recoverWork } from './recover-work.ts';
import { createRemembered } from './remembered.ts';
import { lookForRemoved } from './removed.ts';
import { createRouteLog } from './route-log.ts';
import { createStepRunner } from './run-step.ts';
import { createTurnRunner } from './run-turn.ts';
import { shardOf } from './shards.ts';
import { shareWork } from './shared-work.ts';
import { createWorkRunner } from './work-runner.ts';

/*
 * The core: conversations, the work that follows from their decisions, and the desks that are watched for them. Where
 * several nodes share the store, each takes decisions for its visitors, and each work and each desk is one node's.
 */

interface Core extends AsyncDisposable {
  conversations: Conversations;
  /** Whether what is written there does not reach the people at the desk now. */
  isDeskAway(id: string, loaded: Loaded): boolean;
  /** Begins to hear what happens at the desks. */
  watchDesks(): Promise<void>;
  /** Goes on with what an earlier process left. */
  resume(): Promise<void>;
}

interface Parts {
  store: Store;
  node: Node;
  /** By name, see `isServedBy`. */
  desks: ReadonlyMap<string, Desk>;
  context(site: string): Context;
  deskOf(site: string): Desk;
  botOf(site: string): Bot;
  botDeadlineMs(site: string): number;
  /** Whether nobody can take over there. */
  isAlone(site: string): boolean;
  isServedBy(site: string, desk: string): boolean;
  nameOf(visitor: string): string;
  /** The longest that any timer waits. */
  longestTimerMs: number;
  tell: Browsers;
  newId(): string;
  now(): number;
  after: After;
  log: Log;
}

/** Conversations of other nodes' whose visitors were told that the desk is away. */
const mostAway = 10_000;

export function createCore(parts: Parts): Core {
  const { store, node, context, deskOf, longestTimerMs, tell, newId, now, after } = parts;
  const { leases, news } = node;
  const held = (id: string) => leases.held(shardOf(id));
  const mayDrive = (id: string) => held(id) !== undefined;
  /** A lease that was lost and won again has another number: what was begun under the old one is not known any more. */
  const claim = (id: string) => {
    const before = held(id);
    return () => {
      const now = held(id);
      return before !== undefined && now !== undefined && before?.number === now?.number;
    };
  };
  const logRoute = createRouteLog(parts.log);
  const remembered = createRemembered({ store, drives: mayDrive, isShared: !node.isSole, isHearing: node.isWell });
  const conversations = createConversations({
    store,
    remembered,
    context,
    recoverWork: (draft) => recoverWork(draft, longestTimerMs),
    now,
    newId,
    committed(id, loaded, added, before) {
      if (before) {
        tell.events(id, loaded, added);
        logRoute(id, loaded, before);
      }
      watches.remember(id, loaded, before);
      if (mayDrive(id)) reach.remember(id, loaded);
      runner.startDue(id, loaded);
      if (before && !node.isSole) news.tell(itemOf(loaded, before));
    },
    removed: forgetRemoved,
  });
  const away = new BoundedMap<string, true>(mostAway);
  const reach = createDeskReach({
    deskOf,
    tell(id, isReached) {
      tell.reached(id, isReached);
      news.tell({ about: 'reached', id, isReached });
    },
    wasAway: (id) => away.has(id),
    now,
    after,
  });
  const work = shareWork({ leases, remembered, reach });
  const { mayBegin } = work;
  const underLease = { ...parts, conversations: conversations.under(held) };
  const steps = createStepRunner({ ...underLease, mayBegin, claim, reached: reach.reached });
  const turns = createTurnRunner({
    ...underLease,
    thinking(id, on) {
      tell.thinking(id, on);
      news.tell({ about: 'thinking', id, on });
    },
  });
  const runner = createWorkRunner({ ...underLease, mayBegin, steps, turns });
  const watches = shareDesks({ ...parts, conversations, reached: steps.retryUnanswered });

  const complain = (error: unknown) => parts.log.warn({ err: error }, 'what is left to do waits');
  function forgetRemoved(removed: string) {
    watches.forget(removed);
    reach.forget((id) => id === removed);
  }
  const lookingForRemoved = lookForRemoved({
    store,
    *involved() {
      yield* watches.involved();
      yield* reach.involved();
    },
    removed(id) {
      remembered.forget(id);
      forgetRemoved(id);
    },
    after,
    complain,
  });
  const hearing = hearNodes({ ...parts, news, conversations, remembered, runner, steps, watches, mayBegin, away });

  return {
    conversations,
    isDeskAway(id, loaded) {
      if (!mayDrive(id)) return away.has(id);
      reach.remember(id, loaded);
      return reach.isAway(id);
    },
    watchDesks: watches.begin,
    resume: () => work.begin(runner, complain),
    async [Symbol.asyncDispose]() {
      hearing[Symbol.dispose]();
      lookingForRemoved[Symbol.dispose]();
      reach[Symbol.dispose]();
      await Promise.all([watches, runner].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}

/** What other nodes are told of a commit. */
function itemOf(loaded: Loaded, before: Loaded): Item {
  const { id, version, seq } = loaded.conversation;
  const isWork = loaded.work.length > 0 || loaded.waiting.length > 0;
  const wasWork = before.work.length > 0 || before.waiting.length > 0;
  const moves = ({ work }: Loaded) => work.some(({ task }) => task.lane === 'desk' && changesOwnership(task.op));
  const isForDesk =
    loaded.threads !== before.threads ||
    moves(loaded) !== moves(before) ||
    isForPeople(loaded.conversation.state.handoff) !== isForPeople(before.conversation.state.handoff);
  return {
    about: 'conversation',
    id,
    version,
    seq,
    ...(isWork ? { isWork } : {}),
    ...(isWork && loaded.work === before.work ? { isWords: true } : {}),
    ...(isForDesk ? { isForDesk } : {}),
    ...(wasWork ? {} : { before: before.conversation.seq }),
  };
}
