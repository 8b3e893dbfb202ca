import { randomBytes } from 'node:crypto';
import { type Log, silent } from '../../log.ts';
import { type Patience, usualPatience } from '../../stores/postgres/examine.ts';
import { ourSchema } from '../../stores/postgres/migrate.ts';
import type { Node } from '../node.ts';
import { createExclusion } from './exclusion.ts';
import { createConnection } from './connection.ts';
import { createLeases, type LeaseTimes, usualTimes } from './leases.ts';
import { createNews, usualLookMs } from './news.ts';

interface Options {
  /** Of the database whose tables the store has made. */
  url: string;
  patience?: Patience;
  times?: LeaseTimes;
  /** How often it is looked for what no news has told, in milliseconds. */
  lookMs?: number;
  log?: Log;
}

/**
 * One of several relays on a database of PostgreSQL. It has two connections beside the store's, so that neither a lease
 * nor news wait behind anything else.
 * @throws {RelayError} where the database cannot be reached
 */
export async function openPostgresNode(options: Options): Promise<Node> {
  const { url, patience = usualPatience, times = usualTimes, lookMs = usualLookMs, log = silent } = options;
  const node = randomBytes(9).toString('hex');
  const news = createNews({ url, node, patience, lookMs, log });
  const connection = createConnection({ url, patience });
  const leases = createLeases({ node, connection, times, changed: news.tellLeases, log });
  news.leasesChanged(leases.look);
  await patiently(patience.firstConnect, news.open);
  const [{ family } = { family: '' }] = await patiently(patience.firstConnect, () =>
    connection.run<{ family: string }>(
      `SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), oid, ${ourSchema}) AS family
      FROM pg_database WHERE datname = current_database()`,
    ),
  );
  return {
    isSole: false,
    family,
    exclusively: createExclusion(url, patience),
    async count(what, seconds) {
      const [row] = await connection.run<{ times: number; restMs: number }>(
        `WITH gone AS (DELETE FROM spent WHERE what IN (SELECT what FROM spent WHERE until < now() - interval '1 hour' LIMIT 100))
          INSERT INTO spent AS s VALUES ($1, 1, now() + $2 * interval '1 second') ON CONFLICT (what) DO UPDATE SET
          times = CASE WHEN s.until < now() THEN 1 ELSE s.times + 1 END,
          until = CASE WHEN s.until < now() THEN excluded.until ELSE s.until END
          RETURNING times, extract(epoch FROM until - now())::float8 * 1000 AS "restMs"`,
        [what, seconds],
      );
      return row ?? { times: 0, restMs: 0 }; // there is one
    },
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

/** At the start a server that is busy is given some time. */
async function patiently<R>(ms: number, job: () => Promise<R>): Promise<R> {
  const end = performance.now() + ms;
  for (;;) {
    try {
      return await job();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
