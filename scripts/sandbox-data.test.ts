import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const elsewhere = mkdtempSync(join(tmpdir(), 'baton-scripts-'));
afterAll(() => rmSync(elsewhere, { recursive: true }));
writeFileSync(join(elsewhere, 'plain.yaml'), 'demo: true\n');
writeFileSync(join(elsewhere, 'own.yaml'), 'data: kept/here\n');
writeFileSync(join(elsewhere, 'asked.yaml'), 'data: ${SOMEWHERE}\n');
writeFileSync(join(elsewhere, 'wrong.yaml'), ': [\n');

const script = new URL('sandbox-data.mjs', import.meta.url).href;
function dataWith(env: Record<string, string>): string {
  const code = `const { sandboxData } = await import(${JSON.stringify(script)});
    console.log(await sandboxData(${JSON.stringify(env)}, '/opt/baton'));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).trim();
}

test('the sandbox keeps its file in the folder of the relay beside it', () => {
  expect(dataWith({})).toBe('/opt/baton/data/sandbox.db');
  expect(dataWith({ BATON_CONFIG: join(elsewhere, 'plain.yaml') })).toBe(join(elsewhere, 'data/sandbox.db'));
  expect(dataWith({ BATON_CONFIG: join(elsewhere, 'own.yaml') })).toBe(join(elsewhere, 'kept/here/sandbox.db'));
  expect(dataWith({ BATON_CONFIG: join(elsewhere, 'own.yaml'), DATA_DIR: 'other' })).toBe(
    join(elsewhere, 'other/sandbox.db'),
  );
  for (const name of ['asked', 'wrong', 'missing'])
    expect(dataWith({ BATON_CONFIG: join(elsewhere, `${name}.yaml`) })).toBe(join(elsewhere, 'data/sandbox.db'));
});

test('a file that was named is taken as it is', () => {
  expect(dataWith({ SANDBOX_DATA: 'here.db', BATON_CONFIG: '/etc/baton.yaml' })).toBe('here.db');
});
