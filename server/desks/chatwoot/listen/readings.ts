import type { Hint, Watch } from '../../desk.ts';
import { BoundedMap } from '../../../bounded-map.ts';
import type { Log } from '../../../log.ts';

/** What was told of, and whether it was read in the end. */
interface Readings {
  tell(conversation: number, hint: Hint): void;
  /** Tells again of those that could not be read, unless the sweep has just told of them. */
  tellAgain(isDue: (conversation: number) => boolean): void;
  /**
   * Whether all that was told of was read. It is waited for, but not for conversations that could not be read several
   * times: these are told of again by themselves, and hold up nobody else.
   */
  allRead(): Promise<boolean>;
}

/** So often is a conversation told of before the others do not wait for it any more. */
const mostTries = 3;
/** So many that cannot be read are remembered. */
const mostFailed = 1_000;

export function createReadings(parts: {
  heard: Watch['heard'];
  /** How long a reading may take, milliseconds. */
  readMs: number;
  log: Log;
  failed: (conversation: number) => void;
}): Readings {
  const { heard, readMs, log, failed } = parts;
  /** Told and not yet read, by number. */
  const reading = new Map<number, Promise<boolean>>();
  const unread = new BoundedMap<number, { hint: Hint; times: number }>(mostFailed);
  const isSetAside = (number: number) => (unread.get(number)?.times ?? 0) >= mostTries;

  function tell(number: number, hint: Hint): void {
    const read = wasRead(heard(hint), readMs).then((isRead) => {
      if (isRead) unread.delete(number);
      else couldNot(number, hint);
      if (reading.get(number) === read) reading.delete(number);
      return isRead;
    });
    reading.set(number, read);
  }

  function couldNot(number: number, hint: Hint): void {
    const times = (unread.get(number)?.times ?? 0) + 1;
    unread.set(number, { hint, times });
    failed(number);
    if (times !== mostTries) return;
    const sentence = 'a conversation at the desk could not be read several times; the others do not wait for it';
    log.warn({ desk: number, times }, sentence);
  }

  return {
    tell,
    tellAgain(isDue) {
      for (const [number, { hint }] of [...unread]) {
        if (isDue(number) && !reading.has(number)) tell(number, hint);
      }
    },
    async allRead() {
      const waitedFor = [...reading].flatMap(([number, read]) => (isSetAside(number) ? [] : [read]));
      const all = await Promise.all(waitedFor);
      return all.every(Boolean);
    },
  };
}

/** Whether a thread was read, and in time. Where nothing is promised, it was. */
async function wasRead(reading: void | Promise<void>, ms: number): Promise<boolean> {
  if (!reading) return true;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms).unref();
  });
  const read = Promise.resolve(reading).then(
    () => true,
    () => false,
  );
  return Promise.race([read, late]).finally(() => clearTimeout(timer));
}
