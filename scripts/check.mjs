/*
 * `npm run check`: what can be known within a minute. Formatting, lint, types, the tests that take no seconds, and the
 * build with its byte budgets; two steps at a time. `npm test` runs everything.
 */
import { bin, runLanes } from './lanes.mjs';

/** Tests with a whole relay, a desk, many sockets, or files that are synced to the disk take seconds each. */
const slow = [
  'server/relay*.test.ts',
  'server/visitors/{connections,serve}.test.ts',
  'server/desks/chatwoot/**',
  'server/{stores,nodes}/**',
  'server/command/move.test.ts',
  'sandbox/**',
];
const quickTests = ['run', '--project', 'unit', '--project', 'widget', ...slow.flatMap((glob) => ['--exclude', glob])];

const isGood = await runLanes(
  [
    [
      ['lint', bin('eslint'), ['--max-warnings', '0', '.']],
      [
        'formatting',
        bin('prettier'),
        ['--check', '--cache', '--cache-strategy', 'content', '--log-level', 'warn', '.'],
      ],
    ],
    [
      ['the lock file', process.execPath, ['scripts/check-lock.mjs']],
      ['types', bin('tsc'), ['--noEmit']],
      ['the build and its byte budgets', process.execPath, ['scripts/build.mjs', '--force']],
      ['quick tests', bin('vitest'), quickTests],
    ],
  ],
  { isQuiet: true },
);
if (!isGood) process.exitCode = 1;
