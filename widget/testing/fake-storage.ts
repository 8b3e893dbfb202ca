import { openSaved } from '../state/saved.ts';

interface Tab {
  page: EventTarget;
  cache: Map<string, string>;
  /** How many of its own writes have not arrived yet. */
  pending: number;
}

/**
 * One browser's storage as several tabs see it: what one writes, the others hear of.
 * @param refuses true while the browser keeps nothing
 * @param isLate each tab is a process of its own, as in real browsers: it reads what another one wrote only after
 *   `spread`, and until then writes over it
 * @param locks the browser's, which exist on secure pages only
 */
export function createBrowser({
  refuses = () => false,
  isLate = false,
  locks,
}: { refuses?: () => boolean; isLate?: boolean; locks?: LockManager } = {}) {
  const items = new Map<string, string>();
  const tabs = new Set<Tab>();
  const reads: string[] = [];
  const writes: string[] = [];
  let isSpreading = false;
  const underWay: { from: Tab; key: string; newValue: string | null }[] = [];

  const put = (into: Map<string, string>, key: string, value: string | null) =>
    void (value === null ? into.delete(key) : into.set(key, value));
  /** What was written reaches the storage and the other tabs, in one order for all of them. */
  function spread() {
    if (isSpreading) return;
    isSpreading = true;
    for (let write = underWay.shift(); write; write = underWay.shift()) {
      const { from, key, newValue } = write;
      put(items, key, newValue);
      from.pending--;
      for (const tab of tabs) {
        if (tab === from) continue;
        // A tab believes its own words until they have arrived.
        if (tab.pending === 0) put(tab.cache, key, newValue);
        tab.page.dispatchEvent(new StorageEvent('storage', { key, newValue }));
      }
    }
    isSpreading = false;
  }
  /** @param tabItems what this tab kept for itself, when it is loaded again */
  function openTab(tabItems = new Map<string, string>()) {
    const page = new EventTarget();
    const tab = { page, cache: new Map(items), pending: 0 };
    tabs.add(tab);
    const set = (key: string, newValue: string | null) => {
      put(tab.cache, key, newValue);
      tab.pending++;
      writes.push(key);
      underWay.push({ from: tab, key, newValue });
      if (!isLate) spread();
    };
    const storage = {
      getItem: (key: string) => (reads.push(key), tab.cache.get(key) ?? null),
      setItem: (key: string, value: string) => {
        if (refuses()) throw new DOMException('full', 'QuotaExceededError');
        set(key, value);
      },
      removeItem: (key: string) => set(key, null),
    };
    Object.assign(page, { navigator: { locks } });
    // Only what is used of a Storage and a Window is there.
    const tabStorage = {
      getItem: (key: string) => tabItems.get(key) ?? null,
      setItem: (key: string, value: string) => void tabItems.set(key, value),
      removeItem: (key: string) => void tabItems.delete(key),
    };
    return openSaved(
      'item',
      () => storage as unknown as Storage,
      page as unknown as Window,
      () => tabStorage as unknown as Storage,
    );
  }
  return { items, reads, writes, openTab, spread };
}

/** Locks as far as they are used here: one holder at a time, in order. */
export function createFakeLocks() {
  let last: Promise<unknown> = Promise.resolve();
  const request = (_name: string, run: () => Promise<unknown>) => (last = last.then(run));
  return { request } as unknown as LockManager;
}
