import { openSaved } from '../state/saved.ts';

/**
 * One browser's storage as several tabs see it: what one writes, the others hear of.
 * @param refuses true while the browser keeps nothing
 */
export function createBrowser({ refuses = () => false }: { refuses?: () => boolean } = {}) {
  const items = new Map<string, string>();
  const tabs = new Set<EventTarget>();
  const writes: string[] = [];

  function openTab() {
    const page = new EventTarget();
    tabs.add(page);
    const set = (key: string, newValue: string | null) => {
      if (newValue === null) items.delete(key);
      else items.set(key, newValue);
      writes.push(key);
      for (const other of tabs) if (other !== page) other.dispatchEvent(new StorageEvent('storage', { key, newValue }));
    };
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => {
        if (refuses()) throw new DOMException('full', 'QuotaExceededError');
        set(key, value);
      },
      removeItem: (key: string) => set(key, null),
    };
    // Only what is used of a Storage and a Window is there.
    return openSaved('item', () => storage as unknown as Storage, page as unknown as Window);
  }
  return { items, writes, openTab };
}
