import { type ReadonlySignal, signal } from '@preact/signals';
import type { Refusal } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Link } from '../link.ts';
import { createDelivery } from './delivery.ts';
import { createOutboxEntries } from './outbox-entries.ts';
import type { History } from './history.ts';
import { pauseMs } from './retry.ts';
import type { Entry, Kept, Saved } from './saved.ts';
import type { Session } from './session.ts';

interface Parts {
  saved: Saved;
  session: Session;
  history: History;
  link: Link;
  clock: Clock;
  isReady: ReadonlySignal<boolean>;
  page: () => { url: string; title: string };
}

/** Another tab is sending its own; after this long it has probably died, and we do it. */
const foreignAfterMs = 10_000;
/** A message that is under way for longer does not look sent any more. */
const slowMs = 1_500;

/**
 * Sends what the visitor wrote: one by one in order, and again under the same id until there is an answer.
 */
export function createOutbox({ saved, session, history, link, clock, isReady, page }: Parts) {
  const list = createOutboxEntries({ saved, session, history });
  const deliver = createDelivery({ session, history, link, isReady, page });
  /** The first one takes longer than usual. */
  const isSlow = signal(false);
  /** Why nothing goes at the moment, and until when. */
  const pause = signal<{ refusal: Refusal; until: number } | null>(null);
  let isSending = false;
  let attempt = 0;
  let callOff: (() => void) | undefined;

  function next(): Entry | undefined {
    const [first] = list.waiting.value;
    if (!first || list.isOwn(first)) return first;
    const foreignMs = first.at + foreignAfterMs - clock.now();
    if (foreignMs <= 0) return first;
    later(foreignMs);
    return list.waiting.value.find(list.isOwn);
  }
  function later(ms: number) {
    callOff?.();
    callOff = clock.after(ms, wake);
  }

  /** Sends what is there. Call it whenever something may have changed for the better. */
  function wake() {
    // The relay asked us to be slower; whatever else got better, that has not.
    if (pause.value?.refusal === 'tooFast' && clock.now() < pause.value.until) return;
    callOff?.();
    callOff = undefined;
    pause.value = null;
    void run();
  }
  async function run() {
    if (isSending) return;
    isSending = true;
    try {
      for (let entry = next(); entry && isReady.value; entry = next()) if (!(await tryOut(entry))) return;
    } finally {
      isSending = false;
    }
  }
  /** @returns whether the next one may go */
  async function tryOut(entry: Entry): Promise<boolean> {
    const { id } = entry;
    const stopWatch = clock.after(slowMs, () => (isSlow.value = true));
    const delivery = await deliver(entry, () => list.markDelivered(id)).finally(stopWatch);
    const isHere = list.has(id);
    if (!isHere || delivery.is === 'failed') {
      attempt = 0;
      isSlow.value = false;
      if (delivery.is === 'failed') list.fail(id, delivery.refusal);
      return true;
    }
    if (delivery.is === 'later') {
      isSlow.value = true;
      const ms = delivery.afterMs ?? pauseMs(attempt++);
      if (delivery.refusal) pause.value = { refusal: delivery.refusal, until: clock.now() + ms };
      later(ms);
    }
    return false;
  }

  return {
    entries: list.entries,
    waiting: list.waiting,
    added: list.added,
    remove: list.remove,
    isSlow,
    pause,
    wake,
    add(entry: Entry) {
      list.add(entry);
      wake();
    },
    retry(id: string) {
      list.retry(id);
      wake();
    },
    /** Another tab changed what is stored. */
    merge(found: Kept | null) {
      list.merge(found);
      wake();
    },
    close() {
      list.close();
      callOff?.();
    },
  };
}
