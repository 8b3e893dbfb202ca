import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/*
 * Breaks a copy of the tree on purpose, one small change at a time, and runs the test that should notice. A test that
 * passes nevertheless holds nothing.
 */

export interface Sabotage {
  /** What is broken, as a short sentence. */
  breaks: string;
  /** Each text to find must stand in its file exactly once. */
  changes: readonly { file: string; find: string; put: string }[];
  /** The test that should notice; `test` is a part of its name. */
  noticedBy: { project: 'unit' | 'widget' | 'system'; file: string; test: string };
}

type Verdict =
  { caught: true; test: string } | { caught: false; why: 'all tests passed' | 'does not apply' | 'did not run' };

/** How one run of tests ended. */
interface Run {
  passed: string[];
  failed: string[];
  /** What was printed, for a run without results. */
  output: string;
}

/** So long may one run take, in milliseconds. */
const longestRunMs = 300_000;

/** A copy of a tree in a temporary folder, sharing its packages. */
export interface Copy extends AsyncDisposable {
  readonly folder: string;
  /** Runs tests as they are. @returns the names of those that passed and failed */
  run(tests: readonly Sabotage['noticedBy'][]): Promise<Run>;
  /** Applies the changes, runs the test, and takes the changes back. */
  sabotage(sabotage: Sabotage): Promise<Verdict>;
}

/** @param files of the tree, relative to it */
export async function openCopy(root: string, files: readonly string[]): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-sabotage-'));
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(root, file), join(folder, file));
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');

  async function run(tests: readonly Sabotage['noticedBy'][]): Promise<Run> {
    const results = join(folder, 'sabotage-results.json');
    await rm(results, { force: true });
    const [first] = tests;
    if (!first) return { passed: [], failed: [], output: '' };
    // What runs the built programs needs them as the sources are now.
    const built = first.project === 'system' ? await start(folder, ['scripts/build.mjs']) : { code: 0, output: '' };
    if (built.code !== 0) return { passed: [], failed: [], output: built.output };
    const names = [...new Set(tests.map(({ test }) => escape(test)))].join('|');
    const { output } = await start(folder, [
      join('node_modules', 'vitest', 'vitest.mjs'),
      ...['run', '--project', first.project, ...new Set(tests.map(({ file }) => file))],
      ...['--testNamePattern', names, '--reporter', 'json', '--outputFile', results],
    ]);
    const read = await readFile(results, 'utf8').catch(() => undefined);
    if (read === undefined) return { passed: [], failed: [], output };
    const { testResults } = JSON.parse(read) as {
      testResults: {
        name: string;
        message: string;
        assertionResults: { fullName: string; status: string }[];
      }[];
    };
    const all = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map((each) => ({ ...each, fullName: `${relative(folder, name)}: ${each.fullName}` })),
    );
    const of = (status: string) => all.filter((each) => each.status === status).map(({ fullName }) => fullName);
    const broken = testResults.map(({ message }) => message).filter((message) => message !== '');
    return { passed: of('passed'), failed: of('failed'), output: [...broken, output].join('\n') };
  }

  return {
    folder,
    run,
    async sabotage({ changes, noticedBy }) {
      const before = new Map<string, string>();
      try {
        for (const { file, find, put } of changes) {
          const path = join(folder, file);
          const text = await readFile(path, 'utf8').catch(() => '');
          before.set(path, before.get(path) ?? text);
          if (text.split(find).length !== 2) return { caught: false, why: 'does not apply' };
          await writeFile(
            path,
            text.replace(find, () => put),
          );
        }
        const { passed, failed } = await run([noticedBy]);
        const [test] = failed;
        if (test !== undefined) return { caught: true, test };
        return { caught: false, why: passed.length > 0 ? 'all tests passed' : 'did not run' };
      } finally {
        for (const [path, text] of before) if (text !== '') await writeFile(path, text);
      }
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs one of Node's programs; the one that takes too long is ended with all that it has started. */
async function start(cwd: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const timer = setTimeout(end, longestRunMs);
  // A group of its own hears no Ctrl-C: it must not outlive us.
  process.once('exit', end);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  process.off('exit', end);
  return { code, output };
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
