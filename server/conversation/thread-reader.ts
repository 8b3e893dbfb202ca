import { BoundedMap } from '../bounded-map.ts';
import type { After } from '../clock.ts';
import type { Desk, DeskThread, HandedIn, Words } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import type { Store } from '../stores/store.ts';
import type { Context } from './context.ts';
import type { Conversations } from './conversations.ts';
import { takeMessage, takeReading, takeWords, type Known } from './desk-read.ts';
import { createDirtyThreads, threadKey, type DirtyThread, type DirtyThreads } from './dirty-threads.ts';
import type { Draft } from './draft.ts';
import { sameThread } from './rounds.ts';

/*
 * Reads dirty threads into the log. Words are taken in as soon as they are there, and a message that was handed in
 * before anything is read: who has the thread is read beside it.
 */

interface ThreadReader extends DirtyThreads {
  /**
   * Takes a message that the desk itself told, where its thread is clean and the message is newer than all that were
   * read.
   */
  takeHandedIn(thread: DeskThread, said: HandedIn['said']): Promise<void>;
  /** No step of ours changes who has a thread of this conversation any more: those read meanwhile are read again. */
  ownershipIsStill(conversation: string): void;
}

interface Parts {
  desk: Pick<Desk, 'read'>;
  conversations: Conversations;
  store: Pick<Store, 'deskMessage' | 'deskMessageByKey'>;
  /** The desk was read, so it is there. */
  reached(): void;
  after: After;
  log: Log;
}

/** Threads whose newest message is remembered. */
const mostSeen = 10_000;

export function createThreadReader({ desk, conversations, store, reached, after, log }: Parts): ThreadReader {
  const threads = createDirtyThreads({
    read,
    failed: (error, thread) =>
      log.error({ err: error, ...named(thread) }, 'what the desk said could not be taken in; it is tried again'),
    after,
  });
  /** Read while ownership was changing, by conversation: to be read again once it is not. */
  const unsure = new Map<string, Set<DeskThread>>();
  /** The newest message of each thread that this process has read. */
  const seen = new BoundedMap<string, number>(mostSeen);
  let closed = false;

  async function read({ thread, ids, isDeep }: DirtyThread): Promise<boolean> {
    const { conversation, round } = thread;
    const known = knownOf(thread);
    // The cursor moves with each reading; the hint's copy of the thread is an old one.
    const loaded = await conversations.load(conversation);
    const current = loaded && sameThread(loaded.threads, thread);
    if (!loaded || !current?.ref) return true;
    const { state } = loaded.conversation;
    let taken: Promise<boolean | undefined> | undefined;
    const early = (words: Words) => {
      if (closed) return;
      taken = decideOn(thread, (draft, context) => takeWords(draft, context, round, words, known));
      taken.catch(() => {}); // waited for below
    };
    const believed = state.round === round ? state.desk : null;
    const reading = await desk.read(current, ids, { deep: isDeep, believed, early });
    if (closed) return true;
    if ((await taken) === false) return readAnew(thread);
    if (reading.result === 'away') return false;
    reached();
    const outcome = await decideOn(thread, (draft, context) => {
      const isCurrent = draft.seen.moved === state.moved;
      return takeReading(draft, context, { round, reading, isCurrent, known });
    });
    if (outcome === 'stale') return readAnew(thread);
    if (reading.result === 'read') {
      if (reading.cursor < current.cursor) seen.delete(threadKey(thread));
      noteSeen(thread, Math.max(reading.cursor, ...reading.events.map(({ id }) => id)));
    }
    if (outcome === 'moving') unsure.set(conversation, (unsure.get(conversation) ?? new Set()).add(thread));
    return true;
  }

  /** Nothing is decided where the conversation was taken away while it was being read: it may have begun anew. */
  const decideOn = <R>(thread: DeskThread, decision: (draft: Draft, context: Context) => Promise<R>) =>
    conversations.decideAlone<R | undefined>(thread.conversation, (draft, context) =>
      sameThread(draft.threads, thread) ? decision(draft, context) : undefined,
    );

  /** Until then nothing is known of what was seen: the desk may have been restored from a backup. */
  function readAnew(thread: DeskThread): true {
    seen.delete(threadKey(thread));
    threads.markDirty(thread, []);
    return true;
  }

  function noteSeen(thread: DeskThread, id: number) {
    seen.set(threadKey(thread), Math.max(seen.get(threadKey(thread)) ?? 0, id));
  }

  function knownOf(thread: DeskThread): Known {
    const { conversation } = thread;
    return {
      byId: (round, deskId) => store.deskMessage(conversation, round, deskId),
      byKey: (round, key) => store.deskMessageByKey(conversation, round, key),
      doubled: (message) => log.warn({ ...named(thread), message }, 'something of ours stands twice at the desk'),
    };
  }

  const isClean = (thread: DeskThread) => threads.isClean(thread) && !unsure.has(thread.conversation);

  return {
    ...threads,
    isClean,
    async takeHandedIn(thread, said) {
      try {
        const isTaken = await decideOn(thread, async (draft, context) => {
          if (!isClean(thread) || said.id <= (seen.get(threadKey(thread)) ?? Infinity)) return false;
          return takeMessage(draft, context, thread.round, said, knownOf(thread));
        });
        if (isTaken) noteSeen(thread, said.id);
      } catch (error) {
        // It was not kept: a later one must not be shown before it has been read.
        seen.delete(threadKey(thread));
        throw error;
      }
    },
    ownershipIsStill(conversation) {
      const again = unsure.get(conversation) ?? [];
      unsure.delete(conversation);
      for (const thread of again) threads.markDirty(thread, []);
    },
    [Symbol.dispose]() {
      closed = true;
      threads[Symbol.dispose]();
    },
  };
}

/** How the log names a thread: the conversation's short name, and the desk's number. */
const named = ({ conversation, ref }: DeskThread) => ({
  conversation: shortName(conversation),
  desk: ref?.['number'] ?? null,
});
