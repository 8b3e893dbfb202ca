import type { Leases } from './leases.ts';
import type { News } from './news.ts';

/** One relay's process among those that share a database. Whatever else would carry news and leases is put here. */
export interface Node extends AsyncDisposable {
  /** It has the store to itself. */
  readonly isSole: boolean;
  leases: Leases;
  news: News;
  /** The same for all nodes of this database, and another for a copy of it. Undefined for the sole one. */
  readonly family: string | undefined;
  /** Does one thing of this name after the other, whichever nodes it is asked of. */
  exclusively<R>(name: string, job: () => Promise<R>): Promise<R>;
  /**
   * Counts something in the database, for all nodes.
   * @param what a name, which is kept for as long
   * @returns how often that was within the last so many seconds, with this one, and when it begins anew
   */
  count(what: string, seconds: number): Promise<{ times: number; restMs: number }>;
  /** Whether it hears the others. */
  isWell(): boolean;
}
