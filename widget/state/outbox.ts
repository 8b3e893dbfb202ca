import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Refusal } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import { retryDelayMs } from './retry.ts';
import type { Entry, Kept, Saved } from './saved.ts';

/** What became of one try. `done`: it needs no more sending. `later` is kept and goes by itself; `stop` waits until somebody wakes the outbox. */
export type Delivery =
  | { is: 'done' }
  | { is: 'failed'; refusal: Refusal }
  | { is: 'later'; refusal?: Refusal; afterMs?: number }
  | { is: 'stop' };

interface Parts {
  saved: Saved;
  clock: Clock;
  isReady: ReadonlySignal<boolean>;
  /** Adds to what is stored whose conversation it is, in the same write as the entry. */
  held: (kept: Kept) => Kept;
  deliver: (entry: Entry) => Promise<Delivery>;
}

/** Another tab is sending its own; after this long it has probably died, and we do it. */
const foreignAfterMs = 10_000;

/**
 * What the visitor sent and the relay has not accepted: kept in the browser's storage, sent one by one in order, and
 * sent again under the same id until there is an answer. All tabs show all entries. Each one answers for its own, which
 * leave only by its own doing: two tabs writing at the same instant may overwrite each other in the storage, and then
 * each puts back what is missing, once: what another tab has delivered for it shall not go to and fro.
 */
export function createOutbox({ saved, clock, isReady, held, deliver }: Parts) {
  const entries = signal<readonly Entry[]>(saved.read()?.outbox ?? []);
  const own = new Set(entries.value.map((entry) => entry.id));
  const delivered = new Set<string>();
  const putBack = new Set<string>();
  /** How many were written on this page. */
  const added = signal(0);
  const sending = signal<string | null>(null);
  /** Why nothing goes at the moment, and until when. */
  const pause = signal<{ refusal: Refusal; until: number } | null>(null);
  let attempt = 0;
  let callOff: (() => void) | undefined;

  const waiting = computed(() => entries.value.filter((entry) => !entry.failed));

  function set(next: readonly Entry[]) {
    entries.value = next;
  }
  function add(entry: Entry) {
    own.add(entry.id);
    saved.change((kept) => held({ ...kept, outbox: [...kept.outbox, entry] }));
    set([...entries.value, entry]);
    added.value++;
    wake();
  }
  function remove(id: string) {
    own.delete(id);
    set(entries.value.filter((entry) => entry.id !== id));
    saved.update((kept) => ({ ...kept, outbox: kept.outbox.filter((entry) => entry.id !== id) }));
  }
  function replace(id: string, edit: (entry: Entry) => Entry) {
    const each = (entry: Entry) => (entry.id === id ? edit(entry) : entry);
    set(entries.value.map(each));
    saved.update((kept) => ({ ...kept, outbox: kept.outbox.map(each) }));
  }
  function retry(id: string) {
    own.add(id);
    replace(id, ({ failed: _, ...entry }) => entry);
    wake();
  }

  /** Another tab changed what is stored. */
  function merge(kept: Kept | null) {
    const isAwaited = (entry: Entry) => !delivered.has(entry.id);
    const found = (kept?.outbox ?? []).filter(isAwaited);
    const missing = entries.value.filter((mine) => own.has(mine.id) && !found.some((entry) => entry.id === mine.id));
    set([...found, ...missing]);
    const again = missing.filter((entry) => !putBack.has(entry.id));
    for (const { id } of again) putBack.add(id);
    saved.update((now) => ({ ...now, outbox: [...now.outbox.filter(isAwaited), ...again] }));
    wake();
  }

  function next(): Entry | undefined {
    const [first] = waiting.value;
    if (!first || own.has(first.id)) return first;
    const foreignMs = first.at + foreignAfterMs - clock.now();
    if (foreignMs <= 0) return first;
    later(foreignMs);
    return waiting.value.find((entry) => own.has(entry.id));
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
    if (sending.value === null) void run();
  }
  async function run() {
    for (let entry = next(); entry && isReady.value; entry = next()) {
      const { id } = entry;
      sending.value = id;
      const delivery = await deliver(entry);
      sending.value = null;
      if (delivery.is === 'done') {
        attempt = 0;
        delivered.add(id);
        remove(id);
      } else if (delivery.is === 'failed') {
        replace(id, (it) => ({ ...it, failed: delivery.refusal }));
      } else {
        if (delivery.is === 'later') {
          const ms = delivery.afterMs ?? retryDelayMs(attempt++);
          if (delivery.refusal) pause.value = { refusal: delivery.refusal, until: clock.now() + ms };
          later(ms);
        }
        return;
      }
    }
  }

  return { entries, waiting, added, sending, pause, add, remove, retry, wake, merge, close: () => callOff?.() };
}
