import type { After } from '../clock.ts';
import { readState } from '../stores/conversation-state.ts';
import type { Store } from '../stores/store.ts';
import { isForPeople } from './handoff.ts';

/*
 * A deletion at the desk moves no cursor: the newest messages of conversations in use are read again now and then, and
 * after each start. Bounded, for each costs the desk several requests: conversations that nobody uses any more are left
 * alone, and the rest take turns.
 */

/** Between two times that all of them are read. */
const everyMs = 5 * 60_000;
/** A conversation in which nothing happened for longer is not in use. */
const inUseMs = 60 * 60_000;
/** One that people have, or that waits for them, stays in use for longer. */
const withPeopleMs = 24 * 60 * 60_000;
/** At one time; those first that were not read for the longest. */
const most = 100;
/** Between two conversations, so that they are not read all at once. */
const gapMs = 1_000;
/** One that takes longer to be read is not waited for: the next one begins. */
const longestMs = 30_000;

interface Parts {
  store: Pick<Store, 'recent'>;
  isOurs(site: string): boolean;
  /** Resolves when it was read. */
  read(conversation: string): Promise<void>;
  now(): number;
  after: After;
  complain(error: unknown): void;
}

/** Begins at once. */
export function startDeepReads({ store, isOurs, read, now, after, complain }: Parts): Disposable {
  let readAt = new Map<string, number>();
  let timer: Disposable | undefined;
  let closed = false;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (!closed) timer = after(ms, resolve);
    });

  async function choose(): Promise<string[]> {
    const recent = await store.recent(now() - withPeopleMs, 1_000);
    const inUse = recent.filter(
      ({ site, updatedAt, state }) =>
        isOurs(site) && (updatedAt >= now() - inUseMs || isForPeople(readState(state).handoff)),
    );
    readAt = new Map(inUse.map(({ id }) => [id, readAt.get(id) ?? 0]));
    return [...readAt]
      .sort(([, a], [, b]) => a - b)
      .slice(0, most)
      .map(([id]) => id);
  }

  async function readAll(): Promise<void> {
    for (const id of await choose()) {
      readAt.set(id, now());
      await Promise.race([read(id), pause(longestMs)]);
      timer?.[Symbol.dispose]();
      await pause(gapMs);
    }
  }

  async function run(): Promise<void> {
    while (!closed) {
      await readAll().catch(complain);
      await pause(everyMs);
    }
  }

  void run();
  return {
    [Symbol.dispose]() {
      closed = true;
      timer?.[Symbol.dispose]();
    },
  };
}
