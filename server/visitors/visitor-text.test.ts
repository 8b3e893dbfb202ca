import { expect, test } from 'vitest';
import { clean, plainAddress } from './visitor-text.ts';

test.each([
  ['https://shop.example/cart?key=secret#mail', 'https://shop.example/cart'],
  ['https://user:word@shop.example/', 'https://shop.example/'],
  ['about:blank', ''],
  ['no address', ''],
])('of the address %s the desk gets “%s”', (url, plain) => {
  expect(plainAddress(url)).toBe(plain);
});

test('control characters go, line breaks and tabs stay, and half a character is replaced', () => {
  expect(clean('a\u0000b\u001b[2Jc\r\nd\re\tf')).toBe('ab[2Jc\nd\ne\tf');
  expect(clean('half \ud83d')).toBe('half \ufffd');
  expect(clean('whole 😀')).toBe('whole 😀');
});
