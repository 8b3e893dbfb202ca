import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BotFailure } from './bots/bot.ts';
import { RelayError } from './errors.ts';
import { openLog, type Log } from './log.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-log-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** The lines that were written, as bytes and read. */
function written(write: (log: Log) => void, level?: string) {
  const file = join(folder, `${(files += 1)}.log`);
  write(openLog(level, openSync(file, 'w')));
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => ({ bytes: Buffer.byteLength(line), line, ...(JSON.parse(line) as { msg: string }) }));
}

function failing(what: () => unknown): unknown {
  try {
    return what();
  } catch (error) {
    return error;
  }
}

describe('what people wrote is not in the log', () => {
  test.each<[string, unknown]>([
    ['what is no JSON', failing(() => JSON.parse('jane@example.org lives in Fenside'))],
    ['what is no JSON, below', new BotFailure('no JSON', { cause: failing(() => JSON.parse('jane@example.org')) })],
    ['a mistake that quotes a text', new TypeError('Cannot create property on string jane@example.org')],
    ['an address', Object.assign(new Error('no'), { input: 'https://jane@example.org', code: 'jane@example.org is' })],
    ['what a library threw', new RelayError('ours', { cause: new Error('jane@example.org') })],
  ])('%s', (_, err) => {
    const [line] = written((log) => log.error({ err }, 'a request failed'));
    expect(line?.line).not.toMatch(/jane|example\.org/);
    expect(line).toMatchObject({ msg: 'a request failed', err: { type: (err as Error).name } });
  });

  test('an error of ours says all that it says, once', () => {
    const err = new RelayError('the disk is full', { remedy: 'make room', cause: 'SQLITE_FULL' });
    const [other, same] = written((log) => {
      log.error({ err, lane: 'desk' }, 'work waits');
      log.error({ err }, err.message);
    });
    expect(other).toMatchObject({
      lane: 'desk',
      err: { message: 'the disk is full', remedy: 'make room', cause: 'SQLITE_FULL' },
    });
    expect(same?.line.match(/the disk is full/g)).toHaveLength(1);
  });

  test('an error that is not ours says where it happened', () => {
    const [line] = written((log) => log.error({ err: new RangeError('x') }, 'a request failed'));
    expect(line?.line).toMatch(/"type":"RangeError".*log\.test\.ts/);
  });
});

describe('no line is longer than 1 KB', () => {
  const deep = { a: { b: { c: { d: { e: { f: 'g' } } } } } };
  const cause = new RelayError('x'.repeat(2_000), { cause: new Error('y'.repeat(2_000)) });
  test.each<[string, object, string]>([
    ['a long field', { origin: `https://${'a'.repeat(14_000)}` }, 'refused'],
    ['a long sentence', {}, 'word '.repeat(5_000)],
    ['both, in characters of three bytes', { origin: '龍'.repeat(5_000) }, '龍'.repeat(5_000)],
    ['what has to be escaped', { origin: '\u0000"\\\n'.repeat(5_000) }, '\u0000'.repeat(5_000)],
    ['half of a pair', { origin: '\ud800'.repeat(5_000) }, '\ud800'.repeat(5_000)],
    ['many fields', Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, i])), 'many'],
    ['a list of lists', { list: Array.from({ length: 500 }, () => Array<string>(500).fill('word')) }, 'many'],
    ['something deep', { deep, list: [deep, deep] }, 'deep'],
    [
      'an error with causes',
      { err: new RelayError('z'.repeat(2_000), { remedy: 'r'.repeat(2_000), cause }) },
      'failed',
    ],
  ])('%s', (_, fields, sentence) => {
    const [line] = written((log) => log.warn(fields, sentence));
    expect(line?.bytes).toBeLessThanOrEqual(1_024);
    expect(line?.msg.startsWith(sentence.slice(0, 20))).toBe(true);
  });

  test('of a failed request, whatever the error is: which one it was stays readable', () => {
    class Huge extends Error {}
    Object.defineProperty(Huge.prototype, 'name', { value: 'N'.repeat(5_000) });
    let err: Error = new RelayError('m'.repeat(50_000), { remedy: '龍'.repeat(50_000) });
    for (let i = 0; i < 50; i += 1) err = new Huge('x'.repeat(50_000), { cause: err });
    err.stack = Array.from({ length: 1_000 }, () => `    at ${'龍'.repeat(1_000)} (file.ts:1:1)`).join('\n');
    Object.assign(err, { code: 'C'.repeat(50_000), data: 'd'.repeat(50_000) });
    for (const each of [err, new AggregateError(Array<Error>(1_000).fill(err), 'many'), 'e'.repeat(50_000)]) {
      const fields = { err: each, request: 'message:send', times: 3, conversation: 'c-1' };
      const [line] = written((log) => log.error(fields, 'a request failed'));
      expect(line?.bytes).toBeLessThanOrEqual(1_024);
      expect(line).toMatchObject({ msg: 'a request failed', request: 'message:send', times: 3, conversation: 'c-1' });
    }
  });

  test('and what fits is as it was', () => {
    const fields = { inbox: 4, agents: ['Mara', 'Jon'], there: 'x'.repeat(250), isNew: true, none: null };
    const [line] = written((log) => log.info(fields, 'connected'));
    expect(line).toMatchObject({ ...fields, msg: 'connected', level: 30 });
  });
});

test('a level leaves out what is below it', () => {
  const lines = written((log) => {
    log.info({}, 'one');
    log.warn({}, 'two');
  }, 'warn');
  expect(lines.map(({ msg }) => msg)).toEqual(['two']);
});
