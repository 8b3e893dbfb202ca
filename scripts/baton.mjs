/* `npm run baton -- <command>`: builds what is stale, then does what an operator asks for. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { refuseOldNode } from './node-version.mjs';

refuseOldNode();
build({ sizes: false });
const program = fileURLToPath(new URL('../dist/server/command/main.js', import.meta.url));
const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
