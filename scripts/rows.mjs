/* `npm run rows`: builds what is stale, then runs the tests that show what a handoff has to do, row by row (e2e/rows). */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { findChromium } from './chromium.mjs';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
if (!existsSync(at('node_modules/tsx'))) {
  console.error('The packages are not installed. Run `npm ci` first.');
  process.exit(1);
}
const chromium = findChromium();
build({ sizes: false });
const child = spawn(process.execPath, ['--import', 'tsx', at('e2e/rows/main.ts'), ...process.argv.slice(2)], {
  cwd: at('.'),
  stdio: 'inherit',
  env: { ...process.env, CHROMIUM: chromium },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => (process.exitCode = code ?? 1));
