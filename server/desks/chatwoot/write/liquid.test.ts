import { expect, test } from 'vitest';
import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { escapeLiquid } from './liquid.ts';

/** What Chatwoot does with outgoing text, with another's template engine. */
function stored(text: string): string {
  const guarded = text.replace(/`(.*?)`/gs, '{% raw %}`$1`{% endraw %}');
  try {
    return String(new Liquid().parseAndRenderSync(guarded, { contact: { name: 'NAME' } }));
  } catch {
    return text; // what is no valid template is left alone
  }
}

test('the oracle does what was seen live', () => {
  expect(stored('a {{contact.name}}')).toBe('a NAME');
  expect(stored('`{{contact.name}}`')).toBe('`{{contact.name}}`');
  expect(stored('Use {{ to start')).toBe('Use {{ to start');
});

const pieces = fc.constantFrom(
  ...'{%} `\'"-|a\n',
  '{{',
  '}}',
  '{%',
  '%}',
  'endraw',
  'raw',
  '{% endraw %}',
  '{%- endraw',
  'contact.name',
  '``',
  '{{contact.name}}',
);
const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));

test('whatever is written is stored as it was meant', () => {
  fc.assert(
    fc.property(fc.oneof(texts, fc.string()), (text) => {
      expect(stored(escapeLiquid(text))).toBe(text);
    }),
    { numRuns: 1_500 },
  );
});

test.each([
  ['no braces at all', 'no braces at all'],
  ['{{x}}', "{{'{{'}}x}}"],
  ['{% if %}', "{{'{%'}} if %}"],
  ['`{{x}}` {{x}}', "`{{x}}` {{'{{'}}x}}"],
  ['odd ` {{x}}', "odd ` {{'{{'}}x}}"],
  ['{`x`', "{{'{'}}`x`"],
  ['`{% endraw %}`', "`{% endraw %}{{'{%'}}{% raw %} endraw %}`"],
])('%j is sent as %j', (text, sent) => {
  expect(escapeLiquid(text)).toBe(sent);
});
