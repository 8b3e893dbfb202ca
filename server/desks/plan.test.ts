import { expect, test } from 'vitest';
import { changesOwnership, type DeskOp } from './desk.ts';
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

test('the core is told what changes who has the thread, and where a handoff begins, opens and ends', () => {
  const told = (intent: Parameters<typeof plan>[0]) =>
    plan(intent).map((op) => `${op.step}: ${changesOwnership(op) ? 'ownership' : '-'} ${placeOf(op)}`);
  const placeOf = (op: DeskOp) => (op.kind === 'change' ? (op.handoff ?? '-') : '-');
  expect(told({ do: 'handOver', team: 'sales', attributes: { a: 'b' }, note: 'n' })).toEqual([
    'clear: ownership begins',
    'describe: - -',
    'note: - -',
    'open: ownership opens',
    'team: ownership -',
    'check: ownership ends',
  ]);
  expect(told({ do: 'takeBack', note: 'n' })).toEqual(['note: - -', 'clear: ownership -', 'pending: ownership -']);
  expect(told({ do: 'begin' })).toEqual(['begin: ownership -']);
  expect(told({ do: 'clearFailure', deskId: 7 })).toEqual(['heal: - -']);
});
