import { setTimeout as sleep } from 'node:timers/promises';
import { newId, openLight, words, type Light } from './visitor.ts';

/** A visitor who comes back by itself, as the widget does, and says again what was not acknowledged. */
export interface Returning {
  /** Of the visitor; undefined at a bare server. */
  readonly token: string | undefined;
  /** Resolves once it is lost and back again; at the relay once hello was answered. */
  isBack(): Promise<void>;
  /** Says something, under the same id until it is acknowledged. @returns milliseconds, in the last connection, to that */
  say(): Promise<number>;
  /** How many events of the log it was not shown. */
  gaps(): Promise<number>;
  close(): void;
}

interface Welcome extends Record<string, unknown> {
  token: string;
  conversation: { log: string; seq: number; events: { seq: number }[] } | null;
}

/** As the widget waits: 0.5, 1, 2 … 30 s, half of it left to chance. */
const waitMs = (attempt: number) => Math.min(30_000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2);

/**
 * @param isRelay whether hello is said
 * @param of the token of a visitor that is there already: this is another tab
 */
export async function openReturning(url: string, isRelay: boolean, of?: string): Promise<Returning> {
  let link: Light;
  let token = of;
  let log: string | undefined;
  /** The numbers of all events that were shown. */
  const seen = new Set<number>();
  let isClosing = false;
  const waiting = new Set<() => void>();
  /** Of the connection that is there; none while there is none. */
  let ready: Promise<void>;

  async function connect(): Promise<void> {
    const next = await openLight(url);
    if (isRelay) {
      next.hears(({ seq }) => seen.add(seq));
      const known = { ...(token ? { token } : {}), ...(log ? { log, after: Math.max(0, ...seen) } : {}) };
      const said = next.ask('hello', { version: 1, language: 'en', ...known });
      const welcome = await Promise.race([said, next.closed]);
      if (!welcome) throw new Error('it was closed again');
      const { token: mine, conversation } = welcome as Welcome;
      token = mine;
      if (conversation) {
        if (log !== undefined && log !== conversation.log) throw new Error('the log is another one');
        log = conversation.log;
        for (const { seq } of conversation.events) seen.add(seq);
      }
    }
    link = next;
    void next.closed.then(() => {
      if (!isClosing) ready = comeBack();
    });
  }

  async function comeBack(): Promise<void> {
    for (let attempt = 0; !isClosing; attempt += 1) {
      await sleep(waitMs(attempt));
      try {
        await connect();
        for (const tell of waiting) tell();
        waiting.clear();
        return;
      } catch {
        // The server is not there yet.
      }
    }
  }

  ready = connect();
  await ready;
  return {
    get token() {
      return token;
    },
    isBack: () => new Promise((resolve) => waiting.add(resolve)),
    async say() {
      const id = newId();
      for (;;) {
        await ready;
        const begun = performance.now();
        const answer = await Promise.race([link.ask('message:send', { id, text: words }), link.closed]);
        if (answer) {
          log ??= String(answer['log']);
          return performance.now() - begun;
        }
        // It is just being noticed that the connection is lost.
        await sleep(1);
      }
    },
    async gaps() {
      const { seq } = await link.ask('log:read', { after: Math.max(...seen) });
      return Number(seq) - seen.size;
    },
    close() {
      isClosing = true;
      link.close();
    },
  };
}
