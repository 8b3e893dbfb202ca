import { expect, test } from 'vitest';
import { isSameSecret } from './same-secret.ts';

test.each([
  ['a secret', 'a secret', true],
  ['a secret', 'a secreT', false],
  ['a secret', 'a secret ', false],
  ['', 'a secret', false],
  ['', '', true],
])('“%s” is “%s”: %s', (a, b, isSame) => expect(isSameSecret(a, b)).toBe(isSame));
