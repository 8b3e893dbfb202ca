import type { Author } from '../../shared/message.ts';
import type { Hint } from '../desks/desk.ts';

/**
 * What nodes tell each other. It may come late, twice or never, and nothing rests on it: what it says of the log is read
 * there. Only what is shown and never stored (that somebody is writing) is taken from here.
 */
export type Item =
  /** It was committed. `desk`: who watches its desk has to look at it, for more than words has changed. */
  | { about: 'conversation'; id: string; version: number; seq: number; desk?: true }
  /** A doorbell of this desk has rung; it is heard by the node that watches it. */
  | { about: 'desk'; desk: string; hint: Hint }
  | { about: 'thinking'; id: string; on: boolean }
  | { about: 'typing'; id: string; desk: string; author: Author; on: boolean }
  | { about: 'reached'; id: string; isReached: boolean };

export interface Hearing {
  heard(item: Item): void;
  /** Something may have been missed: what was remembered may be old. */
  missed(): void;
}

export interface News {
  /** Tells all other nodes, soon. Never fails. */
  tell(item: Item): void;
  /** Hears what other nodes tell. */
  hear(hearing: Hearing): Disposable;
}
