import { expect, test } from 'vitest';
import { describeAct, plan, tracks } from './plan.ts';

const long = { seconds: 600, seed: 7, nodes: 2, store: 'postgres' } as const;
const acts = (options: Parameters<typeof plan>[0]) => tracks.flatMap((track) => plan(options)[track]);

test('the same seed does the same, another one something else', () => {
  expect(plan(long)).toEqual(plan(long));
  expect(plan({ ...long, seed: 8 })).not.toEqual(plan(long));
});

test('in ten minutes each kind of thing happens, to each relay', () => {
  const done = acts(long).map(({ act }) => act);
  const kinds = ['cutOff', 'deskAway', 'deskErrors', 'deskKilled', 'deskTells', 'end', 'kill', 'stop', 'terminate'];
  expect([...new Set(done.map((act) => act.do))].sort()).toEqual([
    ...kinds,
    'visitorsCut',
    'visitorsHole',
    'visitorsSlow',
  ]);
  for (const kind of ['kill', 'end', 'stop'] as const)
    for (const node of [0, 1]) expect(done.some((act) => act.do === kind && act.node === node)).toBe(true);
});

test('with SQLite nothing is done to a database server', () => {
  expect(plan({ ...long, nodes: 1, store: 'sqlite' }).database).toEqual([]);
});

test('the end of a long run has no kills, so that memory can be seen', () => {
  const last = (seconds: number) =>
    Math.max(
      ...acts({ ...long, seconds })
        .filter(({ act }) => ['kill', 'end', 'deskKilled'].includes(act.do))
        .map(({ atMs }) => atMs),
    );
  expect(last(600)).toBeLessThan(600_000 * 0.6);
  expect(last(290)).toBeGreaterThan(290_000 * 0.6);
});

test('each act is told in words that name what it hits', () => {
  expect(describeAct({ do: 'kill', node: 1, downMs: 300 })).toBe('kill -9 of relay B, down for 0.3 s');
  expect(describeAct({ do: 'kill', downMs: 0 })).toContain('all relays');
});
