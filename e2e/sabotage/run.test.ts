import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCopy, type Copy, type Sabotage } from './run.ts';

/** A tree with one function and one test. */
const tree = {
  'package.json': '{ "type": "module" }',
  'vite.config.ts': "export default { test: { projects: [{ test: { name: 'unit', include: ['*.test.ts'] } }] } };\n",
  'half.ts': 'export const half = (n: number) => n / 2; // halves\n',
  'half.test.ts': `import { expect, test } from 'vitest';
import { half } from './half.ts';
test('half of four is two', () => expect(half(4)).toBe(2));
test('half of nothing is nothing', () => expect(half(0)).toBe(0));
`,
};

let root: string;
let copy: Copy;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'baton-tree-'));
  for (const [file, text] of Object.entries(tree)) await writeFile(join(root, file), text);
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(root, 'node_modules'), 'junction');
  copy = await openCopy(root, Object.keys(tree));
});
afterAll(async () => {
  await copy[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

const change = (find: string, put: string, noticing = 'half of four'): Sabotage => ({
  breaks: 'the half',
  changes: [{ file: 'half.ts', find, put }],
  noticedBy: { project: 'unit', file: 'half.test.ts', test: noticing },
});

test('a change that the test notices is caught, by its name', async () => {
  expect(await copy.sabotage(change('n / 2', 'n / 3'))).toEqual({
    caught: true,
    test: 'half.test.ts: half of four is two',
  });
});

test('a harmless change is not caught', async () => {
  expect(await copy.sabotage(change('// halves', '// cuts'))).toEqual({ caught: false, why: 'all tests passed' });
});

test('only the test that is named counts', async () => {
  expect(await copy.sabotage(change('n / 2', 'n / 3', 'half of nothing'))).toMatchObject({ caught: false });
});

test('a change whose place is gone, or is there twice, does not apply', async () => {
  expect(await copy.sabotage(change('n / 7', 'n'))).toEqual({ caught: false, why: 'does not apply' });
  expect(await copy.sabotage(change('n', 'm'))).toEqual({ caught: false, why: 'does not apply' });
});

test('a change after which nothing runs is not caught', async () => {
  expect(await copy.sabotage(change('n / 2', 'n / ) 2'))).toEqual({ caught: false, why: 'did not run' });
});

test('a test that is named wrongly did not run', async () => {
  expect(await copy.sabotage(change('n / 2', 'n / 3', 'a third'))).toEqual({ caught: false, why: 'did not run' });
});

test('each change is taken back, and the tree itself is never touched', async () => {
  await copy.sabotage(change('n / 2', 'n / 3'));
  for (const folder of [copy.folder, root]) {
    expect(await readFile(join(folder, 'half.ts'), 'utf8')).toBe(tree['half.ts']);
  }
  const { passed, failed } = await copy.run([change('', '').noticedBy]);
  expect([passed, failed]).toEqual([['half.test.ts: half of four is two'], []]);
});
