import { copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { RelayError } from '../../errors.ts';
import { sync } from './backup.ts';
import { checkDatabaseFile, type Content } from './database-file.ts';
import { createPrivately } from './private-file.ts';
import { takeProcessLock } from './process-lock.ts';

/**
 * Puts a backup in the place of a database, which is kept beside it. Each log gets a new identity, so that every browser
 * reads its conversation anew: some of what it has may not be there any more.
 * @param now milliseconds since 1970: the name of what is kept
 * @returns what the backup holds, and where the database from before is; null where there was none
 * @throws {RelayError} where a relay is running on it, or the backup is none of ours, damaged, or of a newer version;
 *   nothing is changed then
 */
export function restore(backup: string, database: string, now: number): { content: Content; kept: string | null } {
  if (!statSync(backup, { throwIfNoEntry: false })?.isFile()) {
    throw new RelayError(`there is no file ${backup}`, { remedy: 'name a file that `backup` wrote' });
  }
  const lock = takeProcessLock(database);
  // It is checked where it will be: with its permissions, and with room for it on that disk.
  const next = `${database}.restoring`;
  try {
    const content = prepare(backup, next, now);
    const kept = existsSync(database) ? keep(database, now) : null;
    renameSync(next, database);
    sync(dirname(database));
    return { content, kept };
  } catch (error) {
    if (error instanceof RelayError) throw error;
    throw new RelayError(`${database} could not be replaced`, {
      remedy: 'see that its disk has room, and run this as the user who runs the relay',
      cause: error,
    });
  } finally {
    removeAll(next);
    lock[Symbol.dispose]();
  }
}

/** Makes a checked copy. The backup itself is only read; it may be on a disk that cannot be written. */
function prepare(backup: string, next: string, now: number): Content {
  removeAll(next);
  createPrivately(next);
  copyFileSync(backup, next);
  // A plain copy of a database that was in use has its latest words there.
  if (existsSync(`${backup}-wal`)) {
    createPrivately(`${next}-wal`);
    copyFileSync(`${backup}-wal`, `${next}-wal`);
  }
  let content: Content;
  try {
    content = checkDatabaseFile(next);
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    const { remedy, cause } = error;
    throw new RelayError(error.message.replace(next, backup), { ...(remedy ? { remedy } : {}), cause });
  }
  const db = new Sqlite(next);
  try {
    db.pragma('journal_mode = DELETE'); // one file again
    db.pragma('synchronous = FULL');
    db.exec('UPDATE conversation SET log = lower(hex(randomblob(16)))');
    clearAway(db);
    // What the desk has from that time is not here: the relay takes it from there.
    const lost = JSON.stringify({ from: content.changedAt ?? 0, to: now });
    db.prepare(
      `INSERT INTO setting (name, value) VALUES ('restored', ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    ).run(lost);
  } finally {
    db.close();
  }
  return content;
}

/** Takes out what is left of conversations that were taken away: all is written anew, so no copy of anything stays. */
function clearAway(db: Database): void {
  // Not in a database that an older version wrote.
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'log'").get()) return;
  const { changes } = db.prepare('DELETE FROM log WHERE conversation NOT IN (SELECT num FROM conversation)').run();
  if (changes > 0) db.exec('VACUUM');
}

/** What the disk has of the old one, under another name; the old name stays until another file takes it. */
function keep(database: string, now: number): string {
  const kept = `${database}.before-${new Date(now).toISOString().replace(/[:.]/g, '-')}`;
  foldLog(database);
  // A log that is left beside another database would be carried over into it.
  if (existsSync(`${database}-wal`)) renameSync(`${database}-wal`, `${kept}-wal`);
  rmSync(`${database}-shm`, { force: true });
  try {
    linkSync(database, kept);
  } catch {
    renameSync(database, kept); // a file system without links
  }
  return kept;
}

/** Puts all of a database into its one file, where it can still be read. */
function foldLog(database: string): void {
  try {
    const db = new Sqlite(database);
    try {
      db.pragma('journal_mode = DELETE');
    } finally {
      db.close();
    }
  } catch {
    // It is damaged, perhaps that is why there is a backup to restore: its log is kept as it is.
  }
}

function removeAll(database: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${database}${end}`, { force: true });
}
