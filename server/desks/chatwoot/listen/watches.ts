import type { Hint, Watch } from '../../desk.ts';
import type { Agents } from '../read/agents.ts';
import type { Shared, Subscription } from '../shared.ts';
import { openCable } from './cable.ts';
import { openCatchUp, type CatchUp } from './catch-up.ts';
import type { About } from './frames.ts';
import { createOwnershipFilter, handedInBy, hintOf } from './hints.ts';

/** Those who want to hear of changes, and all that tells of them. */
export interface Watches {
  /** As the port says it: by websocket, and by looking. */
  watch(watch: Watch): AsyncDisposable;
  /** Something happened at the desk, whichever way it was heard. Another inbox's events are left out. */
  tell(event: string, inbox: number, about: About): void;
  hint(hint: Hint): void;
  /** As the port says it. */
  overhear(heard: (hint: Hint) => void): Disposable;
  isWatching(): boolean;
  /** Looks at once for what may have been missed. */
  catchUp(): void;
}

export function createWatches(
  shared: Shared,
  parts: {
    /** `wss://chat.example.com/cable` */
    url: string;
    subscribe: () => Promise<Subscription | undefined>;
    agents: Agents;
    retryMs: number;
  },
): Watches {
  const { provisioned, installation, home, now, log, verified } = shared;
  const { url, subscribe, agents, retryMs } = parts;
  const watches = new Map<Watch, CatchUp>();
  const listeners = new Set<(hint: Hint) => void>();
  const isNewOwnership = createOwnershipFilter();

  // What could not be read is told again by the next sweep, which does not count it as read.
  function hint(of: Hint): void {
    if (watches.size === 0) for (const heard of listeners) heard(of);
    for (const watch of watches.keys()) void Promise.resolve(watch.heard(of)).catch(() => {});
  }

  function tell(event: string, inbox: number, about: About): void {
    const known = provisioned();
    if (known && inbox !== known.inbox) return;
    const isAboutOwnership = !event.startsWith('message') && !event.includes('typing');
    if (isAboutOwnership && !isNewOwnership(about)) return;
    const heard = hintOf(event, about, { home: home(), installation, agents });
    if (about.source !== null && heard && heard.ids.length > 0) shared.heardIn.set(about.source, about.number);
    if (heard) hint(heard);
  }

  return {
    tell,
    hint,
    overhear(heard) {
      listeners.add(heard);
      return { [Symbol.dispose]: () => void listeners.delete(heard) };
    },
    isWatching: () => watches.size > 0,
    catchUp() {
      for (const catchUp of watches.values()) catchUp.now();
    },
    watch(watch) {
      let connectedAt = Infinity;
      /** The websocket has missed nothing since: all there was before has been read. Only then is what it tells in order. */
      let isComplete = false;
      const catchUp = openCatchUp(shared, {
        ...watch,
        caughtUp(at) {
          isComplete ||= at >= connectedAt;
          watch.caughtUp(at);
        },
      });
      watches.set(watch, catchUp);
      const cable = openCable({
        url,
        subscription: subscribe,
        heard(frame) {
          const { event, inbox, about } = frame;
          const message = isComplete && inbox === provisioned()?.inbox ? handedInBy(frame, installation) : undefined;
          if (message) {
            shared.heardIn.set(message.thread.source, about.number);
            watch.handIn(message);
          } else tell(event, inbox, about);
        },
        connected() {
          connectedAt = now();
          catchUp.now();
        },
        lost() {
          isComplete = false;
          connectedAt = Infinity;
          verified.forget();
        },
        log,
        retryMs,
      });
      return {
        async [Symbol.asyncDispose]() {
          watches.delete(watch);
          catchUp[Symbol.dispose]();
          await cable[Symbol.asyncDispose]();
        },
      };
    },
  };
}
