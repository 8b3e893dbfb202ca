import type { After } from '../clock.ts';
import type { Store } from '../stores/store.ts';

/*
 * A conversation may be taken away by another process: by `erase` beside the relay, or by another node. Nobody is told.
 * Where something is done again and again for a conversation, such as looking at its desk more often, it is asked now and
 * then whether it is still there.
 */

interface Parts {
  store: Pick<Store, 'heads'>;
  /** Conversations for which something is done again and again. */
  involved(): Iterable<string>;
  /** It is not there any more. */
  removed(id: string): void;
  after: After;
  complain(error: unknown): void;
}

/** Between two looks, in milliseconds. */
const everyMs = 60_000;
/** Conversations that are asked for with one question. */
const mostAtOnce = 1_000;

export function lookForRemoved({ store, involved, removed, after, complain }: Parts): Disposable {
  let closed = false;
  let timer = after(everyMs, run);

  async function look(): Promise<void> {
    const ids = [...new Set(involved())];
    for (let at = 0; at < ids.length && !closed; at += mostAtOnce) {
      const some = ids.slice(at, at + mostAtOnce);
      const there = new Set((await store.heads(some)).map(({ id }) => id));
      for (const id of some) if (!there.has(id)) removed(id);
    }
  }

  function run(): void {
    void look()
      .catch(complain)
      .then(() => {
        if (!closed) timer = after(everyMs, run);
      });
  }

  return {
    [Symbol.dispose]() {
      closed = true;
      timer[Symbol.dispose]();
    },
  };
}
