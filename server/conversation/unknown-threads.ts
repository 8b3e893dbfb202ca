import { BoundedMap } from '../bounded-map.ts';
import type { After } from '../clock.ts';
import type { DeskThread, Hint } from '../desks/desk.ts';
import type { Log } from '../log.ts';

/*
 * Hints about threads that are not known here. Most are of one that is just being made: the hint was quicker than the
 * answer that tells its number, and it is read once that is there. Where a backup was restored, the desk may have threads
 * that it lacks: what people say there reaches nobody, and the operator is told.
 */

export interface UnknownThreads extends Disposable {
  add(hint: Hint): void;
  /** It is known now. @returns the messages that hints named before; undefined where there was no hint */
  take(thread: DeskThread): number[] | undefined;
}

interface Parts {
  /** Whether a backup was restored lately. */
  wasRestored(): boolean;
  /** Whether the store knows it by now. */
  isKnown(which: Hint['thread']): Promise<boolean>;
  after: After;
  complain(error: unknown): void;
  log: Log;
}

/** Threads that are remembered. */
const most = 1_000;
/** One that is just being made is known after this long, in milliseconds. */
const makingMs = 30_000;

const sentence =
  'a conversation at the desk is not in the backup that was restored: what is said there reaches no visitor';
const remedy =
  'see “Back up and restore” in docs/operating.md; reach that visitor another way, or where they have written since';

export function createUnknownThreads({ wasRestored, isKnown, after, complain, log }: Parts): UnknownThreads {
  const hinted = new BoundedMap<string, number[]>(most);
  /** Those that the operator was told of, or will be. */
  const told = new BoundedMap<string, true>(most);
  const timers = new Set<Disposable>();

  async function tell(name: string, which: Hint['thread']): Promise<void> {
    if (!hinted.get(name) || (await isKnown(which))) return;
    log.warn({ desk: which.number ?? null, remedy }, sentence);
  }

  return {
    add({ thread: which, ids }) {
      const name = 'source' in which ? which.source : String(which.number);
      hinted.set(name, [...(hinted.get(name) ?? []), ...ids].slice(-50));
      if (ids.length === 0 || told.has(name) || !wasRestored()) return;
      told.set(name, true);
      const timer = after(makingMs, () => {
        timers.delete(timer);
        tell(name, which).catch(complain);
      });
      timers.add(timer);
    },
    take({ source, ref }) {
      let found: number[] | undefined;
      for (const name of [source, String(ref?.['number'])]) {
        const ids = hinted.get(name);
        if (ids) found = [...(found ?? []), ...ids];
        hinted.delete(name);
      }
      return found;
    },
    [Symbol.dispose]() {
      for (const timer of timers) timer[Symbol.dispose]();
    },
  };
}
