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
  /** Set when sending it again is in vain. */
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

/** The one storage item. Other tabs write it, too: change reads it first, and changes only what it must. */
export interface Saved {
  read(): Kept | null;
  /** Creates the item if there is none. */
  change(edit: (kept: Kept) => Kept): void;
  /** Does nothing where there is no item. */
  update(edit: (kept: Kept) => Kept): void;
  /** Another tab changed it. */
  onChange(heard: (kept: Kept | null) => void): void;
  /** False once the browser refused to keep something: then it lives in memory, as long as the page. */
  readonly works: ReadonlySignal<boolean>;
  close(): void;
}

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
 */
export function openSaved(key: string, open: () => Storage, page: Window): Saved {
  const works = signal(true);
  let memory: Kept | null = null;

  function read(): Kept | null {
    if (!works.value) return memory;
    try {
      return parse(open().getItem(key));
    } catch {
      works.value = false;
      return memory;
    }
  }
  function write(kept: Kept) {
    memory = kept;
    if (!works.value) return;
    try {
      open().setItem(key, JSON.stringify(kept));
    } catch {
      works.value = false;
    }
  }
  let listener: ((event: StorageEvent) => void) | undefined;
  return {
    read,
    change: (edit) => write(edit(read() ?? empty)),
    update(edit) {
      const kept = read();
      if (kept) write(edit(kept));
    },
    onChange(heard) {
      listener = (event) => {
        if (event.key === key || event.key === null) heard(parse(event.newValue));
      };
      page.addEventListener('storage', listener);
    },
    works,
    close() {
      if (listener) page.removeEventListener('storage', listener);
    },
  };
}
