import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { writeFile } from 'node:fs/promises';
import { openMeddler } from '../kit/meddler.ts';
import { judged, checks, notBuilt, type Row } from '../kit/rows.ts';
import { openStage } from '../kit/processes.ts';
import { hello, newId } from '../kit/wire.ts';
import { attachFile, fileLinkFor, logOf, seen, takenUp } from './parts.ts';
import { openWorld, type World } from './world.ts';
import { raw, statusOf } from './abuse.ts';

/* A74 to A84: files, and addresses that lead inside. */

/** A server inside, which nobody may be led to. */
async function openInside() {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(`${req.method} ${req.url} ${JSON.stringify(req.headers)}`);
    res.end('canary of the inside');
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const preloads = ['strangers', 'clock'].map((name) =>
  fileURLToPath(new URL(`../kit/preload/${name}.mjs`, import.meta.url)),
);

export const files: Row<World>[] = [
  {
    id: 'A74',
    tried: 'SVG, HTML, script and polyglots from an agent',
    async try(world) {
      using wire = await world.wire();
      const id = await takenUp(world, wire);
      const bodies: [name: string, type: string, bytes: string][] = [
        ['a.svg', 'image/svg+xml', '<svg onload="alert(1)"/>'],
        ['a.html', 'text/html', '<script>1</script>'],
        ['a.js', 'text/javascript', 'alert(1)'],
        ['a.gif', 'image/gif', 'GIF89a/*<script>*/=1'],
        ['a.xml', 'application/xml', '<?xml-stylesheet href="x"?>'],
        ['.htaccess', 'text/plain', 'x'],
      ];
      for (const [name, type, bytes] of bodies) await attachFile(world, name, Buffer.from(bytes), type, id);
      await seen(wire, 'file .htaccess');
      const links = (await logOf(wire)).flatMap(({ message }) => message?.files ?? []);
      const bad: string[] = [];
      for (const { url, name } of links) {
        const { headers, status } = await fetch(`${world.url}${url}`);
        const good =
          status === 200 &&
          headers.get('content-type') === 'application/octet-stream' &&
          headers.get('content-disposition')?.startsWith('attachment') &&
          headers.get('x-content-type-options') === 'nosniff' &&
          headers.get('content-security-policy')?.includes('sandbox');
        if (!good) bad.push(name);
      }
      return judged(
        bad.length === 0 && links.length === bodies.length,
        bad.length > 0 ? `shown as a page: ${bad.join(' ')}` : `${links.length} files: attachments`,
      );
    },
  },
  notBuilt('A75', 'types, names and extensions that lie', 'uploads by visitors'),
  notBuilt('A76', 'pictures of 40,000 pixels, with GPS', 'uploads by visitors'),
  notBuilt('A77', 'archives that grow, macros', 'uploads by visitors'),
  {
    id: 'A79',
    tried: 'links that are altered, of others, a year old; HEAD and ranges',
    async try() {
      const offset = `${(await import('node:os')).tmpdir()}/baton-clock-${newId()}`;
      await writeFile(offset, '0');
      await using world = await openWorld({
        env: { CLOCK_FILE: offset, NODE_OPTIONS: preloads.map((each) => `--import ${each}`).join(' ') },
      });
      const wire = await world.wire();
      const link = await fileLinkFor(world, wire, (id) =>
        attachFile(world, 'a.txt', Buffer.from('canary'), 'text/plain', id),
      );
      const status = async (path: string, init: RequestInit = {}) => (await fetch(`${world.url}${path}`, init)).status;
      const parts = link.split('/');
      const altered = parts.map((part, i) =>
        i < 2 ? undefined : parts.with(i, part.startsWith('A') ? `B${part.slice(1)}` : `A${part.slice(1)}`).join('/'),
      );
      const statuses: number[] = [];
      for (const path of altered) if (path) statuses.push(await status(path));
      const now = await status(link);
      const ranged = await status(link, { headers: { range: 'bytes=0-99999999999' } });
      await writeFile(offset, String(400 * 86_400_000));
      await new Promise((resolve) => setTimeout(resolve, 300));
      const later = await status(link);
      return checks([
        ['a good link works', now === 200 && ranged < 300],
        [`altered links: ${statuses.join()}`, statuses.every((each) => each === 404 || each === 403)],
        [`a link is good for ever: ${later} after a year`, later >= 400],
      ]);
    },
  },
  notBuilt('A80', 'a known test virus', 'uploads by visitors, a scanner'),
  {
    id: 'A81',
    tried: 'a desk that lies about where a file is: seven spellings of this machine, redirects',
    async try() {
      await using inside = await openInside();
      // The sandbox's address is not known before it runs: the meddler asks whoever is there then.
      const stage = await openStage();
      const sandbox = await stage.startSandbox();
      await using meddler = await openMeddler(sandbox.url);
      const at = `:${inside.port}/secret`;
      const lies = [
        'http://127.0.0.1',
        'http://localhost',
        'http://[::ffff:127.0.0.1]',
        'http://2130706433',
        'http://0177.0.0.1',
        'http://127.1',
        'http://0',
      ].map((each) => each + at);
      lies.push('file:///etc/passwd', 'gopher://127.0.0.1:1/x', `${meddler.url}/leads-inside`);
      let lie: string | undefined;
      meddler.harm = (what) => {
        if (what.includes('/leads-inside'))
          return { kind: 'answer', status: 302, body: '', headers: { location: `http://127.0.0.1${at}` } };
        if (/GET .*\/messages/.test(what))
          return {
            kind: 'rewrite',
            // Without a lie it tells its own address: the desk's, as the relay knows it.
            to: (body) =>
              lie === undefined
                ? body.replace(/"data_url":"http:..[^/]+/g, `"data_url":"${meddler.url}`)
                : body.replace(/"data_url":"[^"]*"/g, () => `"data_url":${JSON.stringify(lie)}`),
          };
        return undefined;
      };
      await using world = await openWorld({ desk: meddler.url });
      const real: World = {
        ...world,
        stage: { ...world.stage, sandboxUrl: stage.sandboxUrl },
        administrator: (await import('../kit/agent.ts')).openAgent(stage.sandboxUrl, 'sandbox-administrator'),
      };
      const wire = await world.wire();
      const id = await takenUp(real, wire);
      const handed: string[] = [];
      let control = 0;
      for (lie of [undefined, ...lies]) {
        const name = `f${newId()}.txt`;
        await attachFile(real, name, Buffer.from('x'), 'text/plain', id);
        await seen(wire, name);
        const file = (await logOf(wire)).flatMap(({ message }) =>
          message?.text.includes(name) ? (message.files ?? []) : [],
        )[0];
        const text = file ? await (await fetch(`${world.url}${file.url}`)).text() : '';
        if (lie === undefined && text === 'x') control = 1;
        if (text.includes('canary of the inside') || text.includes('root:')) handed.push(String(lie));
      }
      await stage[Symbol.asyncDispose]();
      return judged(
        control === 1 && handed.length === 0 && inside.asked.length === 0,
        `a true file: ${control === 1 ? 'yes' : 'no'}; ${handed.length} of ${lies.length} lies handed over, ${inside.asked.length} asked for`,
      );
    },
  },
  {
    id: 'A82',
    tried: "a page's address, picture and referrer that lead inside",
    async try(world) {
      await using inside = await openInside();
      const at = `http://127.0.0.1:${inside.port}/`;
      using wire = await world.wire({ headers: { referer: at } });
      await hello(wire, { page: { url: `${at}?key=canary`, title: at }, avatar_url: at });
      await wire.ask('message:send', { id: newId(), text: `see ${at}` });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return judged(inside.asked.length === 0, `${inside.asked.length} asked for`);
    },
  },
  notBuilt('A83', "a customer's bot inside", 'several customers on one relay: its one operator names the bots'),
  {
    id: 'A84',
    tried: 'a desk that redirects to another host with our token',
    async try() {
      await using inside = await openInside();
      const stage = await openStage();
      const sandbox = await stage.startSandbox();
      await using meddler = await openMeddler(sandbox.url);
      await using world = await openWorld({ desk: meddler.url });
      meddler.harm = (what) => ({
        kind: 'answer',
        status: 302,
        body: '',
        headers: { location: `http://127.0.0.1:${inside.port}${what.split(' ')[1] ?? '/'}` },
      });
      using wire = await world.wire();
      await hello(wire);
      await wire.ask('message:send', { id: newId(), text: 'Hi' });
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const leaked = inside.asked.filter((each) => each.includes('sandbox-administrator'));
      await stage[Symbol.asyncDispose]();
      return judged(leaked.length === 0, `${inside.asked.length} followed, ${leaked.length} with the token`);
    },
  },
  {
    id: 'A78b',
    tried: 'lengths that lie, a body that stops, chunks without end',
    async try({ url }) {
      const answers = await Promise.all([
        raw(url, 'POST /files/a/b/0/c HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nlonger than ten bytes'),
        raw(
          url,
          `POST /files/a/b/0/c HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${'5\r\nabcde\r\n'.repeat(1_000)}`,
        ),
      ]);
      const alive = (await fetch(`${url}/healthz`)).status;
      return judged(alive === 200, `${answers.map(({ text }) => statusOf(text)).join(', ')}; alive`);
    },
  },
];
