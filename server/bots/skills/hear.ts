import { fold, visible } from '../../words.ts';

/** What was said, as far as the bot reads it. All of it is bounded, so that no turn keeps the other visitors waiting. */
interface Heard {
  text: string;
  /** The same, line by line, without empty ones. */
  lines: string[];
  /** The lines as `fold` leaves them. */
  folded: string[];
}

/** What is longer is read at its beginning and its end: a wish often stands last. In characters. */
export const longestHeard = 1_000;
const endOfLonger = 300;
export const mostLines = 20;
/** One ligature becomes up to 18 letters when it is folded, a Korean syllable three. In characters, all lines together. */
export const longestFolded = 3 * longestHeard;

/** @param said several messages may be joined by line breaks; the last of them is the newest */
export function hear(said: string): Heard {
  // What cannot be seen is left out of a part that is long enough for that, and cut once more.
  const seen = visible(bothEnds(said, 4 * longestHeard));
  const short = bothEnds(seen, longestHeard);
  const all = short.split('\n').filter((line) => line.trim() !== '');
  const lines = all.length <= mostLines ? all : [...all.slice(0, mostLines / 2), ...all.slice(-mostLines / 2)];
  let left = longestFolded;
  const folded = lines.map((line) => {
    const words = fold(line).slice(0, left);
    left -= words.length;
    return words;
  });
  return { text: lines.join('\n'), lines, folded };
}

/** The beginning and the end of a text, with a line break between them and no half word behind it. */
function bothEnds(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - endOfLonger - 1)}\n${text.slice(-endOfLonger).replace(/^\S*/, '')}`;
}
