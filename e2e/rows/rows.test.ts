import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rows } from './rows.ts';

const root = new URL('../../', import.meta.url);
const text = (file: string) => readFileSync(new URL(file, root), 'utf8').replaceAll("\\'", "'");

test('there are 75 rows, each once and in order', () => {
  const numbers = rows.map(({ id }) => Number(/^H-(\d{2,3})$/.exec(id)?.[1]));
  expect(numbers).toHaveLength(75);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

// Whether they pass is known after minutes (`npm run rows`); that they are there at all is seen at once.
test.each(rows)('row $id has a test that is there, or says what is not built', ({ proofs, lacks }) => {
  expect(proofs.length > 0 || lacks !== undefined).toBe(true);
  for (const { file, test: name, from = file } of proofs) {
    expect(existsSync(new URL(file, root)), `${file} is gone; change e2e/rows, too`).toBe(true);
    expect(text(from), `${from} has another name for this test; change e2e/rows, too`).toContain(name);
  }
});

const capabilities = text('docs/capabilities.md');

test('the page of capabilities has forty, and each test that it names is there', () => {
  const lines = [...capabilities.matchAll(/^\| (\d+) +\|(.*)\|$/gm)];
  expect(lines.map(([, number]) => Number(number))).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  for (const [line] of lines) {
    const named = [...line.matchAll(/\[“(.+?)”\]\(\.\.\/(\S+?)\)/g)];
    expect(named.length > 0 || /not yet/.test(line), line).toBe(true);
    for (const [, name = '', file = ''] of named) expect(text(file), `${file} has another name`).toContain(name);
  }
});
