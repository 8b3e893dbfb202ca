import { expect, test } from 'vitest';
import { readAddress } from './address.ts';

test.each([
  ['https://chat.example.com', 'https://chat.example.com', ''],
  ['https://chat.example.com/', 'https://chat.example.com', ''],
  ['https://chat.example.com/api/v1', 'https://chat.example.com', ''],
  ['http://localhost:3000/desk/', 'http://localhost:3000', '/desk'],
  ['https://chat.example.com/app/accounts/3/dashboard', 'https://chat.example.com', ''],
])('the address %s', (url, origin, prefix) => {
  expect(readAddress(url)).toEqual({ origin, prefix });
});

test.each(['chat.example.com', '', 'ftp://chat.example.com'])('%j is no address', (url) => {
  expect(readAddress(url)).toBeUndefined();
});
