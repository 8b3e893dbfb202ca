import { expect, test } from 'vitest';
import { evaluate, TooMuchLiquid } from './liquid.ts';

const names = { contact: { name: 'Ana' } };

// what both real versions made of them
test.for([
  ['a {{contact.name}} · {{contact.name | upcase}} · {% for i in (1..3) %}x{% endfor %}', 'a Ana · ANA · xxx'],
  ['{% comment %}gone{% endcomment %}left', 'left'],
  ['{{nothing}}here', 'here'],
  ['Use {{ to start', 'Use {{ to start'],
  ['{% unknown %}', '{% unknown %}'],
  [
    '`{{contact.name}}` and `{{contact.name}}\n{% if %}` {{contact.name}}',
    '`{{contact.name}}` and `{{contact.name}}\n{% if %}` Ana',
  ],
  ["{{'{{'}}contact.name}} · {{'{%'}} if true %}", '{{contact.name}} · {% if true %}'],
  ["`{{'{{'}}x`", "`{{'{{'}}x`"],
])('%s becomes %s', ([sent, stored]) => {
  expect(evaluate(sent ?? '', names)).toBe(stored);
});

test.for([
  '{% for i in (1..100000000) %}x{% endfor %}',
  '{% for i in (1..30000) %}{% for j in (1..30000) %}x{% endfor %}{% endfor %}',
])('%s ends soon, and in an error', (text) => {
  const began = performance.now();
  expect(() => evaluate(text, names)).toThrow(TooMuchLiquid);
  expect(performance.now() - began).toBeLessThan(20_000);
});
