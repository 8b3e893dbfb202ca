import { expect, test } from 'vitest';
import { launcherWords } from './launcher.ts';
import { words as ar } from './ar.ts';
import { words as de } from './de.ts';
import { words as en } from './en.ts';
import { loadWords } from './load.ts';
import type { Words } from './words.ts';

const languages = { en, de, ar };
const names = Object.keys(launcherWords) as (keyof typeof launcherWords)[];

/** Every sentence of a language, with names in their places. */
function sentences(words: Words): [string, string][] {
  return Object.entries(words).map(([key, value]) => {
    if (typeof value === 'string') return [key, value];
    // What a sentence takes is a count, names, or nothing; each ignores what it has no use for.
    const say = value as (...given: unknown[]) => string;
    const isCount = [
      'newMessages',
      'charactersLeft',
      'charactersTooMany',
      'choices',
      'offline',
      'unreachable',
      'backOnline',
      'tooFast',
      'nobodyFree',
    ];
    return [key, isCount.includes(key) ? say(3) : say('Mara Ostby', 'Jon Abara', 'Workshop')];
  });
}

test.each(names)('%s has the words it is asked for, and none is empty', async (name) => {
  const words = await loadWords(name);
  expect(words).toBe(languages[name]);
  for (const [key, sentence] of sentences(words)) expect(sentence, key).toMatch(/\S/);
  expect(words.openChat).toBe(launcherWords[name][0]);
});

test.each(names)('%s keeps to the voice: nothing shouts, nothing is unfinished', async (name) => {
  for (const [key, sentence] of sentences(await loadWords(name)))
    expect(sentence, key).not.toMatch(/!|undefined|null|\{|please wait|oops/i);
});

test.each(['de', 'ar'] as const)('%s is translated throughout', (name) => {
  const english = new Map(sentences(en));
  const same = sentences(languages[name]).filter(([key, sentence]) => sentence === english.get(key));
  expect(same.map(([key]) => key)).toEqual(name === 'de' ? ['code'] : []);
});

test.each([
  [1, '1 new message'],
  [2, '2 new messages'],
])('English counts %i: %s', (count, sentence) => {
  expect(en.newMessages(count)).toBe(sentence);
});

test.each([
  [1, 'رسالة جديدة'],
  [2, 'رسالتان جديدتان'],
  [3, '3 رسائل جديدة'],
  [10, '10 رسائل جديدة'],
  [11, '11 رسالة جديدة'],
  [100, '100 رسالة جديدة'],
  [103, '103 رسائل جديدة'],
])('Arabic counts %i in its own way', (count, sentence) => {
  expect(ar.newMessages(count)).toBe(sentence);
});

test.each<[number, string, string, string]>([
  [1, '1 second.', '1 Sekunde hinaus.', 'ثانية واحدة.'],
  [10, '10 seconds.', '10 Sekunden hinaus.', '10 ثوانٍ.'],
  [60, '60 seconds.', '60 Sekunden hinaus.', '60 ثانية.'],
  [61, 'about a minute.', 'etwa einer Minute hinaus.', 'نحو دقيقة واحدة.'],
  [90, 'about 2 minutes.', 'etwa 2 Minuten hinaus.', 'نحو دقيقتين.'],
  [170, 'about 3 minutes.', 'etwa 3 Minuten hinaus.', 'نحو 3 دقائق.'],
  [3_600, 'about 60 minutes.', 'etwa 60 Minuten hinaus.', 'نحو 60 دقيقة.'],
])('%i seconds are told as a person would', (seconds, ...ends) => {
  [en, de, ar].forEach((words, at) => {
    for (const isRequest of [false, true])
      expect(words.tooFast(seconds, isRequest).endsWith(ends[at] ?? '')).toBe(true);
  });
  expect(en.tooFast(seconds, true)).toMatch(/^Many requests at once/);
});

test('the weather names how many messages are kept', () => {
  expect(en.offline(2)).toBe('You are offline. Two messages are kept on this device and go out when you are back.');
  expect(en.offline(1)).toBe('You are offline. One message is kept on this device and goes out when you are back.');
  expect(en.backOnline(2)).toBe('Back online. Two messages sent.');
});

test.each(['en', 'de', 'ar'] as const)('no title of a card ends with a full stop (%s)', (name) => {
  const titles = ['asked', 'connecting', 'knows', 'hasConversation', 'answersFromHere', 'expired'];
  const found = sentences(languages[name]).filter(([key]) => titles.includes(key));
  expect(found).toHaveLength(titles.length);
  for (const [key, sentence] of found) expect(sentence, key).not.toMatch(/[.。]$/);
});
