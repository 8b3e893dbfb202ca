import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { words as en } from '../text/en.ts';
import { Plain } from './Plain.tsx';
import { Prose } from './Prose.tsx';

afterEach(cleanup);

const prose = (text: string) => render(<Prose text={text} words={en} />).container;
const plain = (text: string) => render(<Plain text={text} />).container;

test('each paragraph, list and quote finds its own direction, and nothing inside it has one of its own', () => {
  const drawn = prose('Two\n\n- one\n- [two](https://foreign.example)\n\n> *said*\n\n1. first\n\n   more');
  const directed = [...drawn.querySelectorAll('[dir]')];
  expect(directed.map((it) => `${it.localName} ${it.getAttribute('dir')}`)).toEqual([
    'p auto',
    'ul auto',
    'blockquote auto',
    'ol auto',
  ]);
  expect(drawn.querySelector('.text')?.hasAttribute('dir')).toBe(false);
});

test('a table reads as its head does, and what stands in a cell reads its own way', () => {
  const drawn = prose('| Shade | Ring |\n|---|---|\n| Sage | 24 cm |');
  expect(drawn.querySelector('table')?.dir).toBe('auto');
  expect([...drawn.querySelectorAll('td bdi')].map((it) => it.textContent)).toEqual(['Sage', '24 cm']);
  expect(drawn.querySelector('[role=group]')?.getAttribute('aria-label')).toBe('Table');
});

test('two tildes strike out, one does not', () => {
  const drawn = prose('~~Fern~~ is out, ~5 are left, ~~~ and ~~ stay');
  expect([...drawn.querySelectorAll('del')].map((it) => it.textContent)).toEqual(['Fern']);
  expect(drawn.textContent).toContain('~5 are left');
});

test('a link tells its host only where it leads away from this site', () => {
  const own = location.host;
  const drawn = prose(
    `[a](https://${own}/a), [b](https://www.${own}/b), [c](https://parcel.example/c), [d](https://evil${own}/d)`,
  );
  const hosts = [...drawn.querySelectorAll('.host-name')].map((it) => it.textContent);
  expect(hosts).toEqual(['parcel.example', `evil${own}`]);
  // It stays on the line of the link's last word.
  expect(drawn.querySelector('.host-name')?.previousSibling?.textContent).toBe('c');
});

test.each([
  '2*3*4',
  '# order 12',
  'A*B*C',
  '> not a quote',
  '- no list',
  '<b>bold</b>',
  '`tick`',
  '[a](https://x.example)',
])('a visitor’s %s is shown as it was typed', (text) => {
  expect(plain(text).textContent).toBe(text);
});

test('a visitor’s line breaks are kept, and addresses become links without the stop behind them', () => {
  const drawn = plain('See https://a.example/x?y=1.\n(or http://b.example)\nxhttps://c.example javascript:alert(1)');
  expect(drawn.textContent).toBe(
    'See https://a.example/x?y=1.\n(or http://b.example)\nxhttps://c.example javascript:alert(1)',
  );
  const links = [...drawn.querySelectorAll('a')];
  expect(links.map((it) => [it.textContent, it.getAttribute('href')])).toEqual([
    ['https://a.example/x?y=1', 'https://a.example/x?y=1'],
    ['http://b.example', 'http://b.example/'],
  ]);
  expect(drawn.querySelector('p')?.className).toBe('plain');
});
