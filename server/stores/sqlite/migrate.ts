import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { RelayError } from '../../errors.ts';

const folder = new URL('./migrations/', import.meta.url);

function migrations(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
}

/** The newest version of a database that this program knows. */
export const knownVersion = (): number => migrations().length;

/**
 * Brings a database to what this program knows: `0001-….sql`, `0002-….sql` … in order, all in one transaction. How far
 * it is stands in `user_version`.
 * @throws {RelayError} for a file that is newer than the program, or another program's
 */
export function migrate(db: Database): void {
  const files = migrations();
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > files.length) {
    throw new RelayError(`the database was written by a newer version of Baton (${version}; known: ${files.length})`, {
      remedy: 'start that version, or restore the backup made before it',
    });
  }
  if (version === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get()) {
    throw new RelayError('the database file belongs to another program', { remedy: 'choose another file' });
  }
  db.transaction(() => {
    for (const name of files.slice(version)) db.exec(readFileSync(new URL(name, folder), 'utf8'));
    // Written each time, even where nothing is new: a start that cannot write shall fail here.
    db.pragma(`user_version = ${files.length}`);
  }).immediate();
}

/** @throws {RelayError} for a file that is not just as this program would write it */
export function requireKnownVersion(db: Database): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  const known = knownVersion();
  if (version === known) return;
  throw new RelayError(`the database was written by another version of Baton (${version}; this one: ${known})`, {
    remedy: version < known ? 'start the relay of this version once' : 'use the version that the relay has',
  });
}
