import { expect, test } from 'vitest';
import { createThrottle } from './throttle.ts';

const minute = 60_000;

test('a thing is done at once, then once in a while, with how often it happened', () => {
  let at = 1_000_000;
  const said: string[] = [];
  const throttle = createThrottle(() => at);
  const happens = (key: string) => throttle(key, minute, (times) => said.push(`${key} ${times}`));
  happens('a');
  for (let i = 0; i < 5; i += 1) happens('a');
  happens('b');
  expect(said).toEqual(['a 1', 'b 1']);
  at += minute;
  happens('a');
  happens('a');
  expect(said).toEqual(['a 1', 'b 1', 'a 6']);
});

test('of things that strangers name, a few new ones are done in a minute', () => {
  let at = 1_000_000;
  const said: string[] = [];
  const throttle = createThrottle(() => at, 3);
  for (let i = 0; i < 100_000; i += 1) throttle(`origin ${i}`, 60 * minute, () => said.push(`${i}`));
  expect(said).toEqual(['0', '1', '2']);
  at += minute;
  throttle('the real one', 60 * minute, () => said.push('the real one'));
  expect(said).toContain('the real one');
});

test('what may be done once is done once', () => {
  let at = 1_000_000;
  const said: number[] = [];
  const throttle = createThrottle(() => at);
  for (let i = 0; i < 3; i += 1) {
    throttle('a', Infinity, (times) => said.push(times));
    at += 365 * 24 * 60 * minute;
  }
  expect(said).toEqual([1]);
});
