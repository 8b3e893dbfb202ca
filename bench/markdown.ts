// What is measured is a function, not a program: no wire leads to it.
import { parse } from '../widget/markdown/parse.ts';
import { short } from './numbers.ts';

const length = 64_000;
const tolerableMs = 50;
const marks = [
  '*',
  '_',
  '`',
  '[',
  ']',
  '](',
  '![',
  '(',
  ')',
  '<',
  '>',
  '\\',
  '\n',
  ' ',
  '#',
  '|',
  '-',
  'a',
  'https://',
];

/** How long the widget's reader of Markdown takes for its longest text: the worst of several kinds, by kind. */
export function markdown(): string {
  const fill = (text: string) => text.repeat(Math.ceil(length / text.length)).slice(0, length);
  const kinds: [string, string[]][] = [
    ['words', ['Yes, **30 days** after [delivery](https://shop.example/returns). ']],
    ['one character', Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))],
    ['two marks in turn', marks.flatMap((one) => marks.map((other) => one + other))],
    ['a heading with spaces', [`# a${' '.repeat(length - 4)}b`]],
    ['an address with spaces', [`[a](${' '.repeat(length - 4)}`]],
  ];
  const lines = kinds.map(([kind, texts]) => {
    const worst = texts
      .map((text) => ({ text, ms: timeOf(fill(text)) }))
      .reduce((most, each) => (each.ms > most.ms ? each : most));
    const which = texts.length > 1 ? ` (worst: ${JSON.stringify(worst.text)})` : '';
    return `  ${kind}${which}: ${short(worst.ms)} ms, ${worst.ms <= tolerableMs ? 'ok' : 'missed'}`;
  });
  return [`Markdown in the widget, 64,000 characters of each; should be below ${tolerableMs} ms:`, ...lines].join('\n');
}

/** Processor time, at best of five: what else the machine does is not counted. */
function timeOf(text: string): number {
  return Math.min(
    ...Array.from({ length: 5 }, () => {
      const before = process.cpuUsage().user;
      parse(text);
      return (process.cpuUsage().user - before) / 1_000;
    }),
  );
}
