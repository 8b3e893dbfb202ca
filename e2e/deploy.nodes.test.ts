import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Node, openNodes } from './kit/nodes.ts';
import { type Postgres, startPostgres } from './kit/postgres.ts';
import { freePort, openStage, type Stage } from './kit/processes.ts';
import { hasCaddy, hasNginx, startCaddy, startNginx, writeNginx } from './kit/proxies.ts';
import { openVisitor, type Visitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

/* What stands in deploy/ for several relays, as far as this machine has the programs for it. */

const read = (file: string) => readFileSync(new URL(`../deploy/${file}`, import.meta.url), 'utf8');

let postgres: Postgres;
beforeAll(async () => void (postgres = await startPostgres()), 60_000);
afterAll(() => postgres[Symbol.asyncDispose](), 60_000);

/** So many that both relays have some of them, for each comes from an address of its own. */
const count = 20;

/** How many sockets of a visitor are at this relay, as it tells itself. */
async function socketsAt({ url }: Node, visitor: Visitor): Promise<number> {
  const headers = { authorization: `Bearer ${visitor.token() ?? ''}` };
  const answer = await fetch(`${url}/demo/state`, { headers });
  const { own } = (await answer.json()) as { own: { sockets: number } | null };
  return own?.sockets ?? 0;
}

/** @param start the proxy, at this address, in front of these relays */
async function chatThrough(
  start: (url: string, stage: Stage, relays: string[]) => Promise<AsyncDisposable>,
): Promise<void> {
  await using stage = await openStage();
  await stage.startSandbox();
  await using nodes = await openNodes(stage, await postgres.createDatabase());
  const url = `http://127.0.0.1:${await freePort()}`;
  const relays = [nodes.a, nodes.b].map((node) => new URL(node.url).host);
  await using _proxy = await start(url, stage, relays);
  const visitors = Array.from({ length: count }, (_, i) =>
    openVisitor(url, { transports: [i === 0 ? 'websocket' : 'polling'], from: `127.9.0.${i + 1}` }),
  );
  const all = (say: string) => Promise.all(visitors.map((visitor) => visitor.say(say)));
  try {
    for (const text of ['first', 'second', 'third']) await all(text);
    const at = (node: Node) => Promise.all(visitors.map((visitor) => socketsAt(node, visitor)));
    // One socket each: somebody whose requests came now here, now there, would begin anew again and again.
    let [atA, atB]: [number[], number[]] = [[], []];
    const haveOne = async () => {
      [atA, atB] = [await at(nodes.a), await at(nodes.b)];
      return atA.every((sockets, i) => sockets + (atB[i] ?? 0) === 1);
    };
    await until(haveOne, () => `a socket each, instead of ${atA.join()} and ${atB.join()}`, 60_000);
    for (const sockets of [atA, atB]) expect(sockets).toContain(1);
    await nodes.a.program.kill();
    const killedAt = performance.now();
    await all('fourth');
    console.log(`Everybody was heard again ${Math.round(performance.now() - killedAt)} ms after one relay was killed.`);
    await until(async () => (await at(nodes.b)).every((sockets) => sockets > 0), 'all to be at the other relay');
    for (const visitor of visitors) {
      const own = visitor.texts().filter((text) => ['first', 'second', 'third', 'fourth'].includes(text));
      expect(own).toEqual(['first', 'second', 'third', 'fourth']);
    }
  } finally {
    await Promise.all(visitors.map((visitor) => visitor[Symbol.asyncDispose]()));
  }
}

describe.concurrent('visitors who poll stay with one of two relays, and go to the other one when theirs dies', () => {
  test.skipIf(!hasCaddy)('behind Caddy', () =>
    chatThrough((url, { folder }, relays) => {
      const env = { BATON_HOST: url, BATON_RELAYS: relays.join(' ') };
      return startCaddy(url, folder, read('Caddyfile.several'), env);
    }),
  );

  test.skipIf(!hasNginx)('behind nginx', () =>
    chatThrough((url, { folder }, relays) => {
      const several = relays.reduce(
        (text, relay, i) => text.replace(`server relay-${i + 1}:4000`, `server ${relay}`),
        read('nginx.several.conf'),
      );
      const site = read('nginx.conf')
        .replace('http://127.0.0.1:4000', 'http://baton')
        .replace('listen 443 ssl;', `listen ${new URL(url).host};`)
        .replace(/ssl_certificate.*/g, '')
        .replace('/var/log/nginx/', `${folder}/`);
      const tried = spawnSync('nginx', ['-t', '-c', writeNginx(folder, several + site)]);
      expect(String(tried.stderr)).toContain('test is successful');
      return startNginx(url, folder, several + site);
    }),
  );
});
