import { pino } from 'pino';
import { RelayError } from './errors.ts';

/*
 * What is logged is for operators: a sentence of ours and plain fields, never what people wrote, never who they are. An
 * error that is not ours may quote anything in its message (JSON.parse quotes what it read), so of such an error only
 * its kind, its code and where it happened are kept. And nobody may fill a disk: one line has at most 1 KB.
 */

/** A structured log: a sentence and plain fields, never what people wrote, never who they are. */
export interface Log {
  /** For those who look closely: `log: debug`. */
  debug?(fields: object, sentence: string): void;
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

/** The most bytes of a line, and what of them is level and time. */
const longestLine = 1_024;
const frame = 80;
/** How much is kept, in characters, entries and levels: the first of these with which all of it fits. */
const cuts = [
  { sentence: 400, text: 300, list: 20, depth: 3 },
  { sentence: 400, text: 120, list: 10, depth: 3 },
  { sentence: 100, text: 40, list: 5, depth: 3 },
  { sentence: 100, text: 40, list: 5, depth: 0 },
];
/** Calls of the stack that are kept. */
const mostCalls = 4;

/**
 * One JSON line an event, so that what `npm start` prints on standard output stays readable.
 * @param fd where it is written, by default standard error
 */
export function openLog(level = 'info', fd = 2): Log {
  const to = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: (told: unknown) => told } },
    pino.destination({ fd, sync: true }),
  );
  const at = (name: 'debug' | 'info' | 'warn' | 'error') => (fields: object, sentence: string) => {
    if (!to.isLevelEnabled(name)) return;
    const told = fitting(fields, sentence);
    to[name](told.fields, told.sentence);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** For tests that do not look at the log. */
export const silent: Log = { info() {}, warn() {}, error() {} };

/** Both cut, until the line is short enough. */
function fitting(fields: object, sentence: string): { fields: object; sentence: string } {
  for (const cut of cuts) {
    const told = {
      fields: plain(fields, cut, sentence, 0) as object, // an object stays one
      sentence: short(sentence, cut.sentence),
    };
    if (bytesOf(told.fields) + bytesOf(told.sentence) + frame <= longestLine) return told;
  }
  return { fields: { fields: 'too long to be logged' }, sentence: short(sentence, 100) };
}

function plain(value: unknown, cut: (typeof cuts)[number], sentence: string, depth: number): unknown {
  if (typeof value === 'string') return short(value, cut.text);
  if (value instanceof Error) return depth > cut.depth ? short(value.name, 40) : errorOf(value, cut, sentence, depth);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (depth > cut.depth) return '…';
  if (Array.isArray(value)) return value.slice(0, cut.list).map((each) => plain(each, cut, sentence, depth + 1));
  const entries = Object.entries(value).slice(0, cut.list);
  return Object.fromEntries(
    entries.map(([name, each]) => [short(name, 40), plain(each, cut, sentence, depth + 1)] as const),
  );
}

/** @param sentence where it says the same, the error need not say it again */
function errorOf(error: Error, cut: (typeof cuts)[number], sentence: string, depth: number): object {
  const { name, message, stack = '' } = error;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const isOurs = error instanceof RelayError || name === 'BotFailure';
  const calls = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: short(name, 40),
    ...(isOurs && message !== sentence ? { message: short(message, cut.text) } : {}),
    ...(isOurs ? {} : { calls: calls.slice(0, mostCalls).map((line) => short(line.trim(), 100)) }),
    ...(isName(code) ? { code } : {}),
    ...(error instanceof RelayError && error.remedy ? { remedy: short(error.remedy, cut.text) } : {}),
    // A code alone may be the cause, too: it is SQLite's.
    ...(cause instanceof Error && depth < 3 ? { cause: errorOf(cause, cut, sentence, depth + 1) } : {}),
    ...(isName(cause) ? { cause } : {}),
  };
}

const isName = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value);
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');
const short = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);
