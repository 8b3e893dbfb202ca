import { expect, test } from 'vitest';
import { mention, nameOf, storable } from './text.ts';

test('what the database cannot keep is taken out', () => {
  expect(storable('a\0b\ud800c😀')).toBe('ab\ufffdc😀');
  expect(storable('x'.repeat(150_001))).toHaveLength(150_000);
  expect(nameOf('  Olle \n Sand ')).toBe('Olle Sand');
});

test('a mention is one, whatever the name', () => {
  expect(mention('team', 7, 'sales')).toBe('[@sales](mention://team/7/sales)');
  expect(mention('user', 2, 'A (b] `c`')).toMatch(/^\[@[^\]]*\]\(mention:\/\/user\/2\/[^)]+\)$/);
});
