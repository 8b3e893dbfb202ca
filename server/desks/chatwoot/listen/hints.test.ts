import { expect, test } from 'vitest';
import { createOwnershipFilter } from './hints.ts';

test('an event of a conversation counts when status, assignee or team changed, whichever comes first', () => {
  const changed = createOwnershipFilter();
  const about = (who: string, at: number, number = 7) =>
    changed({ source: 's', number, message: null, typing: null, ownership: { who, at } });
  expect(about('pending', 1)).toBe(true);
  expect(about('pending', 2)).toBe(false); // somebody waits
  expect(about('open 2', 4)).toBe(true);
  expect(about('open', 3)).toBe(false); // late
  expect(about('open 2', 4)).toBe(false); // by the other way
  expect(about('open', 5)).toBe(true);
  expect(about('open', 5, 8)).toBe(true);
});
