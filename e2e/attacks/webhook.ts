import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { openAgent } from '../kit/agent.ts';
import { openMeddler } from '../kit/meddler.ts';
import { sleep } from '../kit/numbers.ts';
import { openStage } from '../kit/processes.ts';
import { checks, elsewhere, judged, notBuilt, type Row } from '../kit/rows.ts';
import { hello, newId, openWire } from '../kit/wire.ts';
import { raw } from './abuse.ts';
import { seen, takenUp, textsOf, webhookAddress } from './parts.ts';
import { openWorld, stranger, webhookBotSecret, type World } from './world.ts';

/* A85 to A102: deliveries, secrets, the log, what is built. */

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A delivery as the desk might make it, with words nobody wrote. */
async function delivery({ administrator }: World, conversation: number, text: string): Promise<string> {
  const { inbox_id } = await administrator.call<{ inbox_id: number }>('GET', `/conversations/${conversation}`);
  return JSON.stringify({
    event: 'message_created',
    id: 8_000_000 + Math.floor(Math.random() * 1_000_000),
    content: text,
    message_type: 'outgoing',
    private: false,
    source_id: null,
    sender: { name: 'Mara Ostby', type: 'user' },
    conversation: { id: conversation, inbox_id, status: 'open', meta: {}, contact_inbox: { source_id: 'x' } },
  });
}

function hashesOf(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder).map(
      (name) =>
        [
          name,
          createHash('sha256')
            .update(readFileSync(join(folder, name)))
            .digest('hex'),
        ] as const,
    ),
  );
}

export const webhook: Row<World>[] = [
  {
    id: 'A85',
    tried: 'deliveries without a signature, with a wrong one, an old one, two',
    async try(world) {
      using wire = await world.wire();
      const id = await takenUp(world, wire);
      const address = await webhookAddress(world);
      const body = await delivery(world, id, 'canary forged a85');
      const now = String(Math.floor(Date.now() / 1_000));
      const tries: Record<string, string>[] = [
        {},
        { 'x-chatwoot-signature': 'sha256=00', 'x-chatwoot-timestamp': now },
        { 'x-chatwoot-signature': `sha256=${'a'.repeat(64)}`, 'x-chatwoot-timestamp': '1' },
        { 'x-chatwoot-signature': `SHA256=${'A'.repeat(64)}`, 'x-chatwoot-timestamp': ` ${now} ` },
      ];
      const statuses: number[] = [];
      for (const headers of tries)
        statuses.push(
          (await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }))
            .status,
        );
      const wrong = (await fetch(address.href.replace(/[^/]+$/, 'x'.repeat(43)), { method: 'POST', body })).status;
      await world.mara.reply(id, 'after a85');
      await seen(wire, 'after a85');
      return judged(
        !(await textsOf(wire)).includes('canary forged a85') && wrong >= 400,
        `hints only: ${statuses.join()}; a wrong secret: ${wrong}`,
      );
    },
  },
  {
    id: 'A86',
    tried: '1,000 replays of one delivery: readings of the desk',
    async try() {
      const stage = await openStage();
      const sandbox = await stage.startSandbox();
      await using meddler = await openMeddler(sandbox.url);
      await using world = await openWorld({ desk: meddler.url });
      const real: World = { ...world, administrator: openAgent(stage.sandboxUrl, 'sandbox-administrator') };
      using wire = await world.wire();
      const id = await takenUp(real, wire);
      const address = await webhookAddress(real);
      const before = meddler.asked.length;
      const texts = (await textsOf(wire)).length;
      const body = await delivery(real, id, 'replayed');
      for (let i = 0; i < 50; i += 1)
        await Promise.all(
          Array.from({ length: 20 }, async () =>
            (
              await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
            ).arrayBuffer(),
          ),
        );
      await sleep(1_000);
      const reads = meddler.asked.length - before;
      const more = (await textsOf(wire)).length - texts;
      await stage[Symbol.asyncDispose]();
      return judged(reads > 0 && reads <= 400 && more === 0, `${reads} readings, ${more} shown`);
    },
  },
  {
    id: 'A88',
    tried: '10 MB, another type, GET, a compressed body',
    async try(world) {
      const address = await webhookAddress(world);
      const post = async (init: RequestInit) =>
        (await fetch(address, { method: 'POST', ...init }).catch(() => undefined))?.status ?? 0;
      const large = await post({ body: Buffer.alloc(10_000_000, 0x20) });
      const get = (await fetch(address)).status;
      const packed = await post({
        headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
        body: gzipSync('{"event":"x"}'.padEnd(5_000_000)),
      });
      const alive = (await fetch(`${world.url}/healthz`)).status === 200;
      return checks([
        [`10 MB: ${large}`, large === 413 || large === 0],
        [`GET: ${get}`, get === 404 || get === 405],
        [`compressed: ${packed}`, packed >= 400],
        ['alive', alive],
      ]);
    },
  },
  {
    id: 'A89',
    tried:
      "canaries of visitors' words and of secrets in the log, pages and scripts, after a desk and a bot that quote them",
    async try() {
      const stage = await openStage();
      const sandbox = await stage.startSandbox();
      await using meddler = await openMeddler(sandbox.url);
      await using world = await openWorld({ desk: meddler.url });
      const real: World = { ...world, administrator: openAgent(stage.sandboxUrl, 'sandbox-administrator') };
      const canary = `canary${newId()}`;
      using wire = await world.wire();
      await hello(wire, { page: { url: `https://shop.example/?key=${canary}`, title: canary } });
      meddler.harm = (what) =>
        /POST .*\/messages/.test(what)
          ? {
              kind: 'answer',
              status: 422,
              body: JSON.stringify({ error: `Content ${canary} is too strange` }),
              headers: { 'content-type': 'application/json' },
            }
          : undefined;
      await wire.ask('message:send', { id: newId(), text: `${canary} jane@x.example` });
      using other = await world.wire({ site: 'puppet' });
      const token = await hello(other);
      for (const answer of [
        [{ action: 'error', code: `no answer to ${canary}` }],
        `"jane@x.example ${canary}"`,
        `${canary} is no JSON`,
        '{"actions":"' + canary + '"}',
      ]) {
        world.bot.answer = answer;
        await other.ask('message:send', { id: newId(), text: `${canary} ${newId()}` });
        await sleep(1_200);
      }
      meddler.harm = undefined;
      await sleep(500);
      const log = world.relay.log();
      const secret = (await webhookAddress(real)).pathname.split('/').at(-1) ?? '-';
      const page = await (await fetch(`${world.url}/demo/state`)).text();
      const scripts = readdirSync(join(root, 'dist/widget'))
        .filter((name) => name.endsWith('.js'))
        .map((name) => readFileSync(join(root, 'dist/widget', name), 'utf8'))
        .join('');
      await stage[Symbol.asyncDispose]();
      const quoted = log.split('\n').find((line) => line.includes(canary) || line.includes('jane@x')) ?? '';
      return checks([
        [`words in the log: ${quoted.slice(0, 120)}`, quoted === ''],
        ["the desk's token in the log", !log.includes('sandbox-administrator')],
        ["the webhook's secret in the log", !log.includes(secret)],
        ["the bot's secret in the log", !log.includes(webhookBotSecret)],
        ["a visitor's token in the log", !log.includes(token)],
        ['words on the demo page', !page.includes(canary)],
        ['secrets in the scripts', !/sandbox-administrator|canary-bot/.test(scripts)],
      ]);
    },
  },
  {
    id: 'A90',
    tried: "the secret in the webhook's path: is it said what a proxy's log keeps",
    async try({ url }) {
      const pages = [
        'README.md',
        ...readdirSync(join(root, 'docs'))
          .filter((name) => name.endsWith('.md'))
          .map((name) => `docs/${name}`),
      ];
      const said = pages.filter((name) => /access log/i.test(readFileSync(join(root, name), 'utf8')));
      const { headers } = await fetch(url);
      return checks([
        ['no page of the docs names access logs', said.length > 0],
        ['no-referrer', headers.get('referrer-policy') === 'no-referrer'],
      ]);
    },
  },
  {
    id: 'A91',
    tried: 'what error pages tell',
    async try({ url }) {
      const texts = await Promise.all([
        ...[
          '/nowhere',
          '/widget/x.js',
          '/files/a/b/0/c',
          '/socket.io/?EIO=3&transport=polling',
          '/socket.io/?EIO=4&transport=x',
          '/%',
        ].map(async (path) => {
          const answer = await fetch(url + path);
          return JSON.stringify([...answer.headers]) + (await answer.text());
        }),
        raw(url, 'NONSENSE\r\n\r\n', 1_000).then(({ text }) => text),
      ]);
      const bad = texts.filter((text) =>
        /node_modules|\bat \w+ \(|\.[jt]s:\d|x-powered-by|express\/|SQLITE|\/work|\/home/i.test(text),
      );
      return judged(bad.length === 0, bad[0]?.slice(0, 120) ?? `${texts.length} pages: no stack, no path, no version`);
    },
  },
  {
    id: 'A92',
    tried: 'an origin of 14 kB with line breaks and colours; joining again and again: the log',
    async try() {
      await using world = await openWorld();
      await openWire(world.url, {
        origin: `https://evil.tld/${'\u001b[31m'.replace('\u001b', '%1b')}${'a'.repeat(14_000)}`,
        from: stranger(),
      }).catch(() => {});
      const before = world.relay.log().length;
      const from = stranger();
      const ends = Date.now() + 3_000;
      let packets = 0;
      const wire = await openWire(world.url, { origin: 'https://evil.tld', from, join: false });
      while (Date.now() < ends && wire.isOpen) {
        for (let i = 0; i < 50; i += 1) wire.send('40{"site":"demo"}');
        packets += 50;
        await sleep(5);
      }
      wire.close();
      await sleep(500);
      const lines = world.relay.log().split('\n');
      const longest = Math.max(...lines.map((line) => line.length));
      const grown = world.relay.log().length - before;
      const broken = lines.filter((line) => line && !line.startsWith('{'));
      return judged(
        longest <= 1_024 && grown < 100_000 && broken.length === 0,
        `longest line ${longest}; ${packets} packets, ${(grown / 1_024).toFixed(0)} KB of log; ${broken.length} lines broken`,
      );
    },
  },
  notBuilt('A93', 'a visitor is erased', 'erase'),
  notBuilt('A94', 'export of what is kept of a person', 'export'),
  notBuilt('A95', 'retention and a clock that jumps', 'retention'),
  {
    id: 'A96',
    tried: 'install scripts and addresses in the lock file',
    try() {
      const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
        packages: Record<string, { hasInstallScript?: boolean; resolved?: string }>;
      };
      const allowed = Object.keys(
        (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { allowScripts: object }).allowScripts,
      );
      const scripts = Object.entries(lock.packages)
        .filter(([, { hasInstallScript }]) => hasInstallScript)
        .map(([path]) => path.split('node_modules/').at(-1) ?? '');
      // fsevents is for macOS, where its script does nothing.
      const surplus = scripts.filter((name) => !allowed.includes(name) && name !== 'fsevents');
      const checked = spawnSync(process.execPath, ['scripts/check-lock.mjs'], { cwd: root }).status === 0;
      return judged(
        surplus.length === 0 && checked,
        surplus.length > 0
          ? `scripts of ${surplus.join(', ')}`
          : 'as listed; advisories are not asked for: not built yet',
      );
    },
  },
  {
    id: 'A97',
    tried: 'eval, maps and foreign addresses in the scripts',
    try() {
      const bad: string[] = [];
      for (const name of readdirSync(join(root, 'dist/widget')).filter((each) => each.endsWith('.js'))) {
        const text = readFileSync(join(root, 'dist/widget', name), 'utf8');
        for (const pattern of [
          /\beval\(/,
          /new Function\(/,
          /document\.write\(/,
          /sourceMappingURL/,
          /https?:\/\/(?!www\.w3\.org|socket\.io\/docs)[a-z]/,
        ]) {
          if (pattern.test(text)) bad.push(`${name} ${pattern.source}`);
        }
      }
      return judged(bad.length === 0, bad.join('; ') || 'none');
    },
  },
  elsewhere('A99', 'a token of an administrator', 'set-up needs one; docs/chatwoot.md says which'),
  {
    id: 'A100',
    tried: 'short secrets, wide origins, a demo for everybody',
    async try() {
      const start = async (change: (yaml: string) => string) => {
        await using stage = await openStage({
          yaml: ({ desk, skills }) =>
            change(
              `demo: false\nsites:\n  demo: { origins: ['https://shop.example'], bot: helper }\nbots:\n  helper: { kind: skills, file: ${JSON.stringify(skills)} }\ndesk: { url: '${desk}', account: 1, token: sandbox-administrator }\n`,
            ),
        });
        await stage.startSandbox();
        return await stage.startRelay().then(
          async (relay) => {
            await sleep(300);
            return { started: true, log: relay.log() };
          },
          (error: unknown) => ({ started: false, log: String(error) }),
        );
      };
      const origins = (list: string) => (yaml: string) => yaml.replace("['https://shop.example']", list);
      const secret = (value: string) => (yaml: string) =>
        yaml.replace(
          /helper: \{ kind: skills[^\n]*/,
          `helper: { kind: webhook, url: 'https://bot.example/', secret: '${value}' }`,
        );
      const usual = await start((yaml) => yaml);
      const wildcard = await start(origins("['*']"));
      const part = await start(origins("['https://*.example']"));
      const short = await start(secret('short'));
      const plain = await start(secret('aaaaaaaaaaaaaaaa'));
      const port = await start(origins("['http://shop.example:*']"));
      const demo = await start((yaml) => yaml.replace('demo: false', 'demo: true'));
      const said = (now: { started: boolean; log: string }) =>
        !now.started || now.log.split('\n').length > usual.log.split('\n').length;
      return checks([
        [`the usual one does not start: ${usual.log.slice(0, 150)}`, usual.started],
        ['origin * starts', !wildcard.started],
        ['origin https://*.example starts', !part.started],
        ['a secret of five letters starts', !short.started],
        ['sixteen times the same letter: without a word', said(plain)],
        ['http://shop.example:* without a word', said(port)],
        ['demo: true on every address without a word', said(demo)],
      ]);
    },
  },
  notBuilt('A101', 'mails to foreign addresses', 'mail'),
  notBuilt('A102', 'numbers of cards before the desk', 'masking; the log is A89'),
  {
    id: 'A98',
    tried: 'two builds, byte for byte',
    async try() {
      const copy = await mkdtemp(join(tmpdir(), 'baton-build-'));
      try {
        const left = new Set(['node_modules', 'dist', 'data', '.git', 'test-results', 'playwright-report']);
        for (const name of readdirSync(root).filter((each) => !left.has(each)))
          await cp(join(root, name), join(copy, name), { recursive: true });
        await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
        const { status } = spawnSync(process.execPath, ['scripts/build.mjs', '--force'], {
          cwd: copy,
          stdio: 'ignore',
        });
        if (status !== 0) return judged(false, 'the second build failed');
        const [here, there] = [hashesOf(join(root, 'dist/widget')), hashesOf(join(copy, 'dist/widget'))];
        const differ = [...here].filter(([name, hash]) => there.get(name) !== hash).map(([name]) => name);
        return judged(
          differ.length === 0 && here.size === there.size,
          differ.length > 0 ? `differ: ${differ.join(', ')}` : `${here.size} files identical`,
        );
      } finally {
        await rm(copy, { recursive: true, force: true });
      }
    },
  },
];
