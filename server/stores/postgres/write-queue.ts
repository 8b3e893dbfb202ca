import { randomUUID } from 'node:crypto';
import type { DatabaseError } from 'pg';
import { RelayError } from '../../errors.ts';
import type { Decision } from './decision.ts';
import type { Place } from './place.ts';
import type { Committed } from '../store.ts';
import { type Setting, statementFor } from './statement.ts';
import { isAnswer, isCollision, isMistake, isReadOnly, unavailable } from './database-errors.ts';
import type { WriteSession } from './write-session.ts';

/*
 * Decisions that arrive while a group of them is being written make the next group: one statement, one commit, one way to
 * the server and back. One of each conversation at a time, so that each finds what the one before it has left.
 */

type Entry = Decision | Setting;
type Result = Committed | Error;

interface Queued {
  entry: Entry;
  resolve(result: Committed): void;
  reject(error: Error): void;
}

export interface WriteQueue {
  /** Resolves once the server has it on its disk. */
  write(entry: Entry): Promise<Committed>;
  /** Accepts nothing more. Resolves once all that is waiting was answered. */
  drain(): Promise<void>;
}

/** Decisions in one statement, at the most. */
const mostInGroup = 200;
/** How often it is tried to reach a server again, in milliseconds. */
const tryEveryMs = 100;

const isDecision = (entry: Entry): entry is Decision => 'head' in entry;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param settleMs how long the server is waited for after a lost connection, before it is said that nothing is known */
export function createWriteQueue(session: WriteSession, place: Place, settleMs: number): WriteQueue {
  let waiting: Queued[] = [];
  let scheduled = false;
  let isWriting = false;
  /** Why nothing is accepted any more. */
  let over: RelayError | undefined;
  let drained: (() => void) | undefined;

  /** Writes them as one, or tells why nothing of them happened by throwing. */
  async function together(entries: readonly Entry[], stamp: string): Promise<Result[]> {
    const decisions = entries.filter(isDecision);
    const settings = entries.filter((entry): entry is Setting => !isDecision(entry));
    const rows = await session.run<{ i: number }>(statementFor(decisions, settings, stamp));
    const came = new Set(rows.map(({ i }) => decisions[i]));
    const left = decisions.filter((decision) => !came.has(decision));
    // The others are written, whatever becomes of this question: a caller who is told `stale` looks again.
    const why = left.length > 0 ? await reasons(left).catch(() => new Map<Decision, Result>()) : undefined;
    return entries.map((entry) => (isDecision(entry) && !came.has(entry) ? (why?.get(entry) ?? 'stale') : 'ok'));
  }

  /** Why decisions were left out: as the conversations stand now. */
  async function reasons(left: readonly Decision[]): Promise<Map<Decision, Result>> {
    const rows = await session.run<Now & { i: number }>({
      text: `SELECT d.i, coalesce(c.version, 0) AS version, coalesce(c.seq, 0) AS seq, l.fence
        FROM json_to_recordset($1) AS d(i int, id text, lease text)
        LEFT JOIN conversation AS c USING (id) LEFT JOIN lease AS l ON l.name = d.lease`,
      values: [JSON.stringify(left.map(({ head: { id, lease } }, i) => ({ i, id, lease })))],
    });
    const now = new Map(rows.map((row) => [left[row.i], row]));
    return new Map(left.map((decision) => [decision, reason(decision, now.get(decision))]));
  }

  /** A group whose answer was lost with the connection: it happened or not, and the server will know. */
  async function settle(entries: readonly Entry[], stamp: string, end: number): Promise<Result[]> {
    await session.lose();
    for (;;) {
      try {
        const ids = entries.filter(isDecision).map(({ head }) => head.id);
        const rows = await session.run<{ id: string }>({
          text: 'SELECT id FROM conversation WHERE id = ANY ($1) AND stamp = $2',
          values: [ids, stamp],
        });
        if (rows.length === 0) return await write(entries, end);
        const changed = new Set(rows.map(({ id }) => id));
        return entries.map((entry) => (!isDecision(entry) || changed.has(entry.head.id) ? 'ok' : 'stale'));
      } catch (error) {
        const later = unavailable(error, place);
        if (performance.now() > end) return entries.map(() => later);
      }
      await wait(tryEveryMs);
    }
  }

  /** @param end until when it is tried to find out what became of it, should the connection be lost */
  async function write(entries: readonly Entry[], end?: number, attempt = 1): Promise<Result[]> {
    const stamp = randomUUID();
    try {
      return await together(entries, stamp);
    } catch (error) {
      // It did not even get there.
      if (error instanceof RelayError) return entries.map(() => error);
      if (!isAnswer(error)) return settle(entries, stamp, end ?? performance.now() + settleMs);
      // Nothing of the group happened.
      if (isCollision(error) && attempt < 5) return write(entries, end, attempt + 1);
      if (isReadOnly(error)) await session.lose(); // by the next time its name may lead to the one that can be written
      if (entries.length === 1) return [failure(error as DatabaseError)]; // it is an answer
      if (!isMistake(error) && !isCollision(error) && !mayBeOfOne(error)) {
        const later = unavailable(error, place);
        return entries.map(() => later);
      }
      const half = Math.ceil(entries.length / 2);
      return [...(await write(entries.slice(0, half), end)), ...(await write(entries.slice(half), end))];
    }
  }

  function failure(error: DatabaseError): Result {
    if (error.constraint === 'log_by_id') return 'taken';
    if (!isMistake(error)) return unavailable(error, place);
    const { code, constraint, message } = error;
    return Object.assign(new Error(`this decision cannot be saved: ${constraint ?? code ?? message}`), { code });
  }

  /** The next ones, in order, of each conversation one. */
  function take(): Queued[] {
    const conversations = new Set<string>();
    const [group, rest]: [Queued[], Queued[]] = [[], []];
    for (const one of waiting) {
      const id = isDecision(one.entry) ? one.entry.head.id : undefined;
      const fits = group.length < mostInGroup && (id === undefined || !conversations.has(id));
      if (id !== undefined) conversations.add(id);
      (fits ? group : rest).push(one);
    }
    waiting = rest;
    return group;
  }

  async function work(): Promise<void> {
    scheduled = false;
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const group = take();
      const results = await write(group.map(({ entry }) => entry)).catch((error: unknown) => {
        const unexpected = unavailable(error, place);
        return group.map(() => unexpected);
      });
      group.forEach(({ resolve, reject }, i) => {
        const result = results[i] ?? 'stale'; // there is one for each
        if (result instanceof Error) reject(result);
        else resolve(result);
      });
    }
    isWriting = false;
    drained?.();
  }

  return {
    write(entry) {
      if (over) return Promise.reject(over);
      return new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject });
        if (scheduled || isWriting) return;
        scheduled = true;
        // At the end of this turn of the event loop: what other sockets say in the same turn goes along.
        setImmediate(() => void work());
      });
    },
    async drain() {
      over ??= new RelayError('the store is closed');
      if (isWriting || waiting.length > 0) await new Promise<void>((resolve) => (drained = resolve));
    },
  };
}

/** One decision among them may be the cause: too large for what is left of the disk, or locked by somebody. */
const mayBeOfOne = (error: unknown): boolean => /^(21|53100|54|55P03|57014)/.test((error as DatabaseError).code ?? '');

/** How a conversation stands, and the lease of the decision. */
interface Now {
  version: number;
  seq: number;
  fence: number | null;
}

function reason({ head }: Decision, now: Now = { version: 0, seq: 0, fence: null }): Result {
  if (head.lease !== null && now.fence !== head.fence) return 'fenced';
  if (now.version !== head.expected) return 'stale';
  if (now.version === 0 && head.site === null) {
    return new Error('there is no such conversation, and none was to be made');
  }
  if (head.events !== 0 && head.first !== now.seq + 1) {
    return new Error(`the next event is number ${now.seq + 1}, not ${head.first}`);
  }
  return 'stale'; // it was changed in between
}
