import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { settingsPage } from './settings-page.ts';

const file = new URL('../../docs/settings.md', import.meta.url).pathname;

test('docs/settings.md is what the schema prints; if not, run `npm run docs`', async () => {
  const page = await format(settingsPage(), { ...(await resolveConfig(file)), parser: 'markdown' });
  expect(readFileSync(file, 'utf8')).toBe(page);
});

test('every setting says what it is for, and what it may hold', () => {
  const rows = settingsPage()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const settings = rows.filter((line) => line.split(' | ').length === 4).map((line) => line.split(' | '));
  expect(settings.length).toBeGreaterThan(50);
  for (const [name, about, value] of settings) {
    expect(about, name).toMatch(/\.$/);
    expect(value, name).not.toBe('value');
  }
});
