import { expect, test } from 'vitest';
import { plan } from './plan.ts';

test('the order of every intent', () => {
  const steps = (intent: Parameters<typeof plan>[0]) => plan(intent).map(({ step }) => step);
  const handOver = { do: 'handOver', team: 'sales', attributes: { a: 'b' }, note: 'n' } as const;
  expect(steps(handOver)).toEqual(['clear', 'describe', 'note', 'open', 'team', 'check']);
  expect(steps({ ...handOver, team: null, attributes: {} })).toEqual(['clear', 'note', 'open', 'check']);
  expect(steps({ do: 'takeBack', note: 'n' })).toEqual(['note', 'clear', 'pending']);
  expect(steps({ do: 'close', note: 'n' })).toEqual(['note', 'resolve']);
  expect(steps({ do: 'assign', agent: { key: '2', name: 'M' } })).toEqual(['open', 'assign']);
  expect(plan({ do: 'assign', agent: { key: '2', name: 'M' }, evenResolved: true })[0]).toMatchObject({
    evenResolved: true,
  });
  const keys = plan(handOver).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys[0]).toMatch(/^[\w-]{24}$/);
});
