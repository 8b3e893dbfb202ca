import type { News, RequestName } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import { newId } from '../state/id.ts';

/** What tabs say to each other. */
export type Word =
  | { is: 'who' }
  /** From the tab that has the socket. `trying`: the relay has not welcomed it yet. */
  | { is: 'up' | 'trying' | 'down' }
  | { is: 'ask'; id: string; name: RequestName; body: unknown }
  | { is: 'reply'; id: string; reply: unknown }
  | { is: 'news'; name: keyof News; news: unknown };

export type OpenChannel = () => Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>;

/** The line between the tabs, while this one is on it. */
export function createTabChannel(open: OpenChannel, heard: (word: Word) => void) {
  let channel: ReturnType<OpenChannel> | undefined;
  return {
    isJoined: () => channel !== undefined,
    /** @returns false where the browser refuses it */
    join(): boolean {
      try {
        channel ??= open();
      } catch {
        return false;
      }
      channel.onmessage = ({ data }: MessageEvent<Word>) => heard(data);
      return true;
    },
    leave() {
      channel?.close();
      channel = undefined;
    },
    say: (word: Word) => channel?.postMessage(word),
  };
}

/** A tab that leads says so within this time; else it sleeps or hangs. */
const answersMs = 1_500;
/** As long as somebody looks at a tab, it asks so often. */
const beatMs = 5_000;

/**
 * Asks again and again who leads.
 * @param nobody what is tried where nobody answers, one after the other
 */
export function createBeat(say: (word: Word) => void, clock: Clock, ...nobody: (() => void)[]) {
  let stop: (() => void) | undefined;
  function wait([first, ...others]: (() => void)[]) {
    if (!first) return;
    stop = clock.after(answersMs, () => {
      wait(others);
      first();
    });
  }
  function ask() {
    stop?.();
    say({ is: 'who' });
    wait(nobody);
  }
  function later() {
    stop?.();
    stop = clock.after(beatMs, () => (document.visibilityState === 'visible' ? ask() : later()));
  }
  return { ask, answered: later, end: () => stop?.() };
}

/** The relay's own answer may take five seconds. */
const askMs = 6_000;

/** Requests that another tab passes on to the relay. */
export function createQuestions(say: (word: Word) => void, clock: Clock) {
  const pending = new Map<string, (reply: unknown) => void>();
  function answer(id: string, reply: unknown) {
    pending.get(id)?.(reply);
    pending.delete(id);
  }
  return {
    answer,
    /** @returns undefined when no answer came */
    ask: (name: RequestName, body: unknown) =>
      new Promise<unknown>((resolve) => {
        const id = newId();
        const stop = clock.after(askMs, () => answer(id, undefined));
        pending.set(id, (reply) => {
          stop();
          resolve(reply);
        });
        say({ is: 'ask', id, name, body });
      }),
    /** Nobody will answer what was asked. */
    forget() {
      for (const id of [...pending.keys()]) answer(id, undefined);
    },
  };
}
