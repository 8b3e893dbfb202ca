import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runLanes } from './lanes.mjs';

const ends = (code) => ['-e', `process.exitCode = ${code}`];
const step = (name, code, secondTry) => [name, process.execPath, ends(code), secondTry];
const again = (code) => () => ({ args: ends(code), what: 'some.test.ts' });

let printed;
beforeEach(() => {
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line) => printed.push(line));
});
afterEach(() => vi.restoreAllMocks());

test('steps that pass are a success, and nothing is tried again', async () => {
  expect(await runLanes([[step('one', 0, again(1))], [step('other', 0)]])).toBe(true);
  expect(printed.join()).not.toContain('again');
});

test('what passes at the second try only is a success that is told of in the last line', async () => {
  expect(await runLanes([[step('one', 1, again(0)), step('next', 0)]])).toBe(true);
  expect(printed.at(-1)).toBe('FLAKY: passed at the second try only: some.test.ts. Find out why.');
});

test('what fails twice fails, and nothing else begins', async () => {
  expect(await runLanes([[step('one', 1, again(1)), step('next', 0)]])).toBe(false);
  expect(printed.join()).not.toContain('next');
});

test('a failure for which there is no second try fails at once', async () => {
  expect(await runLanes([[step('one', 1, () => undefined)]])).toBe(false);
});
