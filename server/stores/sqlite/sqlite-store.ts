import { RelayError } from '../../errors.ts';
import { type Log, silent } from '../../log.ts';
import type { Store } from '../store.ts';
import { toDecision, toDroppedSessions, toSetting } from './decision.ts';
import { createPrivately, isOpenToOthers } from './private-file.ts';
import { takeProcessLock } from './process-lock.ts';
import { openReader } from './reader.ts';
import { openWriteQueue } from './write-queue.ts';

/** `synchronous` as SQLite numbers it. */
const full = 2;

/**
 * Opens the store in one SQLite file, which is made where there is none, readable by its owner alone. Reads happen
 * here, on a connection that cannot write; one thread of its own writes.
 * @param options.mostBytes the file grows no larger than this; beyond it, it is as if the disk were full
 * @param options.beside whether a relay may be running on it; then it must be there, and is not brought up to date
 * @throws {RelayError} in one sentence: another relay has it, it is damaged, it is newer than this program
 */
export async function openSqlite({
  file,
  log = silent,
  mostBytes,
  beside = false,
}: {
  file: string;
  log?: Log;
  mostBytes?: number;
  beside?: boolean;
}): Promise<Store> {
  let lock: Disposable | undefined;
  try {
    if (!beside) {
      lock = takeProcessLock(file);
      createPrivately(file);
    }
    if (isOpenToOthers(file)) {
      log.warn({ file, remedy: `chmod 600 ${file}*` }, 'other users of this machine may read or change the database');
    }
    const queue = await openWriteQueue({ file, mostBytes, beside });
    if (queue.settings.synchronous !== full) throw new RelayError('the database is not durable');
    const { [Symbol.dispose]: closeReader, ...reads } = openReader(file);
    log.debug?.({ file, ...queue.settings }, 'the database is open');
    const held = lock;
    let closing: Promise<void> | undefined;
    return {
      ...reads,
      async commit(id, expectedVersion, changes) {
        return queue.write(toDecision(id, expectedVersion, changes));
      },
      async set(name, value) {
        await queue.write(toSetting(name, value));
      },
      async dropSessions(hashes) {
        if (hashes.length > 0) await queue.write(toDroppedSessions(hashes));
      },
      async setOnce(name, value) {
        const known = await reads.setting(name);
        if (known === undefined) await queue.write(toSetting(name, value));
        return known ?? value;
      },
      purge: () => queue.purge(),
      async close() {
        closing ??= (async () => {
          await queue.drain();
          // The writer after the reader: who closes a database last carries its log over and removes it.
          closeReader();
          await queue.close();
          held?.[Symbol.dispose]();
        })();
        await closing;
      },
    };
  } catch (error) {
    lock?.[Symbol.dispose]();
    if (error instanceof RelayError) throw error;
    throw new RelayError(`the database ${file} cannot be opened`, {
      remedy: 'see that its folder exists and may be written, and that its disk has room',
      cause: error,
    });
  }
}
