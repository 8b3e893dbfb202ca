import { effect, type ReadonlySignal } from '@preact/signals';
import type { Kept, Saved } from './saved.ts';

interface Parts {
  saved: Saved;
  /** Which log this page has, and what was added to it last. */
  history: { id: ReadonlySignal<string | null>; heard: ReadonlySignal<unknown> };
  /** `renewed`: another token is to be used. `expired`: the relay does not know ours, and there is no other. */
  tell: (what: 'renewed' | 'expired') => void;
}

/**
 * This browser's right to its conversation: the token, and whose the stored item is. Several tabs write that item, each
 * a moment late, so each looks whether it is still its own and puts back what was written over.
 */
export function createSession({ saved, history, tell }: Parts) {
  /** Ours on this page; stored with the first send. */
  let token: string | null = null;
  /** The first send is on its way under our token, which is not to be changed meanwhile. */
  let isBeginning = false;
  /** Something was stored meanwhile. */
  let isMissed = false;

  /**
   * What is stored, with our token and log where they are missing or were written over; those of another conversation
   * stay. Where a log is stored without a token, that conversation is over (see `forget`).
   */
  function claimed(kept: Kept): Kept {
    const id = history.id.peek();
    if (id !== null && kept.log === id) return kept;
    const isFree = kept.token === null || kept.token === token || (id !== null && kept.log === null);
    if (!isFree) return kept;
    const isAnother = id !== null && kept.log !== null;
    return { ...kept, token, log: id ?? kept.log, seen: isAnother ? 0 : kept.seen };
  }
  const isOurs = (kept: Kept) => kept.token === token || (kept.log !== null && kept.log === history.id.peek());

  /** Another tab changed what is stored: ours is put back where it was lost; another conversation becomes ours. */
  function adopt(found: Kept | null) {
    isMissed = isBeginning;
    if (isBeginning || found === null) return;
    const kept = history.id.peek() === null ? found : claimed(found);
    if (kept !== found) saved.update(claimed);
    if (kept.token !== null && !isOurs(kept)) tell('renewed');
  }
  const stop = effect(() => {
    void history.id.value;
    void history.heard.value;
    saved.update(claimed);
  });

  return {
    claimed,
    adopt,
    token: () => token,
    /** @returns the token to say hello with: the stored one, where there is one */
    present(): string | null {
      token = saved.read()?.token ?? token;
      return token;
    },
    /** Stores the token before something is sent. @returns false where another tab's conversation is stored already */
    claim(): boolean {
      saved.change(claimed);
      const kept = saved.read();
      if (kept === null || isOurs(kept)) return true;
      tell('renewed');
      return false;
    },
    /** A next token replaces the one it follows, wherever that one is stored. */
    rotate(to: string) {
      const before = token;
      saved.update((kept) => (kept.token !== null && kept.token === before ? { ...kept, token: to } : kept));
      token = to;
    },
    /** The relay does not know this token. Another tab may have stored a newer one; without any, nothing is lost. */
    expire(sent: string | null) {
      const isNewer = (saved.read()?.token ?? null) !== sent;
      if (isNewer) token = null;
      tell(isNewer ? 'renewed' : 'expired');
    },
    /** What is sent from now on begins another conversation. */
    forget() {
      token = null;
      // The log stays until there is a new one, so that other tabs see which one is over.
      saved.update((kept) => ({ ...kept, token: null, seen: 0 }));
    },
    /** Of several tabs that begin at the same moment one does; the others find its token, and go on under it. */
    begin<T>(run: () => Promise<T>): Promise<T> {
      return saved.alone(async () => {
        isBeginning = true;
        try {
          return await run();
        } finally {
          isBeginning = false;
          if (isMissed) adopt(saved.read());
        }
      });
    },
    close: stop,
  };
}
export type Session = ReturnType<typeof createSession>;
