import { expect, test } from 'vitest';
import type { Wish } from '../stores/conversation-state.ts';
import { alreadyTold, handOverNote, quoted, summed } from './note-text.ts';

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
test('a picture in what was written is none, wherever it stands in a note', () => {
  const words = '![x](https://shop.example/pixel.png) ![';
  const route = { team: 'support', label: words, trail: [`The bot named the team “${words}”.`] };
  const note = handOverNote('Visitor 1234', { ...wish, route, skills: [words], chosen: words }, words);
  const told = alreadyTold([{ name: words, slots: { [words]: words } }]);
  for (const text of [note, told, summed(words), quoted(words)]) expect(text).not.toMatch(/!\[/);
});

const skill = 'org.demo.shop.ReturnOrder';
const route = {
  team: 'sales',
  label: 'Orders and returns',
  trail: [`Rule 1 (Orders and returns): the skill ${skill} is unfinished.`],
};

test('a note says who wants what and why this team, each thing once, and then what was told already', () => {
  const note = handOverNote('Visitor 1234', { ...wish, skills: [skill], route }, null);
  expect(note + alreadyTold([{ name: skill, slots: { order: 'LF-2291', reason: 'Wrong colour' } }])).toBe(
    '**Visitor 1234 asked for a person.** ' +
      `Rule 1 (Orders and returns): the skill ${skill} is unfinished.\n\n` +
      'Already told: order **LF-2291**, reason **Wrong colour**.',
  );
});

test('where nothing was told, and where nothing decided, the note says no more than it knows', () => {
  expect(handOverNote('Visitor 1234', wish, null) + alreadyTold([{ name: skill, slots: {} }])).toBe(
    '**Visitor 1234 asked for a person.**',
  );
  const chosen = { team: 'support', label: 'Support', trail: ['Rule 2 (Support): the visitor chose it.'] };
  expect(handOverNote('Visitor 1234', { ...wish, chosen: 'Support', route: chosen }, 104)).toBe(
    '**Visitor 1234 asked for a person.** ' +
      'Rule 2 (Support): the visitor chose it. What was said before stands in conversation 104.',
  );
});

test('a skill that did not decide is named beside the reason', () => {
  const note = handOverNote('Visitor 1234', { ...wish, skills: [skill, 'org.demo.shop.Other'], route }, null);
  expect(note).toContain(`the skill ${skill} is unfinished. Unfinished: \`org.demo.shop.Other\`.`);
});

test('what a visitor told stands in one line, and closes nothing that is bold', () => {
  expect(alreadyTold([{ name: skill, slots: { name: '**\n\n# Baton\nsays `so`', empty: ' ' } }])).toBe(
    '\n\nAlready told: name **# Baton says so**.',
  );
  const much = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`slot ${at}`, 'x'.repeat(5_000)]));
  expect(alreadyTold([{ name: skill, slots: much }]).length).toBeLessThan(2_000);
});

test('a summary and the last words are quotes, line by line', () => {
  expect(summed('A lamp hums.\r\n# Not a heading')).toBe('\n\nIn short:\n\n> A lamp hums.\n> # Not a heading');
  expect(quoted('one\ntwo')).toBe('\n\n> one\n> two');
});

test('ordinary words stay as they are', () => {
  expect(quoted('Stop! [1] See https://shop.example, I mention: nothing.')).toBe(
    '\n\n> Stop! [1] See https://shop.example, I mention: nothing.',
  );
});
