import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Proof } from './row.ts';

export type Result = 'passed' | 'failed' | 'did not run';

/** One test that ran, by its whole name. */
interface Ran {
  file: string;
  name: string;
  passed: boolean;
}

/** What a name in the code is in what is printed: `%s` and `$name` stand for anything. */
const pattern = (test: string): string =>
  test
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%[sdifjoO]/g, '.*')
    .replace(/\\\$\w+/g, '.*');

/** Who runs a file: one of the test runner's projects, or the browser's. */
export function runnerOf(file: string): 'unit' | 'widget' | 'system' | 'browser' {
  if (file.endsWith('.spec.ts')) return 'browser';
  if (file.startsWith('e2e/')) return 'system';
  return file.startsWith('widget/') ? 'widget' : 'unit';
}

/** Runs tests, all of a runner's at once. @returns what came of a proof */
export async function runProofs(root: string, proofs: readonly Proof[]): Promise<(proof: Proof) => Result> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-rows-'));
  const ran: Ran[] = [];
  try {
    for (const runner of ['unit', 'widget', 'system', 'browser'] as const) {
      const chosen = proofs.filter(({ file }) => runnerOf(file) === runner);
      if (chosen.length === 0) continue;
      const files = [...new Set(chosen.map(({ file }) => file))];
      const names = [...new Set(chosen.map(({ test }) => pattern(test)))].join('|');
      const results = join(folder, `${runner}.json`);
      console.log(`Running ${chosen.length} (${runner}) …`);
      ran.push(...(await (runner === 'browser' ? inBrowser : inVitest)({ root, runner, files, names, results })));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return ({ file, test }) => {
    const name = new RegExp(pattern(test));
    const found = ran.filter((one) => one.file === file && name.test(one.name));
    if (found.length === 0) return 'did not run';
    return found.every(({ passed }) => passed) ? 'passed' : 'failed';
  };
}

interface Run {
  root: string;
  runner: string;
  files: string[];
  /** A regular expression. */
  names: string;
  /** Where the results are written. */
  results: string;
}

async function inVitest({ root, runner, files, names, results }: Run): Promise<Ran[]> {
  const output = await start(root, [
    ...[join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', runner, ...files],
    ...['--testNamePattern', names, '--reporter', 'json', '--outputFile', results],
  ]);
  const { testResults } = await readResults<{
    testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
  }>(results, output);
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.flatMap(({ fullName, status }) =>
      ['passed', 'failed'].includes(status)
        ? [{ file: relative(root, name), name: fullName, passed: status === 'passed' }]
        : [],
    ),
  );
}

interface Suite {
  specs: { title: string; ok: boolean; tests: { status: string }[] }[];
  suites?: Suite[];
}

async function inBrowser({ root, files, names, results }: Run): Promise<Ran[]> {
  const output = await start(
    root,
    [
      ...[join('node_modules', '@playwright', 'test', 'cli.js'), 'test', '--config', 'e2e/playwright.config.ts'],
      ...[...files, '--grep', names, '--reporter', 'json'],
    ],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: results },
  );
  const { suites } = await readResults<{ suites: (Suite & { file: string })[] }>(results, output);
  const specsIn = (suite: Suite): Suite['specs'] => [...suite.specs, ...(suite.suites ?? []).flatMap(specsIn)];
  return suites.flatMap((suite) =>
    specsIn(suite)
      .filter(({ tests }) => tests.some(({ status }) => status !== 'skipped'))
      .map(({ title, ok }) => ({ file: join('e2e', suite.file), name: title, passed: ok })),
  );
}

async function readResults<T>(file: string, output: string): Promise<T> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`the tests did not run:\n${output}`);
  return JSON.parse(text) as T; // as its runner's reporter writes it
}

/** Runs one of Node's programs to its end. @returns what it printed */
async function start(cwd: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  await new Promise((resolve) => child.once('close', resolve));
  return output;
}
