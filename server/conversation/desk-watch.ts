import type { Author } from '../../shared/message.ts';
import { ownerIn } from '../../shared/phases.ts';
import type { After } from '../clock.ts';
import { changesOwnership, type Desk, type DeskThread, type HandedIn, type Hint } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import { readRestoredAt } from '../lost.ts';
import { readState } from '../stores/conversation-state.ts';
import type { Store } from '../stores/store.ts';
import type { Conversations } from './conversations.ts';
import { startDeepReads } from './deep-reads.ts';
import type { Loaded } from './draft.ts';
import { apply } from './handoff-effects.ts';
import { isForPeople } from './handoff.ts';
import { createThreadReader } from './thread-reader.ts';
import { createUnknownThreads } from './unknown-threads.ts';

/*
 * From a hint to the log: a hint marks a thread dirty, and a dirty thread is read until it is clean. Hints may be lost,
 * repeated and wrong; the desk's own catch-up gives hints of what they missed.
 */

export interface DeskWatch extends AsyncDisposable {
  /**
   * After each commit, and when another node has committed something: keeps count of where people are involved, and of
   * threads that are known only now.
   */
  remember(id: string, loaded: Loaded, before: Loaded | undefined): void;
  /** It is not there any more. */
  forget(id: string): void;
  /** Conversations that people have, or are to have. */
  involved(): Iterable<string>;
}

interface Parts {
  desk: Desk;
  conversations: Conversations;
  store: Store;
  /** Shows that somebody is writing. */
  typing(id: string, author: Author, on: boolean): void;
  isOurs(site: string): boolean;
  /** The desk was read, so it is there. */
  reached(): void;
  now(): number;
  after: After;
  log: Log;
}

/** For so long after a backup was restored the desk may have threads that it lacks, and people answer there. */
const restoredLatelyMs = 30 * 24 * 60 * 60_000;
/** How far back conversations are looked through at the start, and how many of them. */
const recentMs = 30 * 24 * 60 * 60_000;
const mostRecent = 10_000;

export async function watchDesk(parts: Parts): Promise<DeskWatch> {
  const { desk, conversations, store, typing, isOurs, reached, now, after, log } = parts;
  const reader = createThreadReader(parts);
  /** Conversations that people have, or are to have. */
  const people = new Set<string>();
  const complain = (error: unknown) => log.error({ err: error }, 'the desk could not be read again');
  const restoredAt = await readRestoredAt(store);
  const unknown = createUnknownThreads({
    ...parts,
    wasRestored: () => now() - restoredAt < restoredLatelyMs,
    isKnown: async (which) => (await threadOf(which)) !== undefined,
    complain,
  });
  let closed = false;

  for (const conversation of await store.recent(now() - recentMs, mostRecent)) {
    if (isOurs(conversation.site)) count({ ...conversation, state: readState(conversation.state) });
  }

  function count({ id, state }: Pick<Loaded['conversation'], 'id' | 'state'>) {
    if (isForPeople(state.handoff)) people.add(id);
    else people.delete(id);
  }

  const isHere = (thread: DeskThread) => !closed && thread.home === desk.home;

  const threadOf = (which: Hint['thread']) =>
    'source' in which ? store.threadBySource(which.source) : store.threadByNumber(which.home, which.number);

  async function takeHint(hint: Hint): Promise<void> {
    const { thread: which, ids } = hint;
    const thread = await threadOf(which);
    if (!thread?.ref && !hint.typing) unknown.add(hint);
    if (!thread || !isHere(thread)) return;
    if (hint.typing) return takeTyping(thread, hint.typing);
    reader.markDirty(thread, ids);
    return reader.whenRead(thread);
  }

  async function takeHandedIn({ thread: which, said }: HandedIn): Promise<void> {
    const thread = await store.threadBySource(which.source);
    if (thread?.ref && isHere(thread)) await reader.takeHandedIn(thread, said).catch(complain);
    await takeHint({ thread: which, ids: [said.id] });
  }

  async function takeTyping(thread: DeskThread, { agent, on }: NonNullable<Hint['typing']>): Promise<void> {
    const { conversation: id, round } = thread;
    const loaded = await conversations.load(id);
    if (loaded?.conversation.state.round !== round) return;
    const { handoff } = loaded.conversation.state;
    if (ownerIn[handoff.phase] !== 'people') return;
    if (on && handoff.phase === 'waiting') {
      await conversations.decide(id, (draft, context) => apply(draft, context, { kind: 'typed', agent }));
    }
    // A hint may know a person by another name than the one that is public.
    const known = 'agent' in handoff && handoff.agent?.key === agent.key ? handoff.agent.name : agent.name;
    if (known !== '') typing(id, { kind: 'agent', name: known, picture: agent.key }, on);
  }

  /** Reads the newest messages of the live thread again. */
  async function readDeep(id: string): Promise<void> {
    const loaded = await conversations.load(id);
    if (!loaded || closed) return;
    count(loaded.conversation);
    const live = loaded.threads.find(({ round }) => round === loaded.conversation.state.round);
    if (!live?.ref || !isHere(live)) return;
    reader.markDeep(live);
    await reader.whenRead(live);
  }

  const deepReads = startDeepReads({ store, isOurs, read: readDeep, now, after, complain });

  const caughtUp = `desk.caughtUp:${desk.home}`;
  const watch = desk.watch({
    handIn: (message) => void takeHandedIn(message).catch(complain),
    heard(hint) {
      const job = takeHint(hint);
      // A desk that waits for it hears of the failure, too; a mere hint does not wait.
      job.catch(complain);
      return job;
    },
    peopleInvolved: () => people.size > 0,
    since: Number((await store.setting(caughtUp)) ?? 0),
    caughtUp(at) {
      reached();
      store.set(caughtUp, String(at)).catch(complain);
    },
  });

  return {
    remember(id, { conversation, work, threads }, before) {
      if (!isOurs(conversation.site)) return;
      count(conversation);
      for (const thread of threads) {
        if (!thread.ref || before?.threads.some(({ round, ref }) => round === thread.round && ref)) continue;
        const ids = unknown.take(thread);
        if (ids) reader.markDirty(thread, ids);
      }
      if (!work.some(({ task }) => task.lane === 'desk' && changesOwnership(task.op))) reader.ownershipIsStill(id);
    },
    forget: (id) => void people.delete(id),
    involved: () => people,
    async [Symbol.asyncDispose]() {
      closed = true;
      unknown[Symbol.dispose]();
      deepReads[Symbol.dispose]();
      reader[Symbol.dispose]();
      // What is being read is read again by the next process: it is not waited for.
      await watch[Symbol.asyncDispose]();
    },
  };
}
