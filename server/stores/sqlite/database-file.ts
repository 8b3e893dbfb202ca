import { statSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { RelayError } from '../../errors.ts';
import { knownVersion } from './migrate.ts';

/** What a database file holds, for who has to tell one from another. */
export interface Content {
  bytes: number;
  conversations: number;
  events: number;
  /** Of any conversation, milliseconds since 1970; null where there is none. */
  changedAt: number | null;
}

/**
 * Reads a database file through and says what it holds. Nobody else may have it open.
 * @throws {RelayError} where it is none of ours, is damaged, or was written by a newer version
 */
export function checkDatabaseFile(file: string): Content {
  const refuse = (why: string, remedy: string, cause?: unknown) => new RelayError(`${file} ${why}`, { remedy, cause });
  const damaged = (cause: unknown) =>
    refuse('is damaged, or is no database', 'take another backup', codeOf(cause) ?? cause);
  const { size } = statSync(file);
  if (size === 0) throw refuse('is empty', 'take another backup');
  let db: Database | undefined;
  try {
    db = new Sqlite(file, { fileMustExist: true });
    const version = db.pragma('user_version', { simple: true }) as number;
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    const isOurs = ['conversation', 'session', 'setting'].every((table) => tables.includes(table));
    if (version === 0 || !isOurs) throw refuse('is no database of Baton', 'choose a file that `backup` wrote');
    const known = knownVersion();
    if (version > known) {
      throw refuse(
        `was written by a newer version of Baton (${version}; known: ${known})`,
        'update Baton first, or take an older backup',
      );
    }
    const [first] = db.pragma('integrity_check(1)', { simple: false }) as { integrity_check: string }[];
    if (first?.integrity_check !== 'ok') throw damaged(first?.integrity_check);
    const found = db
      .prepare<[], Omit<Content, 'bytes'>>(
        'SELECT count(*) AS conversations, coalesce(sum(seq), 0) AS events, max(updated_at) AS changedAt FROM conversation',
      )
      .get();
    return { conversations: 0, events: 0, changedAt: null, ...found, bytes: size };
  } catch (error) {
    throw error instanceof RelayError ? error : damaged(error);
  } finally {
    db?.close();
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
