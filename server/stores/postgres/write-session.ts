import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { Client, QueryConfig } from 'pg';
import { RelayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Patience } from './examine.ts';
import { locks, ourSchema } from './migrate.ts';
import { closeClient, openClient, type OpenClient } from './open-client.ts';
import { type Place, serverOf } from './place.ts';

/*
 * The one connection that writes. A relay that has the tables to itself holds a lock on them in it; so one that has lost
 * its connection, and with it the lock, cannot write any more, whatever it believes, until it has the lock again. Where
 * several share the tables, each of them holds a lock of its own: once it has that again, the server has ended the session
 * before, with whatever was under way in it.
 */

export interface WriteSession {
  /**
   * Runs a statement, after connecting where there is no connection.
   * @throws {RelayError} where it did not reach the server: nothing happened
   * @throws {Error} what the server or the connection said while it ran
   */
  run<Row extends object>(query: QueryConfig): Promise<Row[]>;
  /** Gives the connection up: the next statement makes another one. */
  lose(): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  url: string;
  place: Place;
  /**
   * `alone`: no other relay may write beside this one. `shared`: those may that share the tables. `own`: any may, for this
   * is no relay.
   */
  lock: 'alone' | 'shared' | 'own';
  patience: Patience;
  log: Log;
}

/** How often it is looked whether another relay has ended, in milliseconds. */
const lookEveryMs = 100;
/** The plans of our statements are made once, while the tables may still be small: they must suit large ones. */
const plans = `SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;
  SET enable_mergejoin = off`;

export function openWriteSession({ url, place, lock: kind, patience, log }: Options): WriteSession {
  let current: Promise<OpenClient> | undefined;
  let isLost = false;
  const ofRelays = `${locks.relay}, ${ourSchema}`;
  const own = `pg_try_advisory_lock(${locks.writer}, ${randomInt(-(2 ** 31), 2 ** 31)})`;
  const lock = {
    alone: `pg_try_advisory_lock(${ofRelays})`,
    shared: `${own} AND pg_try_advisory_lock_shared(${ofRelays})`,
    own,
  }[kind];

  async function connect(): Promise<OpenClient> {
    const open = await openClient({ url, patience }, async (client) => {
      await client.query(plans);
      await takeLock(client);
    });
    const made = current;
    // It ends where the other side is gone, where that side says so, and where we end it.
    open.socket.once('close', () => {
      if (current !== made) return;
      current = undefined;
      isLost = true;
      log.warn({ server: serverOf(place) }, 'the connection to the database is lost');
    });
    if (isLost) log.info({ server: serverOf(place) }, 'the database is back');
    isLost = false;
    return open;
  }

  async function takeLock(client: Client): Promise<void> {
    const end = performance.now() + patience.handover;
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>(`SELECT ${lock} AS taken`);
      if (rows[0]?.taken) return;
      if (performance.now() > end) {
        throw new RelayError(`another relay is running on the database ${place.database} of ${serverOf(place)}`, {
          remedy: 'stop it first, or give this one a database of its own',
        });
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  return {
    async run<Row extends object>(query: QueryConfig) {
      const made = (current ??= connect());
      let line: OpenClient;
      try {
        line = await made;
      } catch (error) {
        if (current === made) current = undefined;
        throw error;
      }
      return (await line.client.query<Row>(query)).rows;
    },
    async lose() {
      const socket = (await current?.catch(() => undefined))?.socket;
      if (!socket || socket.closed) return;
      // Not politely: one that hangs would never say that it has ended.
      socket.destroy();
      await once(socket, 'close');
    },
    async close() {
      const made = current;
      current = undefined;
      await closeClient(await made?.catch(() => undefined), patience);
    },
  };
}
