import type { After } from '../clock.ts';
import type { DeskThread } from '../desks/desk.ts';

/*
 * Which threads are to be read: one that a hint names is dirty, in memory, and is read until it is clean. One reading a
 * thread at a time; what could not be read is tried again later.
 */

/** A thread that is to be read. */
export interface DirtyThread {
  thread: DeskThread;
  /** Messages that certainly are to be read. */
  ids: Set<number>;
  /** Something may have been said; else it is only read again for deletions, which may wait. */
  isHinted: boolean;
  isDeep: boolean;
}

export interface DirtyThreads extends Disposable {
  markDirty(thread: DeskThread, ids: Iterable<number>): void;
  /** To be read again for deletions, see `ReadOptions.deep`. */
  markDeep(thread: DeskThread): void;
  /** Resolves once the thread has been read. */
  whenRead(thread: DeskThread): Promise<void>;
  /** Nothing is known to be missing in it, and nothing is just being found out. */
  isClean(thread: DeskThread): boolean;
}

interface Parts {
  /** @returns false where it could not be read now */
  read(dirty: DirtyThread): Promise<boolean>;
  /** What was read could not be taken in. It is tried again. */
  failed(error: unknown, thread: DeskThread): void;
  after: After;
}

/** A thread that could not be read is tried again after this long, and then less and less often, in milliseconds. */
const retryMs = { first: 1_000, most: 15_000 };

/** One name for one thread: a conversation that was taken away and begins anew has others. */
export const threadKey = ({ source }: DeskThread): string => source;

export function createDirtyThreads({ read, failed, after }: Parts): DirtyThreads {
  const dirty = new Map<string, DirtyThread>();
  const reading = new Set<string>();
  /** Who wants to know when a thread has been read. */
  const waiting = new Map<string, (() => void)[]>();
  /** When it is tried again, and how long that waits. */
  const retries = new Map<string, { ms: number; timer: Disposable }>();
  let closed = false;

  function add(key: string, { thread, ids, isHinted, isDeep }: DirtyThread) {
    const before = dirty.get(key);
    dirty.set(key, {
      thread,
      ids: new Set([...(before?.ids ?? []), ...ids]),
      isHinted: isHinted || before?.isHinted === true,
      isDeep: isDeep || before?.isDeep === true,
    });
  }

  function readNext(key: string) {
    const next = dirty.get(key);
    if (!next || closed || reading.has(key)) return;
    dirty.delete(key);
    // What may have been said just now does not wait for what is only read again.
    if (next.isHinted && next.isDeep) {
      next.isDeep = false;
      add(key, { thread: next.thread, ids: new Set(), isHinted: false, isDeep: true });
    }
    reading.add(key);
    read(next).then(
      (isRead) => {
        reading.delete(key);
        if (isRead) wasRead(key);
        else retryLater(key, next);
      },
      (error: unknown) => {
        reading.delete(key);
        if (closed) return;
        failed(error, next.thread);
        retryLater(key, next);
      },
    );
  }

  function wasRead(key: string) {
    retries.get(key)?.timer[Symbol.dispose]();
    retries.delete(key);
    // It may have become dirty again while it was being read.
    const rest = dirty.get(key);
    if (!rest?.isHinted) {
      for (const tell of waiting.get(key) ?? []) tell();
      waiting.delete(key);
    }
    if (rest) readNext(key);
  }

  function retryLater(key: string, again: DirtyThread) {
    if (closed) return;
    add(key, again);
    const before = retries.get(key);
    before?.timer[Symbol.dispose]();
    const ms = before ? Math.min(retryMs.most, before.ms * 2) : retryMs.first;
    retries.set(key, { ms, timer: after(ms, () => readNext(key)) });
  }

  function mark(one: DirtyThread) {
    const key = threadKey(one.thread);
    add(key, one);
    readNext(key);
  }

  return {
    markDirty: (thread, ids) => mark({ thread, ids: new Set(ids), isHinted: true, isDeep: false }),
    markDeep: (thread) => mark({ thread, ids: new Set(), isHinted: false, isDeep: true }),
    whenRead(thread) {
      const key = threadKey(thread);
      if (!dirty.has(key) && !reading.has(key)) return Promise.resolve();
      return new Promise((resolve) => waiting.set(key, [...(waiting.get(key) ?? []), resolve]));
    },
    isClean(thread) {
      const key = threadKey(thread);
      return !dirty.has(key) && !reading.has(key) && !retries.has(key);
    },
    [Symbol.dispose]() {
      closed = true;
      for (const { timer } of retries.values()) timer[Symbol.dispose]();
    },
  };
}
