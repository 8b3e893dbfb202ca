import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('a full map forgets what was set longest ago, and says so', () => {
  const forgotten: string[] = [];
  const map = new BoundedMap<string, number>(2, (key) => forgotten.push(key));
  map.set('a', 1).set('b', 2);
  expect(forgotten).toEqual([]);
  map.set('c', 3);
  expect([...map]).toEqual([
    ['b', 2],
    ['c', 3],
  ]);
  expect(forgotten).toEqual(['a']);
});

test('setting an entry again makes it the newest, and forgets nothing', () => {
  const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('a', 3);
  expect([...map]).toEqual([
    ['b', 2],
    ['a', 3],
  ]);
  map.set('c', 4);
  expect(map.has('b')).toBe(false);
});
