import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The path of a command that a package brings. */
export const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));

/**
 * Runs steps in lanes: those of one lane one after the other, the lanes beside each other, for most steps wait a lot or
 * use one core. What a step prints is shown in one piece when it has ended. After a failure no other step begins.
 * @param {[name: string, command: string, args: string[]][][]} lanes
 * @param {{ env?: object, isQuiet?: boolean }} options `isQuiet`: what a step that passed has printed is not shown
 * @returns {Promise<boolean>} whether all passed
 */
export async function runLanes(lanes, { env = {}, isQuiet = false } = {}) {
  let hasFailed = false;
  async function run([name, command, args]) {
    const began = performance.now();
    if (!isQuiet) console.log(`begun  ${name}`);
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) hasFailed = true;
    if (code !== 0 || !isQuiet) process.stdout.write(Buffer.concat(printed));
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - began) / 1_000).toFixed(0)} s)`);
  }
  await Promise.all(
    lanes.map(async (steps) => {
      for (const step of steps) if (!hasFailed) await run(step);
    }),
  );
  return !hasFailed;
}
