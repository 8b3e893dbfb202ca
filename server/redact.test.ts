import { expect, test } from 'vitest';
import { redact } from './redact.ts';

test.each([
  ['write to ada.lovelace+shop@mail.example.co.uk, please', 'write to [e-mail], please'],
  ['4111 1111 1111 1111 is my card', '[card] is my card'],
  ['card:5500-0000-0000-0004.', 'card:[card].'],
  ['DE89 3704 0044 0532 0130 00', '[account]'],
  ['GB82WEST12345698765432', '[account]'],
])('%s', (text, left) => expect(redact(text)).toBe(left));

test.each([
  'order LF-2291 of 2026-11-21',
  'parcel 1234567890123456',
  'call +43 1 234 56 78',
  'DE89 3704 0044 0532 0130 02',
  'look @home, or at https://shop.example/a?b=1',
])('%s stays as it is', (text) => expect(redact(text)).toBe(text));
