import { type ReadonlySignal, signal } from '@preact/signals';
import { type Clock, drawnMs } from './clock.ts';
import { adoptStyles } from './styles/sheet.ts';

/** What could not be fetched is fetched again after this. */
const againMs = 2_000;

/**
 * Fetches what a field to write in can do without, once that is there, until it comes.
 * @returns null until then
 */
export function fetchLater<T extends { css: string }>(
  load: () => Promise<T>,
  { root, clock }: { root: ShadowRoot; clock: Clock },
): { part: ReadonlySignal<T | null>; close: () => void } {
  const part = signal<T | null>(null);
  let callOff: (() => void) | undefined;
  let isClosed = false;
  async function fetchNow() {
    try {
      const loaded = await load();
      adoptStyles(root, loaded.css);
      part.value = loaded;
    } catch {
      if (!isClosed) callOff = clock.after(againMs, () => void fetchNow());
    }
  }
  callOff = clock.after(drawnMs, () => void fetchNow());
  return {
    part,
    close() {
      isClosed = true;
      callOff?.();
    },
  };
}
