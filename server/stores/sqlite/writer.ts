import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { RelayError } from '../../errors.ts';
import { prepareCarryingOut, Taken, type Batch, type CarryOut } from './carry-out.ts';
import type { Result } from './decision.ts';
import { migrate, requireKnownVersion } from './migrate.ts';

/*
 * The thread that writes. One batch is one transaction and one wait for the disk: whatever was decided while the last
 * one was being written. None in it takes another with it: if one fails, the batch is done again with a savepoint for
 * each. (Not at first, since failures are rare and savepoints were a fifth of the cost.) Nothing is answered before the
 * commit, and tidying up (checkpoints) comes after the answer.
 */

export type ToWriter = { batch: Batch } | { purge: true } | { close: true };
export type FromWriter =
  | { ready: { synchronous: number; journal: string } }
  | { failed: { sentence: string; remedy: string | undefined; code: string | undefined } }
  /** Null: all of the batch went well. */
  | { results: Result[] | null }
  | { purged: boolean }
  | { closed: true };
export interface WriterData {
  file: string;
  mostBytes: number | undefined;
  /** A relay may be running on it: it is taken as it is. */
  beside: boolean;
}

/** A file up to this size is read through at the start, in bytes: it takes well under a second. */
const checkedWhole = 128 * 1024 * 1024;
/** The log is carried over into the database when it has this many pages, about 4 MB. */
const pagesPerCheckpoint = 1_000;

/**
 * How long another process that writes is waited for, in milliseconds. Who asks while a batch waits, waits for two of
 * them, and shall hear within 3 s that nothing can be kept now.
 */
const patienceMs = 1_000;

const port = parentPort!; // this file is only ever started as a thread
const tell = (message: FromWriter): void => port.postMessage(message);

/** Opens, checks and asserts everything that a promise rests on. */
function open({ file, mostBytes, beside }: WriterData): Database {
  const db = new Sqlite(file, { timeout: patienceMs, fileMustExist: beside });
  try {
    db.pragma('journal_mode = WAL');
    // Each time, for each connection: better-sqlite3 is built with NORMAL for WAL, which loses commits in a power cut.
    db.pragma('synchronous = FULL');
    db.pragma('fullfsync = ON'); // macOS: else the disk's own cache may hold a commit back
    db.pragma('foreign_keys = ON');
    db.pragma('secure_delete = ON');
    db.pragma('temp_store = MEMORY'); // what is put aside for a savepoint may hold words, too
    db.pragma('wal_autocheckpoint = 0'); // we do it, after the answer
    db.pragma('journal_size_limit = 16777216');
    const pageSize = db.pragma('page_size', { simple: true }) as number;
    if (mostBytes !== undefined) db.pragma(`max_page_count = ${Math.floor(mostBytes / pageSize)}`);
    if (!beside && (db.pragma('page_count', { simple: true }) as number) * pageSize <= checkedWhole) {
      const found = db.pragma('quick_check(1)', { simple: true });
      if (found !== 'ok') throw damaged(String(found));
    }
    if (beside) requireKnownVersion(db);
    else migrate(db);
    // After the first write, because that is when better-sqlite3's own default would come into force.
    if (db.pragma('synchronous', { simple: true }) !== 2 || db.pragma('journal_mode', { simple: true }) !== 'wal') {
      throw new RelayError('the database cannot be made durable here (WAL with synchronous=FULL was refused)', {
        remedy: 'put it on a local disk',
      });
    }
    // Words that were blanked just before a crash are still in the log.
    if (!beside) db.pragma('wal_checkpoint(TRUNCATE)');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const damaged = (cause: unknown) =>
  new RelayError('the database is damaged, or is no database', {
    remedy: 'restore the latest backup, or move the file away to begin anew',
    cause,
  });

const codeOf = (error: unknown): string | undefined => (error instanceof Sqlite.SqliteError ? error.code : undefined);

const failure = (error: unknown): Result => ({
  error: error instanceof Error ? error.message : String(error),
  code: codeOf(error),
});

function createWriter(db: Database) {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const savepoint = db.prepare('SAVEPOINT decision');
  const release = db.prepare('RELEASE decision');
  const logLength = db.prepare<[], { log: number }>('PRAGMA wal_checkpoint(NOOP)');
  /** Words were blanked or removed, and older copies of their pages are still in the log. */
  let blanked = false;
  const carryOut = prepareCarryingOut(db, () => (blanked = true));

  /** A savepoint for one: if it fails, the others are not touched. Throws where SQLite gave up the whole transaction. */
  function apart(batch: Batch, start: number, end: number): Result {
    savepoint.run();
    try {
      const result = carryOut(batch, start, end);
      release.run();
      return result;
    } catch (error) {
      if (!db.inTransaction) throw error;
      db.exec('ROLLBACK TO decision; RELEASE decision');
      return error instanceof Taken ? 'taken' : failure(error);
    }
  }

  /** What becomes of each in a batch. */
  function each<R>(batch: Batch, one: (batch: Batch, start: number, end: number) => R): R[] {
    const results: R[] = [];
    for (let start = 0; start < batch.length;) {
      const end = start + 1 + (batch[start] as number);
      results.push(one(batch, start + 1, end));
      start = end;
    }
    return results;
  }

  function transaction(batch: Batch, one: CarryOut): Result[] {
    if (db.inTransaction) db.exec('ROLLBACK'); // one that the disk would not let us end before
    begin.run();
    try {
      const results = each(batch, one);
      commit.run();
      return results;
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  function write(batch: Batch, one = carryOut): Result[] {
    try {
      return transaction(batch, one);
    } catch (error) {
      // Nothing of the batch happened.
      const isOneApart = one === apart && batch.length === 1 + (batch[0] as number);
      if (isOneApart || codeOf(error)?.startsWith('SQLITE_BUSY')) return each(batch, () => failure(error));
      if (one === carryOut) return write(batch, apart);
      // Where there is no room for all of it, there may be for one.
      return each(batch, (whole, start, end) => write(whole.slice(start - 1, end), apart)).flat();
    }
  }

  /** True where all of the log was carried over. */
  function checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): boolean {
    try {
      // A long reading (a backup) must not hold up the visitors: the next time will do.
      db.pragma('busy_timeout = 50');
      const [done] = db.pragma(`wal_checkpoint(${mode})`) as { busy: number }[];
      return done?.busy === 0;
    } catch {
      return false; // a full disk, most likely: commits say so themselves, and this is tried again
    } finally {
      db.pragma(`busy_timeout = ${patienceMs}`);
    }
  }

  function isLogLong(): boolean {
    try {
      return (logLength.get()?.log ?? 0) >= pagesPerCheckpoint;
    } catch {
      return false;
    }
  }

  return {
    write(batch: Batch): void {
      const results = write(batch);
      // Before the answer: what is answered as blanked is in no file any more.
      if (blanked) blanked = !checkpoint('TRUNCATE');
      tell({ results: results.every((result) => result === undefined) ? null : results });
      if (isLogLong()) checkpoint('PASSIVE');
    },
    purge(): void {
      // What another process has blanked is in the same log.
      const purged = checkpoint('TRUNCATE');
      if (purged) blanked = false;
      tell({ purged });
    },
    close(): void {
      // A relay that reads just then holds it up for a moment.
      for (let tries = 0; !checkpoint('TRUNCATE') && blanked && tries < 40; tries += 1);
      db.close();
    },
  };
}

try {
  const db = open(workerData as WriterData);
  const writer = createWriter(db);
  port.on('message', (message: ToWriter) => {
    if ('batch' in message) return writer.write(message.batch);
    if ('purge' in message) return writer.purge();
    writer.close();
    tell({ closed: true });
    port.close();
  });
  tell({
    ready: {
      synchronous: db.pragma('synchronous', { simple: true }) as number,
      journal: db.pragma('journal_mode', { simple: true }) as string,
    },
  });
} catch (error) {
  const code = codeOf(error);
  const known = code === 'SQLITE_NOTADB' || code?.startsWith('SQLITE_CORRUPT') ? damaged(error) : error;
  tell({
    failed: {
      sentence: known instanceof Error ? known.message : String(known),
      remedy: known instanceof RelayError ? known.remedy : undefined,
      code,
    },
  });
}
