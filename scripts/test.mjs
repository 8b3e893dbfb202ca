/*
 * `npm test`, and so CI: formatting, lint, types, unit and integration tests, the build with its byte budgets, the whole
 * program from outside, and the visitor's journeys in a real browser. Two steps at a time, for most use
 * one core or wait. After a failure nothing else begins.
 */
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { bin, runLanes } from './lanes.mjs';
import { refuseOldNode } from './node-version.mjs';

refuseOldNode();
if (!existsSync(new URL('../node_modules/vitest', import.meta.url))) {
  console.error('The packages are not installed. Run `npm ci` first.');
  process.exit(1);
}
// Before all else: it would be a pity to learn after five minutes that there is no browser.
const chromium = findChromium();

const beside = [
  [
    ['the lock file', process.execPath, ['scripts/check-lock.mjs']],
    ['formatting', bin('prettier'), ['--check', '--cache', '--cache-strategy', 'content', '--log-level', 'warn', '.']],
    ['lint', bin('eslint'), ['--max-warnings', '0', '.']],
    ['types', bin('tsc'), ['--noEmit']],
    [
      'unit and integration tests',
      bin('vitest'),
      ['run', '--project', 'unit', '--project', 'postgres', '--project', 'widget'],
    ],
  ],
  [
    ['the build and its byte budgets', process.execPath, ['scripts/build.mjs', '--force']],
    ['the program from outside', bin('vitest'), ['run', '--project', 'system']],
  ],
];
// Alone, for a browser keeps all cores busy, and some of them are about seconds that a visitor waits.
const alone = [[['journeys in a browser', bin('playwright'), ['test', '--config', 'e2e/playwright.config.ts']]]];
const env = { CHROMIUM: chromium };
if (!((await runLanes(beside, { env })) && (await runLanes(alone, { env })))) process.exitCode = 1;
