/*
 * `npm run bench`: builds what is stale, then measures the built relay beside bare servers (bench/README.md).
 * `--only 4,9` measures some of it, `--quick` coarsely; `--profile <folder>` leaves CPU profiles of the relay there.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { needPackages } from './need-packages.mjs';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
needPackages('tsx');
build();
const child = spawn(process.execPath, ['--import', 'tsx', at('bench/main.ts'), ...process.argv.slice(2)], {
  cwd: at('.'),
  stdio: 'inherit',
});
// Ctrl-C reaches both; the other one ends what it has started, and then itself.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => (process.exitCode = code ?? 1));
