import type { Client } from 'pg';
import type { Log } from '../../log.ts';
import { retryDelayMs } from '../../../shared/retry.ts';
import type { Hearing, Item, News } from '../news.ts';
import { type Connection, createConnection } from './connection.ts';
import type { Patience } from '../../stores/postgres/examine.ts';

/*
 * News by LISTEN and NOTIFY, on a connection that does nothing else. It is told after what it is about was committed, in
 * a transaction of its own: PostgreSQL lets only one transaction with a notification commit at a time, and those that
 * wait for the disk would wait for each other. So a relay that dies in between has told nothing, and others find it out
 * by looking.
 */

interface Options {
  url: string;
  /** Who tells: our own news are not heard. */
  node: string;
  patience: Patience;
  /** How often it is looked for what no news has told, in milliseconds. */
  lookMs: number;
  log: Log;
}

export interface PostgresNews extends News {
  /** Resolves once it hears. */
  open(): Promise<void>;
  isWell(): boolean;
  /** The others are to look at their leases. */
  tellLeases(): void;
  /** They are to be looked at. */
  leasesChanged(look: () => void): void;
  close(): Promise<void>;
}

/** What travels. `missed`: who tells has not told something. */
type Told = Item | { about: 'leases' } | { about: 'missed' };

/** PostgreSQL takes 7,999 bytes; some are for what is around. */
const mostBytes = 7_800;
/** What waits to be told; with more than that, it is told that something was missed. */
const mostWaiting = 5_000;
/** How often it is looked whether the connection is still there, and for what no news has told, in milliseconds. */
export const usualLookMs = 5_000;
const againMs = { firstMs: 100, mostMs: 2_000 };

export function createNews({ url, node, patience, lookMs, log }: Options): PostgresNews {
  const hearings = new Set<Hearing>();
  const looks = new Set<() => void>();
  let channel = '';
  const waiting: string[] = [];
  let owes = false;
  let isTelling = false;
  let well = false;
  let wasLost = false;
  let attempt = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const connection: Connection = createConnection({ url, patience, connected: listen, lost });

  async function listen(client: Client): Promise<void> {
    // What is told is nothing that a power cut must not take.
    await client.query("SET synchronous_commit = 'off'");
    const { rows } = await client.query<{ schema: number }>(
      'SELECT current_schema()::regnamespace::oid::int8 AS schema',
    );
    channel = `baton_${rows[0]?.schema ?? 0}`;
    client.on('notification', ({ payload }) => hear(payload ?? ''));
    await client.query(`LISTEN ${channel}`);
  }

  function lost() {
    if (well) log.warn({}, 'the other relays are not heard for now; what they do is looked for');
    well = false;
    wasLost = true;
    openLater();
  }

  function openLater() {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void open().catch(openLater), retryDelayMs(attempt, againMs));
    timer.unref();
    attempt += 1;
  }

  async function open(): Promise<void> {
    await connection.open();
    if (wasLost) {
      log.info({}, 'the other relays are heard again');
      // We have missed some of theirs, and they some of ours.
      owes = true;
      for (const { missed } of hearings) missed();
    }
    well = true;
    wasLost = false;
    attempt = 0;
    lookLater();
    tellSoon();
  }

  function lookLater() {
    clearTimeout(timer);
    const probe = () => {
      for (const { look } of hearings) look();
      // Where it is lost, it is opened again.
      void connection.run('SELECT 1').then(lookLater, () => undefined);
    };
    timer = setTimeout(probe, lookMs);
    timer.unref();
  }

  function hear(payload: string) {
    const [from, ...items] = JSON.parse(payload) as [string, ...Told[]]; // by one of us
    if (from === node) return;
    for (const item of items) {
      if (item.about === 'leases') for (const look of looks) look();
      else if (item.about === 'missed') for (const { missed } of hearings) missed();
      else for (const { heard } of hearings) heard(item);
    }
  }

  function put(item: Told) {
    if (closed) return;
    const text = JSON.stringify(item);
    const fits = waiting.length < mostWaiting && Buffer.byteLength(text) < mostBytes - 100;
    if (fits) waiting.push(text);
    else owes = true;
    tellSoon();
  }

  function tellSoon() {
    if (isTelling || !well || (waiting.length === 0 && !owes)) return;
    isTelling = true;
    // With all else of this turn.
    setImmediate(() => void tellNow());
  }

  async function tellNow(): Promise<void> {
    const missed = owes;
    const items = missed ? [JSON.stringify({ about: 'missed' })] : [];
    owes = false;
    let bytes = node.length + 100;
    while (waiting[0] !== undefined && (bytes += Buffer.byteLength(waiting[0]) + 1) < mostBytes) {
      items.push(waiting.shift() ?? ''); // it is there
    }
    try {
      await connection.run('SELECT pg_notify($1, $2)', [channel, `[${JSON.stringify(node)},${items.join(',')}]`]);
    } catch {
      // The connection is lost with it, or the server is not well: they are told once it is.
      owes = true;
      isTelling = false;
      return;
    }
    isTelling = false;
    tellSoon();
  }

  return {
    open,
    isWell: () => well,
    tell: put,
    tellLeases: () => put({ about: 'leases' }),
    leasesChanged: (look) => void looks.add(look),
    hear(hearing) {
      hearings.add(hearing);
      return { [Symbol.dispose]: () => void hearings.delete(hearing) };
    },
    async close() {
      while (well && (isTelling || waiting.length > 0)) await new Promise((resolve) => setImmediate(resolve));
      closed = true;
      clearTimeout(timer);
      await connection.close();
    },
  };
}
