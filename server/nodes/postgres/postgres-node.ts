import { randomBytes } from 'node:crypto';
import { type Log, silent } from '../../log.ts';
import { type Patience, usualPatience } from '../../stores/postgres/examine.ts';
import type { Node } from '../node.ts';
import { createConnection } from './connection.ts';
import { createLeases, type LeaseTimes, usualTimes } from './leases.ts';
import { createNews } from './news.ts';

interface Options {
  /** Of the database whose tables the store has made. */
  url: string;
  patience?: Patience;
  times?: LeaseTimes;
  log?: Log;
}

/**
 * One of several relays on a database of PostgreSQL. It has two connections beside the store's, so that neither a lease
 * nor news wait behind anything else.
 * @throws {RelayError} where the database cannot be reached
 */
export async function openPostgresNode(options: Options): Promise<Node> {
  const { url, patience = usualPatience, times = usualTimes, log = silent } = options;
  const node = randomBytes(9).toString('hex');
  const news = createNews({ url, node, patience, log });
  const connection = createConnection({ url, patience });
  const leases = createLeases({ node, connection, times, changed: news.tellLeases, log });
  news.leasesChanged(leases.look);
  await news.open();
  return {
    leases,
    news,
    isWell: news.isWell,
    async [Symbol.asyncDispose]() {
      await leases[Symbol.asyncDispose]();
      await news.close();
      await connection.close();
    },
  };
}
