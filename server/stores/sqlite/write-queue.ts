import { Worker } from 'node:worker_threads';
import { RelayError } from '../../errors.ts';
import type { Result, Value } from './decision.ts';
import type { Committed } from '../store.ts';
import type { FromWriter, ToWriter, WriterData } from './writer.ts';

/** Decisions in one transaction, at the most. */
const mostInBatch = 200;

interface Queued {
  entry: readonly Value[];
  resolve(result: Committed): void;
  reject(error: Error): void;
}

interface WriteQueue {
  /** What the writer read back of its settings, after its first write. */
  readonly settings: { synchronous: number; journal: string };
  /** Resolves once the disk has it. */
  write(entry: readonly Value[]): Promise<Committed>;
  /** Carries the log over into the database and empties it. @returns false where somebody reads for longer */
  purge(): Promise<boolean>;
  /** Accepts nothing more. Resolves once all that is waiting was answered. */
  drain(): Promise<void>;
  /** After `drain`: ends the thread. */
  close(): Promise<void>;
}

/** What the operator can do about an error of SQLite's. */
const remedyFor = (file: string, code: string | undefined): { remedy: string; cause: unknown } => ({
  remedy: code?.startsWith('SQLITE_BUSY')
    ? `end the other program that writes to ${file}`
    : `see that the disk of ${file} has room and is well`,
  cause: code,
});

function startWriter(workerData: WriterData): Worker {
  const entry = import.meta.url.endsWith('.ts') ? './writer-from-source.cjs' : './writer.js';
  return new Worker(new URL(entry, import.meta.url), { workerData, execArgv: [] });
}

/**
 * Starts the writer thread. One batch is with it at a time; what arrives meanwhile makes the next one, so the slower
 * the disk, the larger the batches.
 * @throws {RelayError} where the database cannot be opened
 */
export async function openWriteQueue(data: WriterData): Promise<WriteQueue> {
  const worker = startWriter(data);
  const settings = await new Promise<WriteQueue['settings']>((resolve, reject) => {
    worker.once('message', (message: FromWriter) => {
      if ('ready' in message) return resolve(message.ready);
      if (!('failed' in message)) return;
      const { sentence, remedy, code } = message.failed;
      reject(
        remedy === undefined
          ? new RelayError(`the database ${data.file} cannot be opened: ${sentence}`, remedyFor(data.file, code))
          : new RelayError(`${sentence}: ${data.file}`, { remedy }),
      );
    });
    worker.once('error', reject);
  }).catch(async (error: unknown) => {
    await worker.terminate(); // it lets go of the file before anybody else is told
    throw error;
  });

  let waiting: Queued[] = [];
  let underWay: Queued[] | undefined;
  let scheduled = false;
  /** Why nothing is accepted any more. */
  let over: RelayError | undefined;
  let ended = false;
  /** Who waits for the log to be emptied, in the order of asking. */
  let purging: ((isDone: boolean) => void)[] = [];
  let drained: (() => void) | undefined;
  let closed: (() => void) | undefined;

  const post = (message: ToWriter): void => worker.postMessage(message);

  function send(): void {
    scheduled = false;
    if (underWay || waiting.length === 0) return;
    underWay = waiting.splice(0, mostInBatch);
    const batch: Value[] = [];
    for (const { entry } of underWay) {
      batch.push(entry.length);
      for (const value of entry) batch.push(value);
    }
    post({ batch });
  }

  /** At the end of this turn of the event loop: what other sockets say in the same turn goes along. */
  function sendSoon(): void {
    if (scheduled || underWay) return;
    scheduled = true;
    setImmediate(send);
  }

  function answer({ resolve, reject }: Queued, result: Result): void {
    if (result === undefined) return resolve('ok');
    if (result === 'stale' || result === 'taken') return resolve(result);
    const { error, code } = result;
    // A broken constraint, or no code at all: this decision was wrong, and would be again.
    if (code === undefined || code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_MISMATCH') {
      return reject(Object.assign(new Error(`this decision cannot be saved: ${error}`), { code }));
    }
    reject(new RelayError(`the database cannot be written: ${error}`, remedyFor(data.file, code)));
  }

  /** Nobody will answer any more. Whether what was under way is on the disk shows at the next start. */
  function end(reason: RelayError): void {
    if (ended) return;
    ended = true;
    over = reason;
    for (const { reject } of [...(underWay ?? []), ...waiting]) reject(reason);
    underWay = undefined;
    waiting = [];
    for (const tell of purging) tell(false);
    purging = [];
    drained?.();
    closed?.();
  }

  worker.on('message', (message: FromWriter) => {
    if ('closed' in message) return closed?.();
    if ('purged' in message) return purging.shift()?.(message.purged);
    if (!('results' in message) || !underWay) return;
    const done = underWay;
    underWay = undefined;
    done.forEach((one, i) => answer(one, message.results?.[i]));
    if (waiting.length > 0) sendSoon();
    else drained?.();
  });
  worker.on('error', (cause) => end(new RelayError('the thread that writes has failed', { remedy: 'restart', cause })));
  worker.on('exit', () => end(new RelayError('the thread that writes has ended', { remedy: 'restart' })));

  return {
    settings,
    write(entry) {
      if (over) return Promise.reject(over);
      return new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject });
        sendSoon();
      });
    },
    purge() {
      if (ended) return Promise.resolve(false);
      return new Promise((resolve) => {
        purging.push(resolve);
        post({ purge: true });
      });
    },
    async drain() {
      over ??= new RelayError('the store is closed');
      if (underWay || waiting.length > 0) await new Promise<void>((resolve) => (drained = resolve));
    },
    async close() {
      if (ended) return;
      await new Promise<void>((resolve) => {
        closed = resolve;
        post({ close: true });
      });
      await worker.terminate();
    },
  };
}
