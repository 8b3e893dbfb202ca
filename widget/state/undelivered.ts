import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '../clock.ts';
import type { Link } from '../link.ts';
import type { History } from './history.ts';
import { isTemporary, pauseMs } from './retry.ts';

/** What a visitor can do about a message that was not delivered. */
type Remedy = 'message:retry' | 'message:delete';

interface Parts {
  link: Pick<Link, 'ask'>;
  clock: Clock;
  history: Pick<History, 'events' | 'catchUp'>;
  isReady: ReadonlySignal<boolean>;
}

/**
 * The visitor's messages that the desk refused: the log says which. What the visitor wants done about one is asked
 * until there is an answer, and shows when the log says so. Repeating it is harmless.
 */
export function createUndelivered({ link, clock, history, isReady }: Parts) {
  const wanted = signal<ReadonlyMap<string, Remedy>>(new Map());
  let callOff: (() => void) | undefined;
  let isAsking = false;

  const ids = computed(() => {
    const found = new Set<string>();
    for (const event of history.events.value) {
      if (event.kind === 'undelivered') found.add(event.id);
      else if (event.kind === 'retried' || event.kind === 'deletion') found.delete(event.id);
    }
    return found;
  });

  function set(id: string, remedy: Remedy | undefined) {
    const next = new Map(wanted.value);
    if (remedy) next.set(id, remedy);
    else next.delete(id);
    wanted.value = next;
  }
  async function wake() {
    callOff?.();
    if (isAsking) return;
    isAsking = true;
    try {
      for (let [next] = wanted.value; next && isReady.value; [next] = wanted.value) {
        const [id, remedy] = next;
        const reply = await link.ask(remedy, { id });
        if (!reply || (!reply.ok && isTemporary(reply.refusal))) {
          callOff = clock.after(reply?.retryAfterMs ?? pauseMs(1), () => void wake());
          break;
        }
        set(id, undefined);
        if (reply.ok) void history.catchUp(reply.value.seq);
      }
    } finally {
      isAsking = false;
    }
  }
  function want(id: string, remedy: Remedy) {
    if (!ids.value.has(id)) return;
    set(id, remedy);
    void wake();
  }

  return {
    ids,
    /** What is on its way. */
    wanted,
    retry: (id: string) => want(id, 'message:retry'),
    remove: (id: string) => want(id, 'message:delete'),
    wake,
    forget() {
      wanted.value = new Map();
    },
    close: () => callOff?.(),
  };
}
