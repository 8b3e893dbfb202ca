import { expect, test } from 'vitest';
import { spoken } from './agent-text.ts';

test.each([
  ['one\\\ntwo', 'one\ntwo'],
  ['one\\\r\ntwo', 'one\r\ntwo'],
  ['a back-slash\\\\\nstays', 'a back-slash\\\\\nstays'],
  ['\\*not bold\\*', '\\*not bold\\*'],
])('an agent’s %j is read as %j', (content, text) => {
  expect(spoken(content)).toBe(text);
});
