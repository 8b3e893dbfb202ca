import { expect, test } from 'vitest';
import { hear, longestFolded, longestHeard, mostLines } from './hear.ts';

const random = Array.from({ length: 32_000 }, (_, at) => String.fromCharCode(33 + ((at * at * 31) % 60_000))).join('');

test.each<[string, string]>([
  ['ligatures that become 18 letters each', '\ufdfa'.repeat(4_000)],
  ['empty lines', '\n'.repeat(2_000)],
  ['short lines', 'a\n'.repeat(2_000)],
  ['one word', 'a'.repeat(32_000)],
  ['any characters', random],
  ['letters of Korean', '한글 '.repeat(8_000)],
  ['tags', '\u{e0041}'.repeat(16_000)],
])('of %s the bot reads a bounded part', (_, said) => {
  const { text, lines, folded } = hear(said);
  expect(text.length).toBeLessThanOrEqual(longestHeard);
  expect(lines.length).toBeLessThanOrEqual(mostLines);
  expect(folded).toHaveLength(lines.length);
  expect(folded.join('').length).toBeLessThanOrEqual(longestFolded);
});

test('of a long letter the beginning and the end are read', () => {
  const { text, lines } = hear(`Good morning. ${'It began like this. '.repeat(200)}Can I talk to a person?`);
  expect(text).toMatch(/^Good morning/);
  expect(lines.at(-1)).toMatch(/talk to a person\?$/);
});

test('of many lines the first and the last are read', () => {
  const { lines } = hear(Array.from({ length: 100 }, (_, at) => `line ${at}`).join('\n\n'));
  expect([lines[0], lines[9], lines[10], lines[19]]).toEqual(['line 0', 'line 9', 'line 90', 'line 99']);
});
