import type { Author } from '../../shared/message.ts';
import type { Hint } from '../desks/desk.ts';

/**
 * What nodes tell each other. It may come late, twice or never, and nothing rests on it: what it says of the log is read
 * there. Only what is shown and never stored (that somebody is writing) is taken from here.
 */
export type Item =
  /**
   * It was committed. `isWork`: there is something to do in it; `isWords`: this commit added
   * nothing to that but words for the desk; `before`: and nothing was to be done, up to this number of its log.
   * `isForDesk`: more has changed than words, and who watches its desk is to look at it.
   */
  | {
      about: 'conversation';
      id: string;
      version: number;
      seq: number;
      isWork?: true;
      isWords?: true;
      isForDesk?: true;
      before?: number;
    }
  /** A doorbell of this desk has rung; it is heard by the node that watches it. */
  | { about: 'desk'; desk: string; hint: Hint }
  /** A desk answers: what waits because it did not is tried again. */
  | { about: 'answers' }
  | { about: 'thinking'; id: string; on: boolean }
  | { about: 'typing'; id: string; desk: string; author: Author; on: boolean }
  | { about: 'reached'; id: string; isReached: boolean };

export interface Hearing {
  heard(item: Item): void;
  /** Something may have been missed: what was remembered may be old. */
  missed(): void;
  /** Now and then: a look at what no news has told. */
  look(): void;
}

export interface News {
  /** Tells all other nodes, soon. Never fails. */
  tell(item: Item): void;
  /** Hears what other nodes tell. */
  hear(hearing: Hearing): Disposable;
}
