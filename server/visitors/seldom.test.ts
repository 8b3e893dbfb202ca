import { expect, test } from 'vitest';
import { createSeldom } from './seldom.ts';

const minute = 60_000;

test('a thing is said at once, then once in a while, with how often it happened', () => {
  let at = 1_000_000;
  const said: string[] = [];
  const seldom = createSeldom(() => at);
  const happens = (key: string) => seldom(key, minute, (times) => said.push(`${key} ${times}`));
  happens('a');
  for (let i = 0; i < 5; i += 1) happens('a');
  happens('b');
  expect(said).toEqual(['a 1', 'b 1']);
  at += minute;
  happens('a');
  happens('a');
  expect(said).toEqual(['a 1', 'b 1', 'a 6']);
});

test('of things that strangers name, a few new ones are said in a minute', () => {
  let at = 1_000_000;
  const said: string[] = [];
  const seldom = createSeldom(() => at, 3);
  for (let i = 0; i < 100_000; i += 1) seldom(`origin ${i}`, 60 * minute, () => said.push(`${i}`));
  expect(said).toEqual(['0', '1', '2']);
  at += minute;
  seldom('the real one', 60 * minute, () => said.push('the real one'));
  expect(said).toContain('the real one');
});
