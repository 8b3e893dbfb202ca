import { expect, test } from 'vitest';
import { retryDelayMs } from './retry.ts';

test.each([
  [0, 250, 500],
  [1, 500, 1_000],
  [5, 8_000, 16_000],
  [6, 15_000, 30_000],
  [400, 15_000, 30_000],
])('repetition %i waits between %i and %i ms', (attempt, least, most) => {
  expect(retryDelayMs(attempt, 0)).toBe(least);
  expect(retryDelayMs(attempt, 1)).toBe(most);
});
