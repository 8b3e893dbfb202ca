/*
 * `npm test`, and so CI: formatting, lint, types, unit and integration tests, the build with its byte budgets, the whole
 * program from outside, and the visitor's journeys in a real browser. It stops at the first that fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';
import { refuseOldNode } from './node-version.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
refuseOldNode();
if (!existsSync(new URL('../node_modules/vitest', import.meta.url))) {
  console.error('The packages are not installed. Run `npm ci` first.');
  process.exit(1);
}
// Before all else: it would be a pity to learn after five minutes that there is no browser.
const chromium = findChromium();

const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
const steps = [
  ['the lock file', process.execPath, ['scripts/check-lock.mjs']],
  ['formatting', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['lint', bin('eslint'), ['--max-warnings', '0', '.']],
  ['types', bin('tsc'), ['--noEmit']],
  [
    'unit and integration tests',
    bin('vitest'),
    ['run', '--project', 'unit', '--project', 'postgres', '--project', 'widget'],
  ],
  ['the build and its byte budgets', process.execPath, ['scripts/build.mjs', '--force']],
  ['the program from outside', bin('vitest'), ['run', '--project', 'system']],
  ['journeys in a browser', bin('playwright'), ['test', '--config', 'e2e/playwright.config.ts']],
];
for (const [name, command, args] of steps) {
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CHROMIUM: chromium },
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`\n${name}: failed.`);
    process.exit(status ?? 1);
  }
}
