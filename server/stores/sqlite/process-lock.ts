import Sqlite from 'better-sqlite3';
import { RelayError } from '../../errors.ts';
import { createPrivately } from './private-file.ts';

/** How long a relay that is just ending is waited for, in milliseconds. */
const patienceMs = 500;

/**
 * Takes a database for this process alone. The lock is one that the operating system forgets with the process, however
 * it ends; it is on a file of its own, so that a backup may read the database meanwhile.
 * @throws {RelayError} where another relay has it
 */
export function takeProcessLock(file: string): Disposable {
  const beside = `${file}-lock`;
  createPrivately(beside);
  const lock = new Sqlite(beside, { timeout: patienceMs });
  try {
    lock.pragma('journal_mode = MEMORY'); // nothing is written to it: no need for a journal beside it
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new RelayError(`another relay is running on ${file}`, {
      remedy: 'stop it first, or give this one a database of its own',
      cause: error,
    });
  }
  return { [Symbol.dispose]: () => void lock.close() };
}
