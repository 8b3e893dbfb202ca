import type { Log } from '../../log.ts';
import { locks, ourSchema } from '../../stores/postgres/migrate.ts';
import type { Fence, Holder, Leases } from '../leases.ts';
import type { Connection } from './connection.ts';

/*
 * A node says again and again, in one row, that it is alive; a lease belongs to the node that took it for as long as that
 * one is. All of it goes by the database's clock. A node that could not say so for some time takes its leases for lost by
 * its own clock, and sooner than the database does; and what it still commits under one that another has taken since is
 * refused by its fence.
 */

/** All in milliseconds. */
export interface LeaseTimes {
  /** How long a node is believed to be alive after it has said so. */
  lives: number;
  /** How often it says so, and looks for leases that nobody has. */
  every: number;
  /** So much sooner a node believes that its leases are gone. */
  margin: number;
  /** How long what is under way may take to end, before a lease goes to another node. */
  ending: number;
}

/** A dead node's leases are another's after 6 to 8 seconds. */
export const usualTimes: LeaseTimes = { lives: 6_000, every: 2_000, margin: 1_000, ending: 3_000 };

interface Options {
  /** A random name, of letters and digits. */
  node: string;
  connection: Connection;
  times: LeaseTimes;
  /** The others are to look at once: there is something to take, or somebody new to share with. */
  changed(): void;
  log: Log;
}

/** After a failure it is tried again so soon, in milliseconds. */
const againMs = 250;

export interface PostgresLeases extends Leases {
  /** Looks at once. */
  look(): void;
}

export function createLeases({ node, connection, times, changed, log }: Options): PostgresLeases {
  const holders = new Map<string, Holder>();
  const [fair, first] = [new Set<string>(), new Set<string>()];
  /** By name, with the number of the fence. */
  let mine = new Map<string, number>();
  /** Ours until then, by a clock that nobody sets. */
  let until = -Infinity;
  /** Being given up: what is under way under them ends. */
  const ending = new Set<string>();
  /** To be given up with the next look. */
  const ended = new Set<string>();
  let isKnown = false;
  let timer: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let isToLookAgain = false;
  let closed = false;

  const isOver = () => performance.now() >= until;

  function lose(name: string): Promise<void> | void {
    mine.delete(name);
    return holders.get(name)?.lost(name);
  }

  /** Nobody knows any more whether they are ours. */
  function loseAll() {
    if (mine.size === 0) return;
    log.warn({ leases: mine.size }, 'the database was not reached in time: what this relay was doing goes to another');
    for (const name of [...mine.keys()]) void lose(name);
  }

  async function look(): Promise<void> {
    if (isOver()) loseAll();
    const given = [...ended];
    const askedAt = performance.now();
    const rows = await connection.run<Row>(statement({ node, fair: [...fair], first: [...first], given, times }));
    for (const name of given) ended.delete(name);
    if (closed) return;
    // It may have slept since.
    if (isOver()) loseAll();
    until = askedAt + times.lives - times.margin;
    setDeadline();
    take(new Map(rows.flatMap(({ name, fence }) => (name === null ? [] : [[name, fence]]))));
    if (given.length > 0 || !isKnown) changed();
    isKnown = true;
    giveUpSome(Math.ceil(fair.size / Math.max(1, rows[0]?.live ?? 1)));
  }

  function take(now: Map<string, number>) {
    for (const [name, fence] of [...mine]) if (now.get(name) !== fence) void lose(name);
    if (isOver()) return;
    for (const name of ended) now.delete(name);
    const gained = [...now.keys()].filter((name) => !mine.has(name));
    mine = now;
    for (const name of gained) holders.get(name)?.gained(name);
  }

  /** What is more than our share goes to others, after what is under way. */
  function giveUpSome(share: number) {
    const kept = [...mine.keys()].filter((name) => fair.has(name) && !ending.has(name));
    for (const name of kept.slice(share)) {
      ending.add(name);
      void within(times.ending, Promise.resolve(holders.get(name)?.lost(name))).then(() => {
        ending.delete(name);
        if (!mine.delete(name)) return;
        ended.add(name);
        lookAt(0);
      });
    }
  }

  function setDeadline() {
    clearTimeout(deadline);
    deadline = setTimeout(loseAll, Math.max(0, until - performance.now()));
    deadline.unref();
  }

  function lookAt(ms: number) {
    if (closed) return;
    if (looking) return void (isToLookAgain ||= ms === 0);
    clearTimeout(timer);
    timer = setTimeout(lookNow, ms);
    timer.unref();
  }

  function lookNow() {
    isToLookAgain = false;
    looking = look()
      .then(
        () => times.every,
        () => Math.min(againMs, times.every), // the store says what is wrong with the database
      )
      .then((ms) => {
        looking = undefined;
        lookAt(isToLookAgain ? 0 : ms);
      });
  }

  return {
    want(names, share, holder) {
      for (const name of names) {
        holders.set(name, holder);
        (share === 'fairly' ? fair : first).add(name);
      }
      lookAt(0);
    },
    held(name): Fence | undefined {
      const number = mine.get(name);
      return number === undefined || isOver() ? undefined : { lease: name, number };
    },
    look: () => lookAt(0),
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      clearTimeout(deadline);
      mine.clear();
      await looking;
      const id = quoted(node);
      await connection
        .run(`UPDATE lease SET node = NULL WHERE node = ${id}; DELETE FROM node WHERE id = ${id}`)
        .then(changed, () => undefined); // then they are another's a little later
    },
  };
}

interface Row {
  /** Null where nothing is ours. */
  name: string | null;
  fence: number;
  /** How many nodes there are. */
  live: number;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const list = (names: readonly string[]): string => `ARRAY[${names.map(quoted).join(', ')}]::text[]`;

/**
 * One look: we are alive; what is given up is free; what is free, up to our share, is ours. Several statements, so that
 * each sees what others did before it had the lock; sent as one, so that a process that is stopped in the middle of it
 * keeps nobody waiting.
 */
function statement(of: { node: string; fair: string[]; first: string[]; given: string[]; times: LeaseTimes }): string {
  const node = quoted(of.node);
  const [fair, first] = [list(of.fair), list(of.first)];
  const now = 'clock_timestamp()';
  const alive = `SELECT id FROM node WHERE until > ${now}`;
  const isFree = `(node IS NULL OR node NOT IN (${alive}))`;
  const share = `ceil(${of.fair.length}::float8 / (SELECT count(*) FROM node WHERE until > ${now}))`;
  const had = `(SELECT count(*) FROM lease WHERE node = ${node} AND name = ANY (${fair}))`;
  const lives = `interval '${of.times.lives} milliseconds'`;
  return [
    `SELECT pg_advisory_xact_lock(${locks.leases}, ${ourSchema})`,
    `INSERT INTO node VALUES (${node}, ${now} + ${lives}) ON CONFLICT (id) DO UPDATE SET until = excluded.until`,
    `DELETE FROM node WHERE until < ${now} - interval '1 minute'`,
    `INSERT INTO lease SELECT name, NULL, 0 FROM unnest(${fair} || ${first}) AS name ON CONFLICT (name) DO NOTHING`,
    `UPDATE lease SET node = NULL WHERE node = ${node} AND name = ANY (${list(of.given)})`,
    `UPDATE lease SET node = ${node}, fence = fence + 1 WHERE name = ANY (${first}) AND ${isFree}`,
    `UPDATE lease SET node = ${node}, fence = fence + 1 WHERE name IN (
      SELECT name FROM lease WHERE name = ANY (${fair}) AND ${isFree} ORDER BY random()
      LIMIT greatest(0, ${share} - ${had}))`,
    `SELECT lease.name, coalesce(lease.fence, 0) AS fence, (SELECT count(*) FROM node WHERE until > ${now}) AS live
      FROM (SELECT 1) AS always LEFT JOIN lease ON lease.node = ${node}`,
  ].join(';\n');
}

/** Resolves with it, or when the time is over. */
function within(ms: number, job: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, ms);
    late.unref();
    void job.finally(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
