import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openStage } from './kit/processes.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const program = fileURLToPath(new URL('../dist/server/command/check-desk-main.js', import.meta.url));

/** Runs the check as an operator does. */
const check = (url: string, env: Record<string, string> = {}) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [program, url, 'sandbox-administrator'],
      { env: { PATH: process.env['PATH'] ?? '', ...env } },
      (_error, out, errors) => resolve({ code: child.exitCode ?? 1, said: `${out}${errors}` }),
    );
  });

test.skipIf(!hasOpenssl)(
  'a desk under a path of its own, with a certificate of its own, is used once that is named',
  async () => {
    await using stage = await openStage();
    await stage.startSandbox();
    const at = (name: string) => join(stage.folder, name);
    spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', at('desk.key'), '-out', at('desk.pem')],
    ]);
    const server = createServer(
      { key: readFileSync(at('desk.key')), cert: readFileSync(at('desk.pem')) },
      (from, to) => {
        if (!from.url?.startsWith('/help/desk/')) return void to.writeHead(404).end();
        const onward = ask(
          `${stage.sandboxUrl}${from.url.slice('/help/desk'.length)}`,
          { method: from.method, headers: from.headers },
          (answer) => void answer.pipe(to.writeHead(answer.statusCode ?? 502, answer.headers)),
        );
        from.pipe(onward);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/help/desk`; // it listens on a port
    try {
      const unknown = await check(url);
      expect(unknown.said).toMatch(/^There is no Chatwoot that answers at https:\S+: no answer \(DEPTH_ZERO_\w+\)\.$/m);
      expect(unknown.code).toBe(1);
      const known = await check(url, { NODE_EXTRA_CA_CERTS: at('desk.pem') });
      expect(known.said).toContain('Nothing is lacking: 6 of 6.');
      expect(known.code).toBe(0);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);
