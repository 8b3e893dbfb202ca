import type { Author } from '../../shared/message.ts';
import { ownerIn } from '../../shared/handoff.ts';
import { changesHands, type Desk, type DeskThread, type Hint } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import type { Store } from '../stores/store.ts';
import { apply } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Loaded } from './draft.ts';
import { deskRead } from './desk-read.ts';

/*
 * From a doorbell to the log: a hint marks a thread dirty, in memory; a dirty thread is read until it is not. Hints
 * may be lost, repeated and wrong; the desk's own catch-up rings for what they missed.
 */

export interface DeskWatch extends AsyncDisposable {
  /** After each commit: keeps count of where people are involved. */
  note(id: string, loaded: Loaded): void;
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
  now(): number;
  log: Log;
}

/** How often the newest messages of threads in use are read again, for a deletion moves no cursor. */
const deepEveryMs = 5 * 60_000;
/** A conversation in which nothing happened for longer is not read again for deletions. */
const inUseMs = 60 * 60_000;
const retryMs = 2_000;

interface Dirt {
  ids: Set<number>;
  deep: boolean;
}

export async function watchDesk(parts: Parts): Promise<DeskWatch> {
  const { desk, conversations, store, hands, typing, isOurs, now, log } = parts;
  const dirty = new Map<string, Dirt>();
  const reading = new Map<string, Promise<void>>();
  const retries = new Set<NodeJS.Timeout>();
  const people = new Set<string>();
  /** Read while hands were moving: to be read again once they are still. */
  const doubted = new Map<string, DeskThread>();
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
    const dirt = dirty.get(key) ?? { ids: new Set(), deep: false };
    for (const id of ids) dirt.ids.add(id);
    dirt.deep ||= deep;
    dirty.set(key, dirt);
    if (!reading.has(key) && !closed) {
      const job = clean(key, thread)
        .catch((error: unknown) => log.error({ err: error }, 'what the desk said could not be taken in'))
        .finally(() => reading.delete(key));
      reading.set(key, job);
    }
  }

  async function clean(key: string, thread: DeskThread) {
    for (let dirt = dirty.get(key); dirt && !closed; dirt = dirty.get(key)) {
      dirty.delete(key);
      const before = hands(thread.conversation);
      // The cursor moves with each read; the doorbell's copy of the thread is an old one.
      const loaded = await conversations.look(thread.conversation);
      const current = loaded?.threads.find((one) => one.round === thread.round);
      if (!current?.ref) return;
      const result = await desk.read(current, dirt.ids, dirt.deep);
      if (result.result === 'away') return later(thread, dirt);
      const believed = await conversations.decide(thread.conversation, (draft, context) =>
        deskRead(draft, context, {
          round: thread.round,
          reading: result,
          settled: hands(thread.conversation) === before,
          known: (round, deskId) => store.deskMessage(thread.conversation, round, deskId),
        }),
      );
      if (believed === false) doubted.set(thread.conversation, thread);
    }
  }

  function later(thread: DeskThread, dirt: Dirt) {
    if (closed) return;
    const timer = setTimeout(() => {
      retries.delete(timer);
      mark(thread, dirt.ids, dirt.deep);
    }, retryMs);
    timer.unref();
    retries.add(timer);
  }

  async function heard(hint: Hint) {
    const thread =
      'source' in hint.thread
        ? await store.threadBySource(hint.thread.source)
        : await store.threadByNumber(hint.thread.home, hint.thread.number);
    if (!thread || closed || thread.home !== desk.home) return;
    if (hint.typing) return typed(thread, hint.typing);
    mark(thread, hint.ids, false);
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
    typing(id, { kind: 'agent', name: agent.name }, on);
  }

  async function readDeep() {
    for (const { id, site } of await store.recent(now() - inUseMs, 1_000)) {
      if (isOurs(site)) people.add(id);
    }
    for (const id of [...people]) {
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

  const deep = setInterval(() => void readDeep().catch(complain), deepEveryMs);
  deep.unref();
  const complain = (error: unknown) => log.error({ err: error }, 'the desk could not be read again');
  void readDeep().catch(complain);

  const name = `desk.caughtUp:${desk.home}`;
  const watch = desk.watch({
    heard: (hint) => void heard(hint).catch(complain),
    peopleInvolved: () => people.size > 0,
    since: Number((await store.setting(name)) ?? 0),
    caughtUp: (at) => void store.set(name, String(at)).catch(complain),
  });

  return {
    note(id, { conversation, work }) {
      if (!isOurs(conversation.site)) return;
      count(id, conversation.state.handoff.phase);
      const thread = doubted.get(id);
      const moving = work.some(({ task }) => task.lane === 'desk' && changesHands.has(task.op.step));
      if (!thread || moving) return;
      doubted.delete(id);
      mark(thread, [], false);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearInterval(deep);
      for (const timer of retries) clearTimeout(timer);
      await watch[Symbol.asyncDispose]();
      await Promise.allSettled(reading.values());
    },
  };
}
