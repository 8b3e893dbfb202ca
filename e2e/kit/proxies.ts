import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './wait.ts';

/* Caddy and nginx, where this machine has them. */

export const isThere = (program: string, flag = '--version'): boolean => spawnSync(program, [flag]).status === 0;
export const hasCaddy = isThere('caddy', 'version');
export const hasNginx = isThere('nginx', '-v') && isThere('openssl', 'version');

interface Running extends AsyncDisposable {
  /** All that it has printed. */
  said(): string;
}

/** Runs until the test is over. */
export function run(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Running {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  return {
    said: () => said,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Told to end, Caddy waits for what hangs in it; and nginx that is killed leaves its workers behind.
      child.kill(command === 'caddy' ? 'SIGKILL' : 'SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Waits until a relay answers behind it. */
async function answers(url: string, proxy: Running, name: string): Promise<Running> {
  const isWell = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isWell, () => `${name}, which says ${proxy.said()}`);
  return proxy;
}

/**
 * @param folder for what it writes
 * @param config a whole Caddyfile, without its global options
 */
export function startCaddy(url: string, folder: string, config: string, env: NodeJS.ProcessEnv): Promise<Running> {
  const file = join(folder, 'Caddyfile');
  writeFileSync(file, `{\n  admin off\n}\n${config}`);
  const args = ['run', '--config', file, '--adapter', 'caddyfile'];
  return answers(url, run('caddy', args, { env: { PATH: process.env['PATH'], HOME: folder, ...env } }), 'Caddy');
}

/** A whole configuration of nginx around what stands in its `http`. @returns the file */
export function writeNginx(folder: string, http: string): string {
  const at = (name: string) => join(folder, name);
  writeFileSync(
    at('nginx.conf'),
    `daemon off; pid ${at('nginx.pid')}; error_log stderr; worker_processes 1; user root;
    events {} http { client_body_temp_path ${at('body')}; proxy_temp_path ${at('proxy')}; fastcgi_temp_path ${at('f')};
    uwsgi_temp_path ${at('u')}; scgi_temp_path ${at('s')};\n${http}\n}`,
  );
  return at('nginx.conf');
}

/** @param http what stands in its `http` */
export const startNginx = (url: string, folder: string, http: string): Promise<Running> =>
  answers(url, run('nginx', ['-c', writeNginx(folder, http)]), 'nginx');
