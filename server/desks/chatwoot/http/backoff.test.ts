import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('waits double up to a minute', () => {
  for (const attempt of [0, 1, 5, 50]) {
    const full = Math.min(60_000, 1_000 * 2 ** attempt);
    const wait = backoffMs(attempt, 1_000);
    expect(wait).toBeGreaterThanOrEqual(full / 2);
    expect(wait).toBeLessThanOrEqual(full);
  }
});
