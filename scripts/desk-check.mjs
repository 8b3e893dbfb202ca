/* `npm run desk-check -- URL TOKEN`: builds what is stale, then tries what Baton needs of a desk at one that runs. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { refuseOldNode } from './node-version.mjs';

refuseOldNode();
build({ sizes: false });
const program = fileURLToPath(new URL('../dist/server/command/check-desk-main.js', import.meta.url));
const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C reaches both; the other one takes back what it has made, and then ends itself.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code) => (process.exitCode = code ?? 1));
