/*
 * `npm run check`: what can be known within a minute. Formatting, lint, types, the tests that take no seconds, and the
 * build with its byte budgets; two at a time. `npm test` runs everything.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
/** Tests with a whole relay, a desk, many sockets, or files that are synced to the disk take seconds each. */
const slow = [
  'server/relay*.test.ts',
  'server/visitors/{connections,serve}.test.ts',
  'server/desks/chatwoot/**',
  'server/stores/**',
  'sandbox/**',
];
const quickTests = ['run', '--project', 'unit', '--project', 'widget', ...slow.flatMap((glob) => ['--exclude', glob])];

const lanes = [
  [['lint', bin('eslint'), ['--max-warnings', '0', '.']]],
  [
    ['the lock file', process.execPath, ['scripts/check-lock.mjs']],
    ['formatting', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
    ['types', bin('tsc'), ['--noEmit']],
    ['the build and its byte budgets', process.execPath, ['scripts/build.mjs', '--force']],
    ['quick tests', bin('vitest'), quickTests],
  ],
];

/** @returns whether it passed; what it printed is shown only if it did not */
function run([name, command, args]) {
  const began = performance.now();
  const child = spawn(command, args, { cwd: root, shell: process.platform === 'win32' });
  const printed = [];
  child.stdout.on('data', (chunk) => printed.push(chunk));
  child.stderr.on('data', (chunk) => printed.push(chunk));
  return new Promise((resolve) =>
    child.once('close', (code) => {
      const seconds = ((performance.now() - began) / 1_000).toFixed(0);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (code !== 0) process.stdout.write(Buffer.concat(printed));
      resolve(code === 0);
    }),
  );
}

const results = await Promise.all(
  lanes.map(async (steps) => {
    for (const step of steps) if (!(await run(step))) return false;
    return true;
  }),
);
if (results.includes(false)) process.exitCode = 1;
