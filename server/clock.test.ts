import { expect, test } from 'vitest';
import { createClock } from './clock.ts';

test('a clock that is set back goes on from where it was; one that is set forward is followed', () => {
  let wall = 1_000_000;
  let elapsed = 50;
  const now = createClock(
    () => wall,
    () => elapsed,
  );
  const pass = (ms: number, setMs = 0) => {
    elapsed += ms;
    wall += ms + setMs;
    return now();
  };
  expect(now()).toBe(1_000_000);
  expect(pass(10)).toBe(1_000_010);
  expect(pass(10, -3_600_000)).toBe(1_000_020);
  expect(pass(10)).toBe(1_000_030);
  expect(pass(10, 7_200_000)).toBe(1_000_040 + 3_600_000);
  expect(pass(10, -5_000)).toBe(1_000_050 + 3_600_000);
});
