/*
 * Builds what is stale: the servers (TypeScript → dist/), and the widget with its pages. `--force` builds all of it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const isTest = /\.(test|contract)\.tsx?$/;

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return isTest.test(path) ? 0 : stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isStale(stamp, sources) {
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  return sources.some((source) => existsSync(at(source)) && newest(at(source)) > built);
}

function run(command, args, env = {}) {
  const options = { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] };
  const { status } = spawnSync(command, args, options);
  if (status !== 0) process.exit(status ?? 1);
}

function buildServers() {
  for (const folder of ['server', 'shared', 'sandbox']) rmSync(at('dist', folder), { recursive: true, force: true });
  run(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
  // What the programs read beside themselves, and the compiler does not carry along.
  const migrations = ['sqlite', 'postgres'].map((store) => `server/stores/${store}/migrations`);
  for (const folder of [...migrations, 'sandbox/page', 'sandbox/pictures']) {
    if (existsSync(at(folder))) cpSync(at(folder), at('dist', folder), { recursive: true });
  }
}

/** Packs what every visitor loads as tightly as it goes, once, instead of at each request. */
function pack(folder) {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.js'))) {
    const bytes = readFileSync(join(folder, name));
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

/** @param {{ force?: boolean, quiet?: boolean, sizes?: boolean }} options `sizes`: says what the widget weighs */
export function build({ force = false, quiet = false, sizes = true } = {}) {
  const common = ['package.json', 'package-lock.json', 'shared'];
  const parts = [
    ['servers', ['server', 'sandbox', 'tsconfig.json', 'tsconfig.build.json', ...common], buildServers],
    [
      'widget',
      ['widget', 'demo/page', 'index.html', 'other.html', 'vite.config.ts', 'scripts/build-widget.mjs', ...common],
      () => {
        run(process.execPath, [at('scripts', 'build-widget.mjs')], sizes ? {} : { BATON_STARTS: '1' });
        pack(at('dist', 'widget'));
      },
    ],
  ];
  for (const [name, sources, make] of parts) {
    const stamp = at('dist', `.${name}`);
    if (!force && !isStale(stamp, sources)) continue;
    if (!quiet) console.error(`Building the ${name} …`);
    make();
    mkdirSync(at('dist'), { recursive: true });
    writeFileSync(stamp, '');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build({ force: process.argv.includes('--force') });
