import type { Leases } from './leases.ts';
import type { News } from './news.ts';

/** One relay's process among those that share a database. Whatever else would carry news and leases is put here. */
export interface Node extends AsyncDisposable {
  leases: Leases;
  news: News;
  /** Whether it hears the others. */
  isWell(): boolean;
}
