/*
 * `npm start`: builds what is stale, then runs the relay and, where no Chatwoot is configured, the sandbox desk beside
 * it. `npm run relay` and `npm run sandbox` run one of them alone; `npm run dev` starts anew when a source changes.
 */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { needPackages } from './need-packages.mjs';
import { refuseOldNode } from './node-version.mjs';
import { sandboxData } from './sandbox-data.mjs';
import { relayFlags } from './relay-flags.mjs';

const [only] = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const isDev = process.argv.includes('--watch');
const rest = process.argv.slice(2).filter((word) => word !== only && word !== '--watch');
const dist = (file) => fileURLToPath(new URL(`../dist/${file}`, import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

refuseOldNode();
needPackages('express');
build({ sizes: false });

const running = new Set();
let stopping = false;
let code = 0;

/** Ends everything, once; a second signal ends it at once. */
function stop(signal = 'SIGTERM') {
  if (stopping && signal !== 'SIGTERM') for (const child of running) child.kill('SIGKILL');
  stopping = true;
  for (const child of running) child.kill(signal);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop('SIGTERM'));

/**
 * Starts one program and waits until it has said its first line, which tells where it is.
 * @returns {Promise<string>}
 */
function start(file, env = {}) {
  const flags = file === 'server/main.js' ? relayFlags : [];
  const child = spawn(process.execPath, [...flags, dist(file), ...rest], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C reaches it once, through us.
    detached: true,
  });
  running.add(child);
  return new Promise((resolve) => {
    const lines = createInterface({ input: child.stdout });
    lines.once('line', (first) => {
      resolve(first);
      lines.on('line', (line) => console.log(line));
    });
    child.once('exit', (exit) => {
      running.delete(child);
      if (!stopping) {
        code = exit ?? 1;
        stop();
      }
      if (running.size === 0) process.exitCode = code;
    });
  });
}

async function startAll() {
  if (only === 'sandbox') {
    console.log(await start('sandbox/main.js'));
  } else if (only === 'relay' || process.env.CHATWOOT_URL) {
    console.log(await start('server/main.js'));
  } else {
    const agentPage = await start('sandbox/main.js', { SANDBOX_DATA: await sandboxData(process.env, root) });
    const url = agentPage.match(/https?:\S+/)?.[0] ?? '';
    console.log(await start('server/main.js', { SANDBOX_URL: url, CHATWOOT_URL: url.replace(/\/$/, '') }));
    console.log(agentPage);
    console.log('A real Chatwoot: set CHATWOOT_URL, CHATWOOT_ACCOUNT_ID and CHATWOOT_TOKEN, and start again (README).');
  }
}

/** Ends all of it, builds what changed, and starts again; once for a handful of changes. */
function startAgainOnChange() {
  let soon;
  const again = async () => {
    stopping = true;
    const ended = [...running].map((child) => new Promise((done) => child.once('exit', done)));
    for (const child of running) child.kill('SIGTERM');
    await Promise.all(ended);
    stopping = false;
    build({ sizes: false });
    await startAll();
  };
  for (const folder of ['server', 'shared', 'sandbox', 'widget', 'demo']) {
    watch(new URL(`../${folder}`, import.meta.url), { recursive: true }, () => {
      clearTimeout(soon);
      soon = setTimeout(() => void again(), 300);
    });
  }
}

await startAll();
if (isDev) startAgainOnChange();
