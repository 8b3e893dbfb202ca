/*
 * `npm test`, and so CI: formatting, lint, types, unit and integration tests, the build with its byte budgets, the whole
 * program from outside, and the visitor's journeys in a real browser. Two steps at a time, for most use
 * one core or wait. After a failure nothing else begins.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';
import { bin, runLanes } from './lanes.mjs';
import { needPackages } from './need-packages.mjs';
import { refuseOldNode } from './node-version.mjs';

refuseOldNode();
needPackages('vitest');
// Before all else: it would be a pity to learn after five minutes that there is no browser.
const chromium = findChromium();

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'baton-tests-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));

/**
 * Tests of some projects. Where no more than two files failed, they are tried once more: a machine that is others', too,
 * may stand still for seconds. What passed only then is named in the last line, and is a fault to be found.
 */
function tests(name, projects) {
  const report = join(reports, `${projects[0]}.json`);
  const args = ['run', ...projects.flatMap((project) => ['--project', project])];
  const failedFiles = () => {
    if (!existsSync(report)) return [];
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
    return testResults.filter(({ status }) => status === 'failed').map((file) => relative(root, file.name));
  };
  const secondTry = () => {
    const files = failedFiles();
    if (files.length === 0 || files.length > 2) return undefined;
    return { args: [...args, '--maxWorkers', '1', ...files], what: files.join(', ') };
  };
  const reporters = ['--reporter', 'default', '--reporter', 'json', '--outputFile.json', report];
  return [name, bin('vitest'), [...args, ...reporters], secondTry];
}

const beside = [
  [
    ['the lock file', process.execPath, ['scripts/check-lock.mjs']],
    ['formatting', bin('prettier'), ['--check', '--cache', '--cache-strategy', 'content', '--log-level', 'warn', '.']],
    ['lint', bin('eslint'), ['--max-warnings', '0', '.']],
    ['types', bin('tsc'), ['--noEmit']],
    tests('unit and integration tests', ['unit', 'postgres', 'widget']),
  ],
  [
    ['the build and its byte budgets', process.execPath, ['scripts/build.mjs', '--force']],
    tests('the program from outside', ['system']),
  ],
];
// Alone, for a browser keeps all cores busy, and some of them are about seconds that a visitor waits.
const alone = [[['journeys in a browser', bin('playwright'), ['test', '--config', 'e2e/playwright.config.ts']]]];
const env = { CHROMIUM: chromium };
if (!((await runLanes(beside, { env })) && (await runLanes(alone, { env })))) process.exitCode = 1;
