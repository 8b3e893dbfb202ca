import type { Author } from '../../shared/message.ts';
import { ownerIn } from '../../shared/handoff.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { After } from '../clock.ts';
import { changesOwnership, type Desk, type DeskThread, type HandedIn, type Hint } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import type { Store } from '../stores/store.ts';
import type { Conversations } from './conversations.ts';
import { startDeepReads } from './deep-reads.ts';
import { type Known, takeMessage, takeReading, takeWords } from './desk-read.ts';
import type { Loaded } from './draft.ts';
import { apply } from './handoff-effects.ts';
import { isForPeople } from './handoff.ts';
import type { HandoffState } from '../stores/conversation-state.ts';

/*
 * From a doorbell to the log: a hint marks a thread dirty, in memory; a dirty thread is read until it is not. Hints
 * may be lost, repeated and wrong; the desk's own catch-up rings for what they missed. Words are taken in as soon as they
 * are there, and a message that was handed in before anything is read: who has the thread is read beside it.
 */

export interface DeskWatch extends AsyncDisposable {
  /** After each commit: keeps count of where people are involved, and of threads that are known only now. */
  note(id: string, loaded: Loaded, before: Loaded): void;
}

interface Parts {
  desk: Desk;
  conversations: Conversations;
  store: Store;
  /** `StepRunner.ownershipChanges`. */
  ownershipChanges(id: string): number;
  /** Shows that somebody is writing. */
  typing(id: string, author: Author, on: boolean): void;
  isOurs(site: string): boolean;
  /** The desk was read, so it is there. */
  reached(): void;
  now(): number;
  after: After;
  log: Log;
}

/** A thread that could not be read is tried again after this long, and then less and less often, in milliseconds. */
const retryMs = { first: 1_000, most: 15_000 };

/** Doorbells of threads that are not known yet. */
const mostUnknown = 1_000;

/** Threads whose last message is remembered. */
const mostSeen = 10_000;

interface Dirt {
  thread: DeskThread;
  ids: Set<number>;
  /** Something may have been said; else it is only read again for deletions, which may wait. */
  rung: boolean;
  deep: boolean;
}

export async function watchDesk(parts: Parts): Promise<DeskWatch> {
  const { desk, conversations, store, ownershipChanges, typing, isOurs, reached, now, after, log } = parts;
  const dirty = new Map<string, Dirt>();
  const reading = new Map<string, Promise<void>>();
  /** Who wants to know when a thread has been read. */
  const waiting = new Map<string, (() => void)[]>();
  /** Waiting to be read again, and for how long. */
  const retries = new Map<string, Disposable & { ms: number }>();
  const people = new Set<string>();
  /** Read while ownership was changing, by conversation: to be read again once it is not. */
  const doubted = new Map<string, Set<DeskThread>>();
  /** Rung before the answer that told us of the thread: what was said there meanwhile is read once it is known. */
  const unknown = new BoundedMap<string, number[]>(mostUnknown);
  /** The newest message of each thread that this process has read: what is handed in must be newer. */
  const seen = new BoundedMap<string, number>(mostSeen);
  let closed = false;

  for (const conversation of await store.recent(now() - 30 * 24 * 60 * 60_000, 10_000)) {
    if (isOurs(conversation.site)) count(conversation.id, conversation.state.handoff);
  }

  function count(id: string, handoff: HandoffState) {
    if (isForPeople(handoff)) people.add(id);
    else people.delete(id);
  }

  const keyOf = ({ conversation, round }: DeskThread) => `${conversation} ${round}`;

  /** How the log names a thread: the conversation's short name, and the desk's number. */
  const named = ({ conversation, ref }: DeskThread) => ({
    conversation: shortName(conversation),
    desk: ref?.['number'] ?? null,
  });

  function mark(thread: DeskThread, ids: Iterable<number>) {
    soil(keyOf(thread), { thread, ids: new Set(ids), rung: true, deep: false });
    clean(keyOf(thread));
  }

  function markDeep(thread: DeskThread) {
    soil(keyOf(thread), { thread, ids: new Set(), rung: false, deep: true });
    clean(keyOf(thread));
  }

  function soil(key: string, { thread, ids, rung, deep }: Dirt) {
    const before = dirty.get(key);
    dirty.set(key, {
      thread,
      ids: new Set([...(before?.ids ?? []), ...ids]),
      rung: rung || before?.rung === true,
      deep: deep || before?.deep === true,
    });
  }

  /** Reads a dirty thread; one reading a thread at a time, until it is clean or could not be read. */
  function clean(key: string) {
    const dirt = dirty.get(key);
    if (!dirt || closed || reading.has(key)) return;
    dirty.delete(key);
    // What may have been said just now does not wait for what is only looked after.
    if (dirt.rung && dirt.deep) {
      dirt.deep = false;
      soil(key, { thread: dirt.thread, ids: new Set(), rung: false, deep: true });
    }
    const job = read(dirt).then(
      (isRead) => {
        reading.delete(key);
        if (!isRead) return later(key, dirt);
        retries.get(key)?.[Symbol.dispose]();
        retries.delete(key);
        // It may have become dirty again while it was being read.
        const rest = dirty.get(key);
        if (!rest?.rung) {
          for (const tell of waiting.get(key) ?? []) tell();
          waiting.delete(key);
        }
        if (rest) clean(key);
      },
      (error: unknown) => {
        reading.delete(key);
        if (closed) return;
        log.error({ err: error, ...named(dirt.thread) }, 'what the desk said could not be taken in; it is tried again');
        later(key, dirt);
      },
    );
    reading.set(key, job);
  }

  /** @returns false where it could not be read now */
  async function read({ thread, ids, deep }: Dirt): Promise<boolean> {
    const { conversation, round } = thread;
    const before = ownershipChanges(conversation);
    const known = knownOf(thread);
    // The cursor moves with each read; the doorbell's copy of the thread is an old one.
    const loaded = await conversations.load(conversation);
    const current = loaded?.threads.find((one) => one.round === round);
    if (!loaded || !current?.ref) return true;
    const { state } = loaded.conversation;
    let taken: Promise<boolean | undefined> | undefined;
    const result = await desk.read(current, ids, {
      deep,
      believed: state.round === round ? state.desk : null,
      early: (words) => {
        if (closed) return;
        taken = conversations.decide(conversation, (draft, context) => takeWords(draft, context, round, words, known));
        taken.catch(() => {}); // waited for below
      },
    });
    if (closed) return true;
    if ((await taken) === false) return readAnew(thread);
    if (result.result === 'away') return false;
    reached();
    const outcome = await conversations.decide(conversation, (draft, context) =>
      takeReading(draft, context, {
        round,
        reading: result,
        isCurrent: ownershipChanges(conversation) === before,
        known,
      }),
    );
    if (outcome === 'stale') return readAnew(thread);
    if (result.result === 'read') {
      if (result.cursor < current.cursor) seen.delete(keyOf(thread));
      saw(thread, Math.max(result.cursor, ...result.events.map(({ id }) => id)));
    }
    if (outcome === 'moving') doubted.set(conversation, (doubted.get(conversation) ?? new Set()).add(thread));
    return true;
  }

  /** Until then nothing is known of what was seen: the desk may have been restored from a backup. */
  function readAnew(thread: DeskThread): true {
    seen.delete(keyOf(thread));
    mark(thread, []);
    return true;
  }

  function saw(thread: DeskThread, id: number) {
    const key = keyOf(thread);
    seen.set(key, Math.max(seen.get(key) ?? 0, id));
  }

  function knownOf(thread: DeskThread): Known {
    const { conversation } = thread;
    return {
      byId: (round, deskId) => store.deskMessage(conversation, round, deskId),
      byKey: (round, key) => store.deskMessageByKey(conversation, round, key),
      doubled: (message) => log.warn({ ...named(thread), message }, 'something of ours stands twice at the desk'),
    };
  }

  function later(key: string, dirt: Dirt) {
    if (closed) return;
    soil(key, dirt);
    const waited = retries.get(key);
    waited?.[Symbol.dispose]();
    const ms = Math.min(retryMs.most, waited ? waited.ms * 2 : retryMs.first);
    const timer = after(ms, () => clean(key));
    retries.set(key, { ms, [Symbol.dispose]: () => timer[Symbol.dispose]() });
  }

  /** Kept once the thread has been read. */
  function isRead(thread: DeskThread): Promise<void> {
    const key = keyOf(thread);
    if (!dirty.has(key) && !reading.has(key)) return Promise.resolve();
    return new Promise((resolve) => waiting.set(key, [...(waiting.get(key) ?? []), resolve]));
  }

  async function heard(hint: Hint) {
    const thread =
      'source' in hint.thread
        ? await store.threadBySource(hint.thread.source)
        : await store.threadByNumber(hint.thread.home, hint.thread.number);
    if (!thread?.ref && !hint.typing) {
      const name = 'source' in hint.thread ? hint.thread.source : String(hint.thread.number);
      unknown.set(name, [...(unknown.get(name) ?? []), ...hint.ids].slice(-50));
    }
    if (!thread || closed || thread.home !== desk.home) return;
    if (hint.typing) return typed(thread, hint.typing);
    mark(thread, hint.ids);
    return isRead(thread);
  }

  /** Nothing is known to be missing in it, and nothing is just being found out. */
  const isClean = (thread: DeskThread) => {
    const key = keyOf(thread);
    return !dirty.has(key) && !reading.has(key) && !retries.has(key) && !doubted.has(thread.conversation);
  };

  async function handedIn({ thread: which, said }: HandedIn) {
    const thread = await store.threadBySource(which.source);
    if (thread?.ref && thread.home === desk.home && !closed) {
      try {
        const isTaken = await conversations.decide(thread.conversation, async (draft, context) => {
          if (!isClean(thread) || said.id <= (seen.get(keyOf(thread)) ?? Infinity)) return false;
          return takeMessage(draft, context, thread.round, said, knownOf(thread));
        });
        if (isTaken) saw(thread, said.id);
      } catch (error) {
        // It was not kept: a later one must not be shown before it has been read.
        seen.delete(keyOf(thread));
        complain(error);
      }
    }
    await heard({ thread: which, ids: [said.id] });
  }

  async function typed(thread: DeskThread, { agent, on }: NonNullable<Hint['typing']>) {
    const { conversation: id, round } = thread;
    const loaded = await conversations.load(id);
    if (loaded?.conversation.state.round !== round) return;
    const { handoff } = loaded.conversation.state;
    if (ownerIn[handoff.phase] !== 'people') return;
    if (on && handoff.phase === 'waiting') {
      await conversations.decide(id, (draft, context) => apply(draft, context, { kind: 'typed', agent }));
    }
    // A doorbell may know a person by another name than the one that is public.
    const known = 'agent' in handoff && handoff.agent?.key === agent.key ? handoff.agent.name : agent.name;
    if (known !== '') typing(id, { kind: 'agent', name: known, picture: agent.key }, on);
  }

  /** Reads the newest messages of the live thread again. */
  async function readDeep(id: string) {
    const loaded = await conversations.load(id);
    if (!loaded || closed) return;
    count(id, loaded.conversation.state.handoff);
    const live = loaded.threads.find(({ round }) => round === loaded.conversation.state.round);
    if (!live?.ref || live.home !== desk.home) return;
    markDeep(live);
    await isRead(live);
  }

  const complain = (error: unknown) => log.error({ err: error }, 'the desk could not be read again');
  const deepReads = startDeepReads({ store, isOurs, read: readDeep, now, after, complain });

  const name = `desk.caughtUp:${desk.home}`;
  const watch = desk.watch({
    handIn: (message) => void handedIn(message).catch(complain),
    heard(hint) {
      const job = heard(hint);
      // Whoever waits for it hears of the failure, too; a mere doorbell does not wait.
      job.catch(complain);
      return job;
    },
    peopleInvolved: () => people.size > 0,
    since: Number((await store.setting(name)) ?? 0),
    caughtUp(at) {
      reached();
      store.set(name, String(at)).catch(complain);
    },
  });

  return {
    note(id, { conversation, work, threads: all }, before) {
      if (!isOurs(conversation.site)) return;
      count(id, conversation.state.handoff);
      for (const thread of all) {
        if (!thread.ref || before.threads.some(({ round, ref }) => round === thread.round && ref)) continue;
        for (const name of [thread.source, String(thread.ref['number'])]) {
          const ids = unknown.get(name);
          if (ids) mark(thread, ids);
          unknown.delete(name);
        }
      }
      const threads = doubted.get(id);
      if (!threads) return;
      const moving = work.some(({ task }) => task.lane === 'desk' && changesOwnership(task.op));
      if (moving) return;
      doubted.delete(id);
      for (const thread of threads) mark(thread, []);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      deepReads[Symbol.dispose]();
      for (const timer of retries.values()) timer[Symbol.dispose]();
      // What is being read is read again by the next process: it is not waited for.
      await watch[Symbol.asyncDispose]();
    },
  };
}
