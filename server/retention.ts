import type { After } from './clock.ts';
import type { Log } from './log.ts';
import type { Store } from './stores/store.ts';

/*
 * What was kept for long enough goes: conversations that nobody has changed for so long, and sessions whose end is long
 * past. One thing at a time, with pauses: nobody waits for it, and no visitor shall wait because of it. Then the
 * database's own files are rid of what was blanked or removed, by whomever: a backup may have kept others from that.
 */

export interface Retention extends Disposable {
  /** Begins to look, now and then. */
  start(): void;
  /**
   * Looks once; it never fails.
   * @returns when all that was due is gone. False: some of it is not, because the database is being read
   */
  sweep(): Promise<boolean>;
}

interface Parts {
  store: Pick<Store, 'idle' | 'sessions' | 'dropSessions' | 'purge'>;
  /** Takes a conversation away, unless it has changed since. */
  remove(id: string, unchangedSince: number): Promise<boolean>;
  /** Whether a browser follows it now. */
  isFollowed(id: string): boolean;
  /** How long a conversation is kept after its last change, and a session after its end, in milliseconds. */
  keptMs: { conversations: number; sessions: number };
  now(): number;
  after: After;
  log: Log;
}

/** After the start or where something was left, between two looks, and between two things that are removed, in milliseconds. */
const firstMs = 60_000;
const againMs = 3_600_000;
const pauseMs = 50;
/** Conversations and sessions that are looked at together. */
const conversationsAtOnce = 200;
const sessionsAtOnce = 200;

export function createRetention({ store, remove, isFollowed, keptMs, now, after, log }: Parts): Retention {
  let closed = false;
  let timer: Disposable | undefined;
  const pause = () => new Promise<void>((resolve) => void (timer = after(pauseMs, resolve)));

  /** @returns how many */
  async function sweepConversations(): Promise<number> {
    const before = now() - keptMs.conversations;
    let removed = 0;
    for (;;) {
      let some = 0;
      for (const id of await store.idle(before, conversationsAtOnce)) {
        if (closed) return removed;
        if (isFollowed(id) || !(await remove(id, before))) continue;
        some += 1;
        await pause();
      }
      removed += some;
      // Those that are left are in use: the next look will find them.
      if (some === 0) return removed;
    }
  }

  /** @returns how many */
  async function sweepSessions(): Promise<number> {
    const before = now() - keptMs.sessions;
    let removed = 0;
    for (let last = ''; !closed;) {
      const page = await store.sessions(last, sessionsAtOnce);
      const over = page.filter(({ expiresAt }) => expiresAt < before);
      await store.dropSessions(over.map(({ hash }) => hash));
      removed += over.length;
      if (page.length < sessionsAtOnce) break;
      last = page.at(-1)?.hash ?? '';
      await pause();
    }
    return removed;
  }

  async function sweep(): Promise<boolean> {
    try {
      const conversations = await sweepConversations();
      const sessions = await sweepSessions();
      if (conversations + sessions > 0) log.info({ conversations, sessions }, 'what was kept for long enough is gone');
      return await store.purge();
    } catch (error) {
      log.warn({ err: error }, 'what was kept for long enough could not be removed; it is tried again in an hour');
      return true;
    }
  }

  function wait(ms: number) {
    timer = after(ms, () => void sweep().then((isDone) => !closed && wait(isDone ? againMs : firstMs)));
  }

  return {
    start: () => wait(firstMs),
    sweep,
    [Symbol.dispose]() {
      closed = true;
      timer?.[Symbol.dispose]();
    },
  };
}
