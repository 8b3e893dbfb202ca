import { computed, effect, signal, untracked } from '@preact/signals';
import type { Refusal } from '../../shared/protocol.ts';
import type { History } from './history.ts';
import type { Entry, Kept, Saved } from './saved.ts';
import type { Session } from './session.ts';

/**
 * What the visitor sent and the relay has not accepted, as the browser's storage keeps it; after a reload it is read from
 * there. All tabs show all entries, and each tab removes only its own. Two tabs that write at the same instant may
 * overwrite each other's entries in the storage: then each puts back those of its own that are missing. Only once: an
 * entry that another tab has delivered meanwhile would be put back and removed again without end.
 */
export function createOutboxEntries({ saved, session, history }: { saved: Saved; session: Session; history: History }) {
  const entries = signal<readonly Entry[]>(saved.read()?.outbox ?? []);
  const own = new Set(entries.value.map((entry) => entry.id));
  const delivered = new Set<string>();
  const putBack = new Set<string>();
  /** How many were written on this page. */
  const added = signal(0);

  const has = (id: string) => entries.peek().some((entry) => entry.id === id);

  function add(entry: Entry) {
    own.add(entry.id);
    saved.change((kept) => session.claimed({ ...kept, outbox: [...kept.outbox, entry] }));
    entries.value = [...entries.value, entry];
    added.value++;
  }
  /** The log has it: it needs no more sending, also where another tab sent it. */
  function markDelivered(id: string) {
    delivered.add(id);
    if (has(id)) remove(id);
  }
  function remove(id: string) {
    own.delete(id);
    entries.value = entries.value.filter((entry) => entry.id !== id);
    saved.update((kept) => ({ ...kept, outbox: kept.outbox.filter((entry) => entry.id !== id) }));
  }
  function replace(id: string, edit: (entry: Entry) => Entry) {
    const each = (entry: Entry) => (entry.id === id ? edit(entry) : entry);
    entries.value = entries.value.map(each);
    saved.update((kept) => ({ ...kept, outbox: kept.outbox.map(each) }));
  }
  function retry(id: string) {
    own.add(id);
    replace(id, ({ failed: _, ...entry }) => entry);
  }

  /** Another tab changed what is stored. */
  function merge(kept: Kept | null) {
    const isAwaited = (entry: Entry) => !delivered.has(entry.id);
    const found = (kept?.outbox ?? []).filter(isAwaited);
    const missing = entries.value.filter((mine) => own.has(mine.id) && !found.some((entry) => entry.id === mine.id));
    entries.value = [...found, ...missing];
    const again = missing.filter((entry) => !putBack.has(entry.id));
    for (const { id } of again) putBack.add(id);
    saved.update((now) => ({ ...now, outbox: [...now.outbox.filter(isAwaited), ...again] }));
  }

  const stop = effect(() => {
    const { events } = history.heard.value;
    untracked(() => {
      for (const event of events) if (event.kind === 'message') markDelivered(event.message.id);
    });
  });

  return {
    entries,
    /** Those that can still go. */
    waiting: computed(() => entries.value.filter((entry) => !entry.failed)),
    added,
    isOwn: (entry: Entry) => own.has(entry.id),
    has,
    add,
    markDelivered,
    remove,
    fail: (id: string, failed: Refusal) => replace(id, (entry) => ({ ...entry, failed })),
    retry,
    merge,
    close: stop,
  };
}
