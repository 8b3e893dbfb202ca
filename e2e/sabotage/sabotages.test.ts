import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sabotages } from './sabotages.ts';

const root = new URL('../../', import.meta.url);

// Whether it is noticed takes minutes to find out (`npm run sabotage`); that it can be tried at all is seen at once.
test.each(sabotages)('“$breaks” has its place in the code, once', ({ changes, noticedBy }) => {
  for (const { file, find } of changes) {
    const places = readFileSync(new URL(file, root), 'utf8').split(find).length - 1;
    expect(places, `${file}: the code was changed here; change e2e/sabotage/sabotages.ts, too`).toBe(1);
  }
  expect(existsSync(new URL(noticedBy.file, root))).toBe(true);
});
