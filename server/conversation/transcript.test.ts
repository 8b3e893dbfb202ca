import { expect, test } from 'vitest';
import type { Wish } from './state.ts';
import { handOverNote, quoted, summed } from './transcript.ts';

const wish: Wish = {
  id: 'w',
  by: 'visitor',
  reason: 'visitor_asked',
  summary: null,
  skills: [],
  chosen: null,
  route: null,
  at: 0,
};
const written = [
  '[@x](mention://user/3/Jon)',
  '[@x](MENTION://team/2/sales)',
  '![x](https://evil.example/pixel.png)',
  '[@x](mention:////user/3/Jon) ![',
];

test.each(written)('%s calls nobody and shows no picture, wherever it stands in a note', (words) => {
  const route = { team: 'support', label: words, trail: [`The bot named the team “${words}”.`] };
  const note = handOverNote('Visitor 1234', { ...wish, route, skills: [words], chosen: words }, words);
  for (const text of [note, summed(words), quoted(words)]) expect(text).not.toMatch(/mention:\/\/|!\[/i);
});

test('a summary and the last words are quotes, line by line', () => {
  expect(summed('A lamp hums.\r\n# Not a heading')).toBe('\n\nIn short:\n\n> A lamp hums.\n> # Not a heading');
  expect(quoted('one\ntwo')).toBe('\n\nLast words:\n\n> one\n> two');
});

test('ordinary words stay as they are', () => {
  expect(quoted('Stop! [1] See https://shop.example, I mention: nothing.')).toBe(
    '\n\nLast words:\n\n> Stop! [1] See https://shop.example, I mention: nothing.',
  );
});
