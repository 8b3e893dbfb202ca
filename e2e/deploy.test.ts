import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { relayFlags } from '../scripts/relay-flags.mjs';
import { freePort, openStage } from './kit/processes.ts';
import { hasCaddy, hasNginx, isThere, run, startCaddy, startNginx, writeNginx } from './kit/proxies.ts';
import { openVisitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

/*
 * What stands in deploy/, as far as this machine has the programs for it. The image itself is not built: that needs a
 * container engine; so what it would hold is put together from its own lines.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, 'deploy', file), 'utf8');

test('what the image is made of is all that the relay needs, and its health check tells how it is', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  const [, last = ''] = read('Containerfile').split(/^FROM .*-slim$/m);
  const image = join(stage.folder, 'image');
  mkdirSync(image);
  for (const [, from = '', to = ''] of last.matchAll(/^COPY --from=build \/baton\/(\S+) (\S+)$/gm)) {
    if (from === 'node_modules') symlinkSync(join(root, from), join(image, to));
    else cpSync(join(root, from), join(image, to), { recursive: true });
  }
  const said = (word: string) =>
    JSON.parse(new RegExp(`^ *${word} (\\[.*\\])$`, 'm').exec(last)?.[1] ?? '[]') as string[];
  expect(last).toMatch(/^USER (?!root|0)\w+$/m);
  // The last one is the program; the other one belongs to the health check.
  const [, ...program] = JSON.parse(last.trim().split('\n').at(-1)?.replace(/^CMD /, '') ?? '[]') as string[];
  expect(program).toEqual([...relayFlags, 'dist/server/main.js']);
  const [, ...check] = said('CMD');
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'production',
    PORT: String(port),
    DATA_DIR: join(stage.folder, 'data'),
    BATON_CONFIG: join(stage.folder, 'baton.yaml'),
  };
  const health = () => spawnSync(process.execPath, check, { env }).status;
  expect(health()).toBe(1);
  {
    await using _relay = run(process.execPath, program, { cwd: image, env });
    await until(() => health() === 0, 'a healthy relay');
    expect((await fetch(`http://127.0.0.1:${port}/widget.js`)).status).toBe(200);
  }
  expect(health()).toBe(1);
});

test.skipIf(!isThere('systemd-analyze'))('systemd understands the unit', () => {
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', join(root, 'deploy', 'baton.service')]);
  expect([status, String(stderr)]).toEqual([0, '']);
});

test('the unit starts the relay as npm does', () => {
  expect(read('baton.service')).toContain(`ExecStart=/usr/bin/node ${relayFlags.join(' ')} dist/server/main.js\n`);
});

test.skipIf(!isThere('docker-compose', 'version'))('docker-compose understands the compose file', () => {
  const env = { PATH: process.env['PATH'], BATON_HOST: 'h', CHATWOOT_URL: 'u', CHATWOOT_ACCOUNT_ID: '1' };
  const config = (files: string[], more: object) => {
    const named = files.flatMap((file) => ['-f', join(root, 'deploy', file)]);
    return spawnSync('docker-compose', [...named, 'config'], { env: { ...env, ...more } });
  };
  expect(String(config(['compose.yaml'], { CHATWOOT_TOKEN: 't' }).stderr)).toBe('');
  const both = ['compose.yaml', 'compose.postgres.yaml'];
  const { services } = parse(String(config(both, { CHATWOOT_TOKEN: 't', POSTGRES_PASSWORD: 'p' }).stdout)) as {
    services: Record<string, { environment?: object; volumes?: string[]; user?: string }>;
  };
  expect(Object.keys(services).sort()).toEqual(['caddy', 'db', 'relay', 'relay-2']);
  const environment = { DATABASE_URL: 'postgres://baton:p@db/baton', PUBLIC_URL: 'https://h', TRUST_PROXY: '1' };
  for (const name of ['relay', 'relay-2']) expect(services[name]).toMatchObject({ environment, read_only: true });
  expect(services['caddy']?.environment).toMatchObject({ BATON_RELAYS: 'relay:4000 relay-2:4000' });
  expect(services['caddy']?.volumes?.join()).toContain('deploy/Caddyfile.several:/etc/caddy/Caddyfile:ro');
  // A secret that is missing is said before anything is started.
  expect(config(['compose.yaml'], {}).status).not.toBe(0);
  expect(config(both, { CHATWOOT_TOKEN: 't' }).status).not.toBe(0);
});

/** Somebody chats through a proxy, over a websocket and by polling. */
async function chatThrough(url: string): Promise<void> {
  for (const transport of ['websocket', 'polling'] as const) {
    await using visitor = openVisitor(url, { transports: [transport] });
    await visitor.say(`Hello by ${transport}`);
    await visitor.hears(`Hello by ${transport}`);
  }
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
}

test.skipIf(!hasCaddy)('Caddy passes the chat on', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  const relay = await stage.startRelay({ TRUST_PROXY: '1' });
  const url = `http://127.0.0.1:${await freePort()}`;
  const env = { BATON_HOST: url, BATON_RELAY: new URL(stage.relayUrl).host };
  await using _caddy = await startCaddy(url, stage.folder, read('Caddyfile'), env);
  await chatThrough(url);
  expect(relay.log()).not.toContain('trust_proxy');
});

test.skipIf(!hasNginx)('nginx passes the chat on', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  const relay = await stage.startRelay({ TRUST_PROXY: '1' });
  const at = (name: string) => join(stage.folder, name);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=baton.example.com'],
    ...['-keyout', at('baton.key'), '-out', at('baton.pem')],
  ]);
  const ours = read('nginx.conf').replace(/\/(etc\/ssl|var\/log\/nginx)\//g, `${stage.folder}/`);
  const tried = spawnSync('nginx', ['-t', '-c', writeNginx(stage.folder, ours)]);
  expect(String(tried.stderr)).toContain('test is successful');
  const plain = ours
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replace('127.0.0.1:4000', new URL(stage.relayUrl).host);
  await using _nginx = await startNginx(url, stage.folder, plain);
  await chatThrough(url);
  expect(relay.log()).not.toContain('trust_proxy');
  // Nobody reads in its log what opens a socket.
  await until(() => readFileSync(at('baton.log'), 'utf8').includes('GET /readyz'), 'a line in the log');
  expect(readFileSync(at('baton.log'), 'utf8')).not.toContain('socket.io');
});
