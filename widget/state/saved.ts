import { type ReadonlySignal, signal } from '@preact/signals';
import type { Choice } from '../../shared/message.ts';
import type { Refusal } from '../../shared/protocol.ts';

/** Something the visitor sent that the relay has not accepted yet. The id makes repeating it harmless. */
export interface Entry {
  id: string;
  kind: 'message' | 'ask';
  text: string;
  /** Milliseconds since 1970. */
  at: number;
  choice?: Choice;
  /** Set where sending it again would not help. */
  failed?: Refusal;
}

/** What this browser keeps of a conversation: one storage item, which is not there before the first send. */
export interface Kept {
  token: string | null;
  /** Which conversation's log the token opens, once we know. */
  log: string | null;
  outbox: readonly Entry[];
  /** The last event that was seen. */
  seen: number;
  isOpen: boolean;
  draft: string;
}

/**
 * The one storage item. Other tabs write it, too, and in real browsers a tab reads a moment late what another one wrote:
 * each change reads it first and changes only what it must, and a tab that hears of a change puts back what it has lost.
 *
 * Storage is slow, and one step of a conversation changes several things. So changes of one moment are written together:
 * at the end of it, or before anything is read.
 */
export interface Saved {
  /** What is stored, once what waits has been written. */
  read(): Kept | null;
  /** Creates the item if there is none. */
  change(edit: (kept: Kept) => Kept): void;
  /** Does nothing where there is no item, and writes nothing where the edit changes nothing. */
  update(edit: (kept: Kept) => Kept): void;
  /** Another tab changed it; `heard` is given what this tab reads now. */
  onChange(heard: (kept: Kept | null) => void): void;
  /** Runs it while no other tab does; at once where the browser has no locks. */
  alone<T>(run: () => Promise<T>): Promise<T>;
  /** What was written before there is an item; it is gone with the tab. */
  readDraft(): string;
  keepDraft(text: string): void;
  /** False once the browser refused to keep something: then it lives in memory, as long as the page. */
  readonly works: ReadonlySignal<boolean>;
  close(): void;
}

/** After this long the other tabs have read what was written, in milliseconds. */
const spreadsMs = 100;

const empty: Kept = { token: null, log: null, outbox: [], seen: 0, isOpen: false, draft: '' };

/** Another version, another script or a person may have written it: whatever is not ours is left out. */
function parse(text: string | null): Kept | null {
  if (text === null) return null;
  try {
    const found = JSON.parse(text) as Partial<Kept> | null;
    if (typeof found !== 'object' || found === null) return null;
    const isEntry = (entry: Entry | null) =>
      typeof entry?.id === 'string' &&
      typeof entry.text === 'string' &&
      (entry.kind === 'message' || entry.kind === 'ask');
    return {
      token: typeof found.token === 'string' ? found.token : null,
      log: typeof found.log === 'string' ? found.log : null,
      outbox: Array.isArray(found.outbox) ? (found.outbox as Entry[]).filter(isEntry) : [],
      seen: Number(found.seen) || 0,
      isOpen: found.isOpen === true,
      draft: typeof found.draft === 'string' ? found.draft : '',
    };
  } catch {
    return null;
  }
}

/**
 * @param open hands out the storage; browsers throw at that already where it is refused
 * @param page where other tabs' changes are heard of
 * @param openTab the same for what lives as long as the tab
 */
export function openSaved(key: string, open: () => Storage, page: Window, openTab: () => Storage): Saved {
  const works = signal(true);
  let memory: Kept | null = null;
  let waiting: { edit: (kept: Kept) => Kept; creates: boolean }[] = [];

  function get(): string | null {
    if (!works.peek()) return null;
    try {
      return open().getItem(key);
    } catch {
      works.value = false;
      return null;
    }
  }
  function write() {
    const edits = waiting;
    waiting = [];
    const text = get();
    let kept = works.peek() ? parse(text) : memory;
    for (const { edit, creates } of edits) if (kept || creates) kept = edit(kept ?? empty);
    if (kept) memory = kept;
    if (!kept || edits.length === 0 || !works.peek()) return kept;
    try {
      const next = JSON.stringify(kept);
      if (next !== text) open().setItem(key, next);
    } catch {
      works.value = false;
    }
    return kept;
  }
  function add(edit: (kept: Kept) => Kept, creates: boolean) {
    waiting.push({ edit, creates });
    if (waiting.length === 1)
      queueMicrotask(() => {
        if (waiting.length > 0) write();
      });
  }
  const listeners: ((kept: Kept | null) => void)[] = [];
  const listener = (event: StorageEvent) => {
    if (event.key !== key && event.key !== null) return;
    const kept = write();
    for (const heard of listeners) heard(kept);
  };
  page.addEventListener('storage', listener);
  return {
    read: write,
    change: (edit) => add(edit, true),
    update: (edit) => add(edit, false),
    onChange: (heard) => void listeners.push(heard),
    async alone<T>(run: () => Promise<T>) {
      let running: Promise<T> | undefined;
      // Not on insecure pages.
      const locks = works.peek() ? (page.navigator as Partial<Navigator>).locks : undefined;
      await new Promise<void>((begun) => {
        const hold = async () => {
          running = run();
          begun();
          await running;
          await new Promise((over) => setTimeout(over, spreadsMs));
        };
        // Where a visitor has blocked site data, locks are refused, too.
        if (locks) locks.request(key, hold).catch(() => begun());
        else begun();
      });
      return running ?? run();
    },
    readDraft() {
      try {
        return openTab().getItem(key) ?? '';
      } catch {
        return '';
      }
    },
    keepDraft(text) {
      try {
        if (text === '') openTab().removeItem(key);
        else openTab().setItem(key, text);
      } catch {
        // It lives in memory, as everything does where the browser keeps nothing.
      }
    },
    works,
    close() {
      write();
      page.removeEventListener('storage', listener);
    },
  };
}
