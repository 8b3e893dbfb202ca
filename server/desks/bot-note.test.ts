import { expect, test } from 'vitest';
import { readBotNote } from './bot-note.ts';

test.each([
  ['/bot', ''],
  ['  /Bot \n', ''],
  ['/bot ask for the order number', 'ask for the order number'],
  ['/bot\nask for it\nand the date', 'ask for it\nand the date'],
])('%j gives back, with %j', (note, words) => expect(readBotNote(note)).toBe(words));

test.each(['', 'bot', '/botany', '/bots go', 'see /bot', '/bot/x'])('%j is a note like any other', (note) =>
  expect(readBotNote(note)).toBeUndefined(),
);
