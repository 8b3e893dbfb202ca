import { expect, test } from 'vitest';
import { newId } from '../visitors/tokens.ts';
import { shardOf, shards } from './shards.ts';

test('a conversation’s shard is the same in every process', () => {
  // A node of another version must think the same.
  expect(['', 'a', 'Zx3-_09abcdefghijklmno'].map(shardOf)).toEqual(['work/5', 'work/12', 'work/29']);
});

test('shards have about as many conversations each', () => {
  const counts = new Map(shards.map((shard) => [shard, 0]));
  for (let i = 0; i < 32_000; i += 1) {
    const shard = shardOf(newId());
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect(counts.size).toBe(32);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(250);
});
