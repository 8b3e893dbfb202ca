import { RelayError } from '../errors.ts';

/*
 * Some things only one relay may do at a time, though several share a database: to carry out the work of a conversation,
 * to watch a desk. Each such thing is a lease with a name; a node is one relay's process.
 */

/**
 * Proof that a lease was ours: its number grows each time that another node takes it. A store that several nodes share
 * refuses what comes under an old number.
 */
export interface Fence {
  lease: string;
  number: number;
}

/** Null: this process has the store to itself, and nothing needs a fence. */
export type Held = Fence | null;

/** What was to be done needed a lease that is another node's by now. That one does it. */
export class LeaseLost extends RelayError {
  constructor() {
    super('another relay does this now');
  }
}

/** Is told what becomes of a lease. Must not throw. */
export interface Holder {
  gained(name: string): void;
  /**
   * Nothing more may be begun under it. Where there is still time, it goes to another node once this resolves, or after
   * a few seconds; where it is gone already, nobody waits.
   */
  lost(name: string): Promise<void> | void;
}

export interface Leases extends AsyncDisposable {
  /**
   * From now on tries to have these; what is had is kept until it is lost.
   * @param share `fairly`: no node keeps more than its part of them; `first`: they stay with the node that came first
   */
  want(names: readonly string[], share: 'fairly' | 'first', holder: Holder): void;
  /**
   * Whether it is ours now, by a clock that nobody can set: a process that slept for longer than its leases last knows by
   * this, before it hears it from the database.
   */
  held(name: string): Held | undefined;
  /** Gives up all of them, and wants none any more. Nobody is told `lost`. */
  [Symbol.asyncDispose](): Promise<void>;
}
