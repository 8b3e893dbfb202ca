import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Database } from '../kit/postgres.ts';
import type { LogEvent } from '../kit/visitor.ts';

/* What the relays have written down, seen from outside: in the SQLite file, or in PostgreSQL. */

/** Of one conversation. */
export interface Records {
  log: LogEvent[];
  /** What is still to be done, in words; timers are not counted. */
  undone: string[];
}

/** By the log's identity. */
export type AllRecords = Map<string, Records>;

export interface RecordsReader {
  read(): Promise<AllRecords>;
  /** Ends this part of all connections to the server, but its own. @returns how many */
  terminate?(part: number): Promise<number>;
}

interface EventRow {
  log: string;
  seq: number | string;
  id: string;
  at: number | string;
  author: string | null;
  /** The text of a message. */
  words: string | null;
  body: string | null;
}

interface Progress {
  log: string;
  told: number | string;
  forDesk: number | string;
  telling: string | null;
}

interface WorkRow {
  log: string;
  task: string;
  status: string;
  attempts: number;
}

const columns = (words: string) =>
  `SELECT c.log, l.seq, l.id, l.at, l.author, ${words} AS words, l.body
    FROM log AS l JOIN conversation AS c ON c.num = l.conversation WHERE l.seq IS NOT NULL ORDER BY c.num, l.seq`;
const progress = 'SELECT log, told, for_desk AS "forDesk", telling FROM conversation';
const work = `SELECT c.log, w.task, w.status, w.attempts
  FROM work AS w JOIN conversation AS c ON c.num = w.conversation ORDER BY w.num`;

function gather(events: EventRow[], all: Progress[], rows: WorkRow[]): AllRecords {
  const records: AllRecords = new Map(all.map(({ log }) => [log, { log: [], undone: [] }]));
  for (const { log, seq, id, at, author, words, body } of events) {
    const message = { id, at: Number(at), text: words ?? '', author: JSON.parse(author ?? '{}') as { kind: string } };
    const event =
      author === null ? (JSON.parse(body ?? '{}') as LogEvent) : { seq: Number(seq), kind: 'message', message };
    records.get(log)?.log.push(event);
  }
  for (const { log, told, forDesk, telling } of all) {
    if (Number(told) < Number(forDesk))
      records.get(log)?.undone.push(`the desk was told up to ${told} of ${forDesk}${telling ? `, ${telling}` : ''}`);
  }
  for (const { log, task, status, attempts } of rows) {
    const { lane, op } = JSON.parse(task) as { lane: string; op?: { step?: string } };
    if (lane !== 'timer')
      records
        .get(log)
        ?.undone.push(`${lane} ${op?.step ?? ''} is ${status} after ${attempts} attempts`.replace('  ', ' '));
  }
  return records;
}

/** @param folder where the relay keeps its data */
export function readSqlite(folder: string): RecordsReader {
  return {
    async read() {
      const db = new Sqlite(join(folder, 'baton.db'), { readonly: true, fileMustExist: true });
      try {
        const all = <Row>(sql: string) => db.prepare(sql).all() as Row[];
        return db.transaction(() => gather(all(columns('l.text')), all(progress), all(work)))();
      } finally {
        db.close();
      }
    },
  };
}

export function readPostgres({ ask }: Database): RecordsReader {
  return {
    async read() {
      const [events, all, rows] = [columns(`l.words::json ->> 'text'`), progress, work] as const;
      return gather(await ask<EventRow>(events), await ask<Progress>(all), await ask<WorkRow>(rows));
    },
    async terminate(part) {
      const ended = await ask(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < $1`,
        [part],
      );
      return ended.length;
    },
  };
}
