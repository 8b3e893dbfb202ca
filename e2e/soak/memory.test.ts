import { expect, test } from 'vitest';
import { cpuShare, curve, judgeMemory } from './memory.ts';

const life = (seconds: number, megabytes: (at: number) => number, begun = 0) =>
  Array.from({ length: seconds / 5 + 1 }, (_, i) => ({
    at: begun + 5 * i,
    megabytes: megabytes(5 * i),
    cpuSeconds: i,
  }));

test('memory that has warmed up and stays is flat', () => {
  expect(judgeMemory([life(240, (at) => Math.min(95, 60 + at) + (at % 10 === 0 ? 4 : 0))])).toMatchObject({
    is: 'flat',
  });
});

test('memory that grows on and on is said to grow', () => {
  expect(judgeMemory([life(240, (at) => 80 + at / 5)])).toMatchObject({ is: 'grows' });
});

test('the longest of several lives counts; where all are short, nobody can tell', () => {
  expect(judgeMemory([life(30, () => 80), life(200, (at) => 80 + at / 2, 30)])).toMatchObject({
    is: 'grows',
    seconds: 200,
  });
  expect(judgeMemory([life(30, () => 80)])).toMatchObject({ is: 'too short to tell' });
  expect(judgeMemory([])).toMatchObject({ is: 'too short to tell' });
});

test('the share of a processor is taken between the first sample and the last', () => {
  expect(cpuShare(life(100, () => 80))).toBe(0.2);
  expect(cpuShare([])).toBe(0);
});

test('a life is told in a few numbers', () => {
  expect(
    curve(
      life(20, () => 81.4),
      3,
    ),
  ).toBe('0 s 81, 10 s 81, 20 s 81');
});
