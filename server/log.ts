import { pino } from 'pino';

/** A structured log: a sentence and plain fields, never what people wrote, never who they are. */
export interface Log {
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

/** One JSON line an event on standard error, so that what `npm start` prints on standard output stays readable. */
export function openLog(level = 'info'): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}

/** For tests that do not look at the log. */
export const silent: Log = { info() {}, warn() {}, error() {} };
