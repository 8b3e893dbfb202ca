import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The path of a command that a package brings. */
export const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));

/**
 * Runs steps in lanes: those of one lane one after the other, the lanes beside each other, for most steps wait a lot or
 * use one core. What a step prints is shown in one piece when it has ended. After a failure no other step begins.
 * `secondTry` is asked after a step that failed: the arguments that try again what failed, and what that is.
 * @param {[name: string, command: string, args: string[], secondTry?: () => { args: string[], what: string } | undefined][][]} lanes
 * @param {{ env?: object, isQuiet?: boolean }} options `isQuiet`: what a step that passed has printed is not shown
 * @returns {Promise<boolean>} whether all passed
 */
export async function runLanes(lanes, { env = {}, isQuiet = false } = {}) {
  let hasFailed = false;
  const flaky = [];
  async function attempt(command, args) {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0 || !isQuiet) process.stdout.write(Buffer.concat(printed));
    return code === 0;
  }
  async function run([name, command, args, secondTry]) {
    const began = performance.now();
    if (!isQuiet) console.log(`begun  ${name}`);
    let hasPassed = await attempt(command, args);
    const again = hasPassed ? undefined : secondTry?.();
    if (again) {
      console.log(`again  ${again.what}`);
      hasPassed = await attempt(command, again.args);
      if (hasPassed) flaky.push(again.what);
    }
    if (!hasPassed) hasFailed = true;
    console.log(`${hasPassed ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - began) / 1_000).toFixed(0)} s)`);
  }
  await Promise.all(
    lanes.map(async (steps) => {
      for (const step of steps) if (!hasFailed) await run(step);
    }),
  );
  if (flaky.length > 0) console.log(`FLAKY: passed at the second try only: ${flaky.join(', ')}. Find out why.`);
  return !hasFailed;
}
