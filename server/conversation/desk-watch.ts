import type { Author } from '../../shared/message.ts';
import { ownerIn } from '../../shared/handoff.ts';
import type { After } from '../clock.ts';
import { changesHands, type Desk, type DeskThread, type Hint } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import type { Store } from '../stores/store.ts';
import { apply } from './passing.ts';
import type { Conversations } from './conversations.ts';
import type { Loaded } from './draft.ts';
import { deskRead } from './desk-read.ts';

/*
 * From a doorbell to the log: a hint marks a thread dirty, in memory; a dirty thread is read until it is not. Hints
 * may be lost, repeated and wrong; the desk's own catch-up rings for what they missed.
 */

export interface DeskWatch extends AsyncDisposable {
  /** After each commit: keeps count of where people are involved, and of threads that are known only now. */
  note(id: string, loaded: Loaded, before: Loaded): void;
}

interface Parts {
  desk: Desk;
  conversations: Conversations;
  store: Store;
  /** `Lanes.hands`. */
  hands(id: string): number;
  /** Shows that somebody is writing. */
  typing(id: string, author: Author, on: boolean): void;
  isOurs(site: string): boolean;
  /** The desk was read, so it is there. */
  reached(): void;
  now(): number;
  after: After;
  log: Log;
}

/** How often the newest messages of threads in use are read again, for a deletion moves no cursor. */
const deepEveryMs = 5 * 60_000;
/** A conversation in which nothing happened for longer is not read again for deletions. */
const inUseMs = 60 * 60_000;
/** A thread that could not be read is tried again after this long, and then less and less often, in milliseconds. */
const retryMs = { first: 1_000, most: 15_000 };

/** Doorbells of threads that are not known yet. */
const mostUnknown = 1_000;

interface Dirt {
  thread: DeskThread;
  ids: Set<number>;
  deep: boolean;
}

export async function watchDesk(parts: Parts): Promise<DeskWatch> {
  const { desk, conversations, store, hands, typing, isOurs, reached, now, after, log } = parts;
  const dirty = new Map<string, Dirt>();
  const reading = new Map<string, Promise<void>>();
  /** Who wants to know when a thread has been read. */
  const waiting = new Map<string, (() => void)[]>();
  /** Waiting to be read again, and for how long. */
  const retries = new Map<string, Disposable & { ms: number }>();
  const people = new Set<string>();
  /** Read while hands were moving, by conversation: to be read again once they are still. */
  const doubted = new Map<string, Set<DeskThread>>();
  /** Rung before the answer that told us of the thread: what was said there meanwhile is read once it is known. */
  const unknown = new Map<string, number[]>();
  let closed = false;

  for (const conversation of await store.recent(now() - 30 * 24 * 60 * 60_000, 10_000)) {
    if (isOurs(conversation.site)) count(conversation.id, conversation.state.handoff.phase);
  }

  function count(id: string, phase: keyof typeof ownerIn) {
    const involved = ownerIn[phase] === 'people' || phase === 'transferring';
    if (involved) people.add(id);
    else people.delete(id);
  }

  function mark(thread: DeskThread, ids: Iterable<number>, deep: boolean) {
    const key = `${thread.conversation} ${thread.round}`;
    soil(key, { thread, ids: new Set(ids), deep });
    clean(key);
  }

  function soil(key: string, { thread, ids, deep }: Dirt) {
    const before = dirty.get(key);
    dirty.set(key, { thread, ids: new Set([...(before?.ids ?? []), ...ids]), deep: deep || before?.deep === true });
  }

  /** Reads a dirty thread; one reading a thread at a time, until it is clean or could not be read. */
  function clean(key: string) {
    const dirt = dirty.get(key);
    if (!dirt || closed || reading.has(key)) return;
    dirty.delete(key);
    const job = read(dirt).then(
      (isRead) => {
        reading.delete(key);
        if (!isRead) return later(key, dirt);
        retries.get(key)?.[Symbol.dispose]();
        retries.delete(key);
        // It may have become dirty again while it was being read.
        if (dirty.has(key)) return clean(key);
        for (const tell of waiting.get(key) ?? []) tell();
        waiting.delete(key);
      },
      (error: unknown) => {
        reading.delete(key);
        if (closed) return;
        log.error({ err: error }, 'what the desk said could not be taken in; it is tried again');
        later(key, dirt);
      },
    );
    reading.set(key, job);
  }

  /** @returns false where it could not be read now */
  async function read({ thread, ids, deep }: Dirt): Promise<boolean> {
    const { conversation, round } = thread;
    const before = hands(conversation);
    // The cursor moves with each read; the doorbell's copy of the thread is an old one.
    const loaded = await conversations.look(conversation);
    const current = loaded?.threads.find((one) => one.round === round);
    if (!current?.ref) return true;
    const result = await desk.read(current, ids, deep);
    if (closed) return true;
    if (result.result === 'away') return false;
    const outcome = await conversations.decide(conversation, (draft, context) =>
      deskRead(draft, context, {
        round,
        reading: result,
        settled: hands(conversation) === before,
        known: (of, deskId) => store.deskMessage(conversation, of, deskId),
      }),
    );
    if (outcome === 'moving') doubted.set(conversation, (doubted.get(conversation) ?? new Set()).add(thread));
    if (outcome === 'stale') mark(thread, [], false);
    return true;
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
  function isRead({ conversation, round }: DeskThread): Promise<void> {
    const key = `${conversation} ${round}`;
    if (!dirty.has(key) && !reading.has(key)) return Promise.resolve();
    return new Promise((resolve) => waiting.set(key, [...(waiting.get(key) ?? []), resolve]));
  }

  async function heard(hint: Hint) {
    reached();
    const thread =
      'source' in hint.thread
        ? await store.threadBySource(hint.thread.source)
        : await store.threadByNumber(hint.thread.home, hint.thread.number);
    if (!thread?.ref && !hint.typing) {
      const name = 'source' in hint.thread ? hint.thread.source : String(hint.thread.number);
      unknown.set(name, [...(unknown.get(name) ?? []), ...hint.ids].slice(-50));
      const [oldest] = unknown.keys();
      if (unknown.size > mostUnknown && oldest !== undefined) unknown.delete(oldest);
    }
    if (!thread || closed || thread.home !== desk.home) return;
    if (hint.typing) return typed(thread, hint.typing);
    mark(thread, hint.ids, false);
    return isRead(thread);
  }

  async function typed(thread: DeskThread, { agent, on }: NonNullable<Hint['typing']>) {
    const { conversation: id, round } = thread;
    const loaded = await conversations.look(id);
    if (loaded?.conversation.state.round !== round) return;
    const { handoff } = loaded.conversation.state;
    if (ownerIn[handoff.phase] !== 'people') return;
    if (on && handoff.phase === 'waiting') {
      await conversations.decide(id, (draft, context) => apply(draft, context, { kind: 'typed', agent }));
    }
    // A doorbell may know a person by another name than the one that is public.
    const known = 'agent' in handoff && handoff.agent?.key === agent.key ? handoff.agent.name : agent.name;
    if (known !== '') typing(id, { kind: 'agent', name: known }, on);
  }

  async function readDeep() {
    const inUse = (await store.recent(now() - inUseMs, 1_000)).filter(({ site }) => isOurs(site));
    for (const id of new Set([...people, ...inUse.map((one) => one.id)])) {
      const loaded = await conversations.look(id);
      if (!loaded) continue;
      count(id, loaded.conversation.state.handoff.phase);
      for (const thread of loaded.threads) {
        if (thread.ref && thread.home === desk.home && thread.round === loaded.conversation.state.round) {
          mark(thread, [], true);
        }
      }
    }
  }

  const complain = (error: unknown) => log.error({ err: error }, 'the desk could not be read again');
  let deep: Disposable | undefined;
  const readDeepNowAndThen = () => {
    void readDeep().catch(complain);
    deep = after(deepEveryMs, readDeepNowAndThen);
  };
  readDeepNowAndThen();

  const name = `desk.caughtUp:${desk.home}`;
  const watch = desk.watch({
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
      count(id, conversation.state.handoff.phase);
      for (const thread of all) {
        if (!thread.ref || before.threads.some(({ round, ref }) => round === thread.round && ref)) continue;
        for (const name of [thread.source, String(thread.ref['number'])]) {
          const ids = unknown.get(name);
          if (ids) mark(thread, ids, false);
          unknown.delete(name);
        }
      }
      const threads = doubted.get(id);
      if (!threads) return;
      const moving = work.some(({ task }) => task.lane === 'desk' && changesHands.has(task.op.step));
      if (moving) return;
      doubted.delete(id);
      for (const thread of threads) mark(thread, [], false);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      deep?.[Symbol.dispose]();
      for (const timer of retries.values()) timer[Symbol.dispose]();
      // What is being read is read again by the next process: it is not waited for.
      await watch[Symbol.asyncDispose]();
    },
  };
}
