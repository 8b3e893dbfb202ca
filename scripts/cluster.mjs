/*
 * `npm run cluster`: two relays on one PostgreSQL behind a small balancer, to try things on. The database comes from npm and
 * goes with this program, unless DATABASE_URL names another one. A relay that is killed is started again; its number is
 * printed, so that `kill -9` finds it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createBalancer } from './balancer.mjs';
import { build } from './build.mjs';
import { needPackages } from './need-packages.mjs';
import { refuseOldNode } from './node-version.mjs';
import { relayFlags } from './relay-flags.mjs';
import { sandboxData } from './sandbox-data.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = (file) => fileURLToPath(new URL(`../dist/${file}`, import.meta.url));
const port = Number(process.env.PORT || 4000);
/** A relay that has ended is started again after so long, in milliseconds. */
const againMs = 1_000;

refuseOldNode();
needPackages('express');
build({ sizes: false });

const running = new Set();
let stopping = false;
const temporary = mkdtempSync(join(tmpdir(), 'baton-cluster-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));

/** Starts one program. @returns what it says in its first line; undefined where it ended before */
async function start(args, { env = {}, quiet = false, ended = () => stop(1) } = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  running.add(child);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  void gone.then((code) => {
    running.delete(child);
    if (!stopping) ended(code);
    else if (running.size === 0) process.exit();
  });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([new Promise((resolve) => lines.once('line', resolve)), gone.then(() => undefined)]);
  if (!quiet) lines.on('line', (line) => console.log(line));
  return { child, first };
}

/** Relays first: what they still have to write, the database is to take. */
function stop(code = 0) {
  if (stopping) return;
  stopping = true;
  process.exitCode = code;
  balancer.close();
  const [others, last] = [[...running].filter((child) => child !== database), database];
  for (const child of others) child.kill('SIGTERM');
  void Promise.all(others.map((child) => new Promise((done) => child.once('exit', done)))).then(() => {
    if (last && running.has(last)) last.stdin.end();
    else process.exit();
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop());

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port: free } = server.address();
  await new Promise((done) => server.close(done));
  return free;
}

const relays = [];
const balancer = createBalancer(() => relays);
let database;

async function startRelay(name, env) {
  const relay = { port: await freePort() };
  const again = () => {
    relays.splice(relays.indexOf(relay), 1);
    console.log(`Relay ${name} has ended; it is started again.`);
    setTimeout(() => void (stopping || startRelay(name, env)), againMs);
  };
  const { child, first } = await start([...relayFlags, dist('server/main.js')], {
    env: { ...env, HOST: '127.0.0.1', PORT: String(relay.port) },
    quiet: true,
    ended: again,
  });
  if (first === undefined) return;
  relays.push(relay);
  console.log(`Relay ${name}    port ${relay.port}, process ${child.pid}`);
}

async function startAll() {
  let url = process.env.DATABASE_URL;
  if (!url) {
    const { child, first } = await start([fileURLToPath(new URL('postgres.mjs', import.meta.url))]);
    database = child;
    url = first;
  }
  let desk = {};
  let agentPage;
  if (!process.env.CHATWOOT_URL) {
    // What it keeps belongs to one database: not the one of `npm start`, and with one that goes, it goes.
    const beside = dirname(await sandboxData({ ...process.env, SANDBOX_DATA: '' }, root));
    const data = process.env.DATABASE_URL ? join(beside, 'cluster-sandbox.db') : join(temporary, 'sandbox.db');
    agentPage = (await start([dist('sandbox/main.js')], { env: { SANDBOX_DATA: data } })).first;
    const address = agentPage?.match(/https?:\S+/)?.[0] ?? '';
    // Its deliveries come to any relay.
    const publicUrl = process.env.PUBLIC_URL ?? `http://localhost:${port}`;
    desk = { SANDBOX_URL: address, CHATWOOT_URL: address.replace(/\/$/, ''), PUBLIC_URL: publicUrl };
  }
  await balancer.listen(port);
  const env = { ...desk, DATABASE_URL: url, TRUST_PROXY: '1' };
  await Promise.all(['A', 'B'].map((name) => startRelay(name, env)));
  console.log(`Demo page   http://localhost:${port}/`);
  if (agentPage) console.log(agentPage);
}

startAll().catch((error) => {
  console.error(error);
  stop(1);
});
