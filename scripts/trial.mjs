/*
 * `npm run attacks`, `npm run faults` and `npm run soak`: builds what is stale, then tries the built programs
 * (docs/testing.md), the first two row by row. `-- --only A66,A57` tries some rows, `--seconds 60` makes the floods longer.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { lookForChromium } from './chromium.mjs';
import { needPackages } from './need-packages.mjs';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const [which, ...rest] = process.argv.slice(2);
needPackages('tsx');
build();
const chromium = lookForChromium();
const child = spawn(process.execPath, ['--import', 'tsx', at(`e2e/${which}/main.ts`), ...rest], {
  cwd: at('.'),
  stdio: 'inherit',
  env: { ...process.env, ...(chromium ? { CHROMIUM: chromium } : {}) },
});
// Ctrl-C reaches both; the other one ends what it has started, and then itself.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => (process.exitCode = code ?? 1));
