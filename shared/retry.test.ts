import { expect, test } from 'vitest';
import { retryDelayMs } from './retry.ts';

const limits = { firstMs: 1_000, mostMs: 60_000 };

test.each([
  [0, 500, 1_000],
  [1, 1_000, 2_000],
  [5, 16_000, 32_000],
  [6, 30_000, 60_000],
  [5_000, 30_000, 60_000],
])('the wait before repetition %i is between %i and %i ms', (attempt, least, most) => {
  expect(retryDelayMs(attempt, limits, 0)).toBe(least);
  expect(retryDelayMs(attempt, limits, 1)).toBe(most);
});

test('a wait is whole milliseconds, since it is stored', () => {
  expect(Number.isInteger(retryDelayMs(3, { firstMs: 333, mostMs: 60_000 }))).toBe(true);
});
