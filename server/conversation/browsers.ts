import type { Author } from '../../shared/message.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import type { Desk } from '../desks/desk.ts';
import type { Loaded } from './draft.ts';

/** What browsers are told. */
export interface Browsers {
  events(id: string, loaded: Loaded, news: readonly LogEvent[]): void;
  /** Another node has put something into the log, up to this number. */
  behind(id: string, seq: number): void;
  /** Others may have put something into any log. */
  missed(): void;
  /** The bot thinks. Shown, never stored. */
  thinking(id: string, on: boolean): void;
  /** Somebody at a desk is writing. Shown, never stored. */
  typing(id: string, desk: Desk, author: Author, on: boolean): void;
  /** Whether the desk is reached. */
  reached(id: string, isReached: boolean): void;
}
