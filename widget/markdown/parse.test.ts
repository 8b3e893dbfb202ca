import fc from 'fast-check';
import { marked } from 'marked';
import { expect, test } from 'vitest';
import { parseInline, plain } from './inline.ts';
import { safeLink } from './addresses.ts';
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

test.each([
  ['[bank.example](https://evil.example/)', 'evil.example'],
  // The words hold the host, and say another one.
  ['[https://bank.example/?to=evil.tld](https://evil.tld/x)', 'evil.tld'],
  ['[https://bank.example/t.co/login](https://t.co/x)', 't.co'],
  ['[bank.example evil.tld](https://evil.tld/)', 'evil.tld'],
  ['[evil.tld.bank.example](https://evil.tld/)', 'evil.tld'],
  ['[https://bank.example\\\\@evil.tld](https://evil.tld/)', 'evil.tld'],
  ['[//bank.example](https://evil.tld/)', 'evil.tld'],
  ['[https://bank.example@evil.tld](https://evil.tld/)', 'evil.tld'],
  ['[the bank](mailto:thief@evil.tld)', 'thief@evil.tld'],
  // An address by itself says one host to a reader, and another one to the browser.
  ['https://bank.example@evil.tld', 'evil.tld'],
  ['<https://bank.example:443@evil.tld/a>', 'evil.tld'],
  ['https://аpple.com', 'xn--pple-43d.com'],
  ['[https://аpple.com](https://аpple.com/)', 'xn--pple-43d.com'],
  ['https://bank。example', 'bank.example'],
  ['http://2130706433/', '127.0.0.1'],
])('%s says that it leads to %s', (text, place) => {
  expect(parseInline(text)).toMatchObject([{ kind: 'link', shown: place }]);
});

test.each([
  'https://shop.example/a',
  'https://Shop.example:8080/a?b#c',
  '[shop.example](https://shop.example/)',
  '[https://shop.example/a](https://shop.example/b)',
  '[*shop.example*/a](https://shop.example/b)',
  'https://xn--pple-43d.com/',
  '[bench@shop.example](mailto:bench@shop.example)',
])('%s says so itself', (text) => {
  expect(parseInline(text)).toMatchObject([{ kind: 'link', shown: null }]);
});

test('no link stands in a link: of two, the inner one is a link', () => {
  expect(parseInline('[a [b](https://b.example) c](https://c.example/)').map(({ kind }) => kind)).toEqual([
    'text',
    'link',
    'text',
    'link',
    'text',
  ]);
  expect(parseInline('[see https://b.example](https://c.example)')).toMatchObject([
    {
      kind: 'link',
      href: 'https://c.example/',
      shown: 'c.example',
      inside: [{ text: 'see ' }, { text: 'https://b.example' }],
    },
  ]);
});

test.each([
  ['# C#', 'C#'],
  ['## Title ##  ', 'Title'],
  ['# # ', ''],
  ['#  Title', 'Title'],
])('the heading %j reads %j', (text, words) => expect(plainText(text)).toBe(words));

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
    expect(performance.now() - start).toBeLessThan(10_000);
  }
});

/** Processor time of this process, in milliseconds: a busy machine does not count. At best of several tries. */
function cost(text: string, tries: number): number {
  let least = Infinity;
  for (let run = 0; run < tries; run++) {
    const before = process.cpuUsage().user;
    parse(text);
    least = Math.min(least, (process.cpuUsage().user - before) / 1_000);
  }
  return least;
}
/** Twice the text, about twice the work; generous, for a square would be four times as much of hundreds. */
function expectLinear(text: string) {
  const half = text.slice(0, text.length / 2);
  const isLinear = (tries: number) => cost(text, tries) <= 3 * cost(half, tries) + 25;
  expect(isLinear(1) || isLinear(5), JSON.stringify(text.slice(0, 20))).toBe(true);
}
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

test('twice as much of any character, 64,000 of it, is about twice the work', () => {
  const others = ['\n', '\t', '\u00a0', 'ü', 'ع', '語', '\ufdfa', '\ud83d', '\u200b', '\0'];
  const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
  for (const char of [...ascii, ...others]) expectLinear(char.repeat(64_000));
});

test('so it is of pairs of marks, in turn and one after the other', () => {
  for (const one of marks)
    for (const other of marks) {
      expectLinear((one + other).repeat(16_000).slice(0, 16_000));
      if (one !== other) expectLinear(one.repeat(500) + other.repeat(16_000).slice(0, 15_000) + one);
    }
}, 60_000);

test.each([
  ['spaces in a heading', `# a${' '.repeat(63_990)}b`],
  ['spaces in an address', `[a](${' '.repeat(63_990)}`],
  ['spaces in many addresses', `[a](${' '.repeat(300)}`.repeat(210)],
  ['the end of a sentence behind an address', `https://a${'.'.repeat(1_900)}b `.repeat(33)],
  ['a padded code span', `\` ${'a'.repeat(63_990)}\``],
  ['code spans that never end', Array.from({ length: 350 }, (_, at) => `${'`'.repeat(at + 1)} `).join('')],
  ['emphasis nested too deep', '*a '.repeat(9) + 'a*\n'.repeat(21_000)],
  ['brackets in emphasis nested too deep', '*\n['.repeat(9_000) + ']\na*'.repeat(9_000)],
  ['links nested in links', '['.repeat(2_600) + 'a\n'.repeat(13_000) + '](http://a)'.repeat(2_600)],
  ['addresses that are none', 'https://% '.repeat(6_400)],
])('so it is of %s', (_, text) => expectLinear(text));

test('what is read aloud has no marks', () => {
  expect(plainText('Yes, **30 days**:\n\n1. Keep [the box](https://a.example)\n2. `Send` it\n\n> so')).toBe(
    'Yes, 30 days: Keep the box. Send it so',
  );
  expect(plain(parseInline('a\nb'))).toBe('a\nb');
});
