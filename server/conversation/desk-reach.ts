import type { After } from '../clock.ts';
import type { Desk } from '../desks/desk.ts';
import type { Loaded } from './draft.ts';
import { isForPeople } from './handoff.ts';

/*
 * Whether what a visitor writes reaches the people at the desk. While people own or are awaited, a visitor whose words
 * wait is told so, calmly, after a while; and again when they go on. A state of this process, not history.
 */

interface DeskReach {
  /** After each commit, and when a browser says hello: where people are involved. */
  remember(id: string, loaded: Loaded): void;
  /** These are another node's, or are not there any more. */
  forget(which: (id: string) => boolean): void;
  /** Conversations that people have, or are to have. */
  involved(): Iterable<string>;
  /** A request to the desk for this conversation begins (false: not answered yet), or the desk has answered it (true). */
  reached(id: string, isReached: boolean): void;
  /** What a browser that says hello is told. */
  isAway(id: string): boolean;
  [Symbol.dispose](): void;
}

interface Parts {
  deskOf(site: string): Pick<Desk, 'reachable'>;
  tell(id: string, isReached: boolean): void;
  /** Another node, which looked after it before, has told its visitor that the desk is away. */
  wasAway(id: string): boolean;
  now(): number;
  after: After;
}

/** A desk that is back this soon is not worth a word, in milliseconds. */
const patienceMs = 15_000;
const checkEveryMs = 1_000;

interface Involved {
  site: string;
  /** Since when words of this conversation are not taken. */
  stuckSince: number | undefined;
  isTold: boolean;
}

export function createDeskReach({ deskOf, tell, wasAway, now, after }: Parts): DeskReach {
  const involved = new Map<string, Involved>();
  /** Since when a site's desk does not answer well. */
  const unwellSince = new Map<string, number>();
  let timer: Disposable | undefined;
  let closed = false;

  function check(): void {
    const at = now();
    for (const site of new Set([...involved.values()].map((one) => one.site))) {
      if (isWell(site)) unwellSince.delete(site);
      else if (!unwellSince.has(site)) unwellSince.set(site, at);
    }
    for (const [id, one] of involved) {
      const since = Math.min(unwellSince.get(one.site) ?? Infinity, one.stuckSince ?? Infinity);
      const isAway = at - since >= patienceMs;
      if (isAway === one.isTold) continue;
      one.isTold = isAway;
      tell(id, !isAway);
    }
    if (!closed && involved.size > 0) timer = after(checkEveryMs, check);
    else timer = undefined;
  }

  function isWell(site: string): boolean {
    try {
      return deskOf(site).reachable();
    } catch {
      return true; // a site that is configured no more: nobody can say hello there
    }
  }

  return {
    remember(id, { conversation: { site, state } }) {
      if (isForPeople(state.handoff)) {
        if (!involved.has(id)) involved.set(id, { site, stuckSince: undefined, isTold: wasAway(id) });
        if (!timer && !closed) timer = after(checkEveryMs, check);
      } else {
        if (involved.get(id)?.isTold) tell(id, true);
        involved.delete(id);
      }
    },
    reached(id, isReached) {
      const one = involved.get(id);
      if (one) one.stuckSince = isReached ? undefined : (one.stuckSince ?? now());
    },
    forget(which) {
      for (const id of [...involved.keys()]) if (which(id)) involved.delete(id);
    },
    involved: () => involved.keys(),
    isAway: (id) => involved.get(id)?.isTold ?? false,
    [Symbol.dispose]() {
      closed = true;
      timer?.[Symbol.dispose]();
    },
  };
}
