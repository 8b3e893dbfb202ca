import { expect, test } from 'vitest';
import { fileOf } from './files.ts';

test('4.10 does not tell a file’s type, nor any version its name', () => {
  const data_url = 'https://chat.example.com/rails/active_storage/blobs/redirect/eyJ/price%20list.pdf';
  const file = { name: 'price list.pdf', type: 'application/pdf', url: data_url };
  expect(fileOf({ data_url, file_size: 12 })).toEqual([{ ...file, size: 12 }]);
  expect(fileOf({ data_url: null })).toEqual([]);
});

test.each([
  ['invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['a\u2066b\u2069\u200b\u{e0041}.pdf', 'ab.pdf'],
  ['\u202e', 'file'],
  ['می\u200cخواهم.pdf', 'می\u200cخواهم.pdf'],
])('a file reads as it is: %j is %j', (name, shown) => {
  expect(fileOf({ data_url: `https://desk.example/a/${encodeURIComponent(name)}` })).toMatchObject([{ name: shown }]);
});
