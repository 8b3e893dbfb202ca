import fc from 'fast-check';
import { marked } from 'marked';
import { expect, test } from 'vitest';
import { parseInline, plain } from './inline.ts';
import { safeLink } from './link.ts';
import { parse, plainText } from './parse.ts';
import type { Block, Inline } from './tree.ts';

const escape = (text: string) =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
/** As HTML, to be compared with another reader of Markdown. */
function html(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'text':
          return escape(node.text);
        case 'break':
          return '<br>';
        case 'code':
          return `<code>${escape(node.text)}</code>`;
        case 'link':
          return `<a href="${escape(node.href)}">${html(node.inside)}</a>`;
        default:
          return `<${node.kind}>${html(node.inside)}</${node.kind}>`;
      }
    })
    .join('');
}
const oracle = (text: string) => marked.parseInline(text, { async: false, gfm: false });

test.each([
  'plain words',
  '**bold** and *soft* and _soft_ and __bold__',
  '***both***',
  '**bold *soft* bold**',
  '*soft **bold** soft*',
  'snake_case_words stay',
  '2 * 3 * 4',
  '**unclosed',
  'a*b*c',
  '`code *not soft*`',
  '``a ` b``',
  '`unclosed',
  '[words](https://a.example/b)',
  '[*soft* words](https://a.example/b)',
  '[words](https://a.example/b "title")',
  '[words](https://a.example/b_(c))',
  '[not a link]',
  '[not](a link',
  '<https://a.example/b>',
  '\\*not soft\\*',
  'one\\\ntwo',
  '<b>not bold</b>'.replace(/[<>]/g, '\\$&'),
  'a ** b ** c',
  '**a**b',
  '_a_b',
])('reads %j as others do', (text) => {
  expect(html(parseInline(text))).toBe(
    oracle(text)
      .replace(/ title="title"/, '')
      .replace(/\n$/, ''),
  );
});

test.each<[string, Block['kind'][]]>([
  ['one\n\ntwo', ['paragraph', 'paragraph']],
  ['# Title\nwords', ['heading', 'paragraph']],
  ['- a\n- b', ['list']],
  ['words\n- a\n- b', ['paragraph', 'list']],
  ['1. a\n2. b\n\nwords', ['list', 'paragraph']],
  ['in\n2026. Then', ['paragraph']],
  ['> said\n> so\n\nwords', ['quote', 'paragraph']],
  ['```\n# code\n```\nwords', ['code', 'paragraph']],
  ['```js\nunclosed', ['code']],
  ['~~~\n```\n~~~', ['code']],
  ['| a | b |\n|---|:-:|\n| 1 | 2 |', ['table']],
  ['a | b\nno table', ['paragraph']],
  ['---', ['rule']],
  ['* * *', ['rule']],
  ['', []],
  ['\n \n', []],
])('%j is %j', (text, kinds) => {
  expect(parse(text).map((block) => block.kind)).toEqual(kinds);
});

test('a line break is one, with and without the backslash that agents’ editors write', () => {
  expect(html(parseInline('one\ntwo'))).toBe('one<br>two');
  expect(html(parseInline('one\\\ntwo'))).toBe('one<br>two');
});

test('a list keeps its first number, and holds lists', () => {
  expect(parse('3. a\n   - x\n   - y\n4. b')).toMatchObject([
    {
      kind: 'list',
      start: 3,
      items: [[{ kind: 'paragraph' }, { kind: 'list', start: null }], [{ kind: 'paragraph' }]],
    },
  ]);
});

test.each([
  'javascript:alert(1)',
  'java\tscript:alert(1)',
  ' javascript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'vbscript:x',
  'data:text/html,x',
  'blob:https://a.example/x',
  'file:///etc/passwd',
  'intent://x',
  'ms-word:x',
  '//evil.example',
  '\\\\evil.example',
  '/path',
  'words',
  '',
  `https://a.example/${'a'.repeat(3_000)}`,
])('%j leads nowhere', (address) => {
  expect(safeLink(address)).toBeUndefined();
  expect(html(parseInline(`[words](${address})`))).not.toContain('>words</a>');
});

test.each([
  ['https://good.example@evil.example/', 'evil.example'],
  ['https:evil.example', 'evil.example'],
  ['https://ехample.com/', 'xn--ample-ywe6i.com'],
  ['mailto:bench@shop.example', 'bench@shop.example'],
  ['tel:+441234', '+441234'],
])('%s is shown as %s', (address, place) => {
  expect(safeLink(address)?.place).toBe(place);
});

test('a link says where it leads, unless its words do', () => {
  expect(parseInline('[bank.example](https://evil.example/)')).toMatchObject([{ kind: 'link', shown: 'evil.example' }]);
  expect(parseInline('https://shop.example/a')).toMatchObject([{ kind: 'link', shown: null }]);
  expect(parseInline('[shop.example](https://shop.example/)')).toMatchObject([{ shown: null }]);
});

test.each([
  ['see https://a.example/b.', 'https://a.example/b'],
  ['(https://a.example/b)', 'https://a.example/b'],
  ['https://a.example/b_(c) x', 'https://a.example/b_(c)'],
  ['**https://a.example/b**', 'https://a.example/b'],
])('an address in a sentence ends where it ends: %s', (text, address) => {
  expect(html(parseInline(text))).toContain(`>${address}</a>`);
});

test('a picture is never loaded: it is a link', () => {
  expect(parse('![a lamp](https://a.example/lamp.png)')).toMatchObject([
    { inside: [{ kind: 'link', href: 'https://a.example/lamp.png', shown: 'a.example' }] },
  ]);
  expect(parseInline('![](https://a.example/lamp.png)')).toMatchObject([{ inside: [{ text: 'a.example' }] }]);
});

test('HTML is text', () => {
  expect(plainText('<img src=x onerror=alert(1)><script>x</script>')).toBe(
    '<img src=x onerror=alert(1)><script>x</script>',
  );
});

test('what cannot be seen is left out', () => {
  expect(plainText('a\u0000b\u001b[31mc\td')).toBe('ab[31mc d');
});

/** Words, marks and line breaks in any order. */
const anything = fc
  .array(
    fc.constantFrom(
      '*',
      '**',
      '_',
      '`',
      '```',
      '[',
      ']',
      '](',
      ')',
      '![',
      '<',
      '>',
      '> ',
      '- ',
      '1. ',
      '|',
      '---',
      '\\',
      '\n',
      '\n\n',
      ' ',
      'a',
      'https://a.example',
      '  ',
      '#',
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

function deepest(blocks: readonly Block[]): number {
  const inline = (nodes: readonly Inline[]): number =>
    Math.max(0, ...nodes.map((node) => ('inside' in node ? 1 + inline(node.inside) : 0)));
  return Math.max(
    0,
    ...blocks.map((block) => {
      if (block.kind === 'quote') return 1 + deepest(block.inside);
      if (block.kind === 'list') return 1 + Math.max(0, ...block.items.map(deepest));
      return block.kind === 'paragraph' ? inline(block.inside) : 0;
    }),
  );
}

test('nothing that can be written breaks the reader, nests too deep, or loses a word', () => {
  fc.assert(
    fc.property(fc.oneof(anything, fc.string({ unit: 'binary' })), (text) => {
      const blocks = parse(text);
      expect(deepest(blocks)).toBeLessThanOrEqual(24);
      const letters = (from: string) => (from.match(/a/g) ?? []).length;
      if (/^[^[\]`~|]*$/.test(text)) expect(letters(plainText(text))).toBe(letters(text));
    }),
    { numRuns: 2_000 },
  );
});

test('every link that comes out is one that may be followed', () => {
  fc.assert(
    fc.property(anything, fc.webUrl(), (text, url) => {
      const links = (nodes: readonly Inline[]): Inline[] =>
        nodes.flatMap((node) => [node, ...('inside' in node ? links(node.inside) : [])]);
      for (const node of links(parseInline(`${text}[x](${url})${text}`)))
        if (node.kind === 'link') expect(node.href).toMatch(/^(https?|mailto|tel):/);
    }),
  );
});

test.each([
  '[',
  '*',
  '**a',
  '_',
  '<',
  '`',
  '``` \n',
  '![',
  '](',
  '[a](',
  '> ',
  '- ',
  '|a',
  'h',
  'https://',
  '[](',
  '(',
  '\\',
  '*a_',
  ') ',
])('a long row of %j is read at once', (piece) => {
  for (const length of [60_000, 1_000_000]) {
    const start = performance.now();
    parse(piece.repeat(length / piece.length));
    expect(performance.now() - start).toBeLessThan(1_500);
  }
});

test('what is read aloud has no marks', () => {
  expect(plainText('Yes, **30 days**:\n\n1. Keep [the box](https://a.example)\n2. `Send` it\n\n> so')).toBe(
    'Yes, 30 days: Keep the box. Send it so',
  );
  expect(plain(parseInline('a\nb'))).toBe('a\nb');
});
