import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawHandoff, withDiagram } from './handoff-diagram.ts';

const page = readFileSync(new URL('../../docs/how-it-works.md', import.meta.url), 'utf8');

test('the diagram in the documents shows what the machine does today; else run `npm run draw`', () => {
  expect(withDiagram(page)).toBe(page);
});

test('a page without its marks is not drawn into', () => {
  expect(() => withDiagram('no marks')).toThrow('no marks');
});

test('every way out of a phase is drawn, with what leads there', () => {
  expect(drawHandoff()).toContain('  bot --> asking: a person is wanted\n');
  expect(drawHandoff()).toContain('  transferring --> ending: resolved, the visitor ends it\n');
});
