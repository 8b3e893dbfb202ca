import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { RelayError } from '../../errors.ts';
import { checkDatabaseFile, type Content } from './database-file.ts';

/**
 * Copies a database to another file while a relay may be writing to it: as it is at one moment, without what was
 * blanked, readable by its owner alone, and read through afterwards. The relay is not held up by it.
 * @throws {RelayError} where the file is there already, or cannot be written; nothing is left of it then
 */
export function backUp(database: string, file: string): Content {
  if (!existsSync(database)) {
    throw new RelayError(`there is no database at ${database}`, {
      remedy: 'run this where baton.yaml is, or set BATON_CONFIG to its path, or DATA_DIR',
    });
  }
  reserve(file);
  // What has the name of a backup is a whole one.
  const part = `${file}.part`;
  try {
    rmSync(part, { force: true });
    closeSync(openSync(part, 'wx', 0o600));
    copy(database, part);
    sync(part);
    const content = checkDatabaseFile(part);
    renameSync(part, file);
    sync(dirname(file));
    return content;
  } catch (error) {
    for (const each of [part, file]) rmSync(each, { force: true });
    if (error instanceof RelayError) throw error;
    throw new RelayError(`the backup ${file} could not be written`, {
      remedy: 'see that its disk has room, and run this as the user who runs the relay',
      cause: error,
    });
  }
}

/** SQLite writes into an empty file and leaves its permissions as they are. */
function copy(database: string, empty: string): void {
  // Not read-only: where no relay runs, a connection that may not write leaves files behind.
  const db = new Sqlite(database, { fileMustExist: true });
  try {
    db.prepare('VACUUM INTO ?').run(empty);
  } finally {
    db.close();
  }
}

function reserve(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new RelayError(`${file} is there already`, { remedy: 'choose another name, or move it away' });
    }
    throw new RelayError(`${file} cannot be written`, {
      remedy: 'see that its folder exists and may be written',
      cause,
    });
  }
}

/** SQLite does not wait for the disk when it writes a copy. */
export function sync(path: string): void {
  const open = openSync(path, 'r');
  try {
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}
