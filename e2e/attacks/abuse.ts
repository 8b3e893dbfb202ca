import { request } from 'node:http';
import { connect } from 'node:net';
import { quantile, residentMB, sleep } from '../kit/numbers.ts';
import { checks, judged, type Outcome, type Row } from '../kit/rows.ts';
import { hello, newId, openTalker, openWire, type Wire } from '../kit/wire.ts';
import { textsOf } from './parts.ts';
import { openWorld, stranger, type World } from './world.ts';

/* A53 to A73: frames, packets, requests and numbers of them. The floods are in floods.ts. */

/** What became of a socket: closed, and with which code, or still open after so long. */
const fateOf = (wire: Wire, ms = 12_000): Promise<number | 'open'> =>
  Promise.race([wire.closed, sleep(ms).then(() => 'open' as const)]);

const isAlive = async ({ url }: World) => (await fetch(`${url}/healthz`)).status === 200;

/** Each packet on a socket of its own: what became of it. */
async function fates(world: World, packets: readonly (string | Buffer)[], ms = 4_000): Promise<(number | 'open')[]> {
  return Promise.all(
    packets.map(async (packet) => {
      using wire = await world.wire();
      await hello(wire);
      if (typeof packet === 'string') wire.send(packet);
      else wire.sendBytes(packet);
      return await fateOf(wire, ms);
    }),
  );
}

async function expectClosed(world: World, packets: readonly (string | Buffer)[]): Promise<Outcome> {
  const all = await fates(world, packets);
  return judged(!all.includes('open') && (await isAlive(world)), `closed: ${all.join(', ')}`);
}

/** Writes bytes to the relay's port. @returns what came back until it was closed, or for so long */
export function raw(
  url: string,
  bytes: string | Buffer,
  ms = 3_000,
): Promise<{ text: string; closedAfterMs: number | undefined }> {
  const from = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress: stranger() });
    const done = (closedAfterMs: number | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closedAfterMs });
    };
    const timer = setTimeout(() => done(undefined), ms);
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', () => {});
    socket.on('close', () => done(performance.now() - from));
    socket.write(bytes);
  });
}

export const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);

export const abuse: Row<World>[] = [
  {
    id: 'A53',
    tried: 'a frame of 65 KiB, of 1 MB, and 2,000 small ones a second',
    async try(world) {
      const before = residentMB(world.relay.pid);
      const big = await fates(world, ['4'.padEnd(66_600, 'x'), '4'.padEnd(1_000_000, 'x')]);
      using wire = await world.wire();
      await hello(wire);
      for (let i = 0; i < 2_000; i += 1) wire.send('42["nothing"]');
      const small = await fateOf(wire);
      const grown = residentMB(world.relay.pid) - before;
      return judged(
        ![...big, small].includes('open') && grown < 40,
        `${[...big, small].join(', ')}; +${grown.toFixed(0)} MB`,
      );
    },
  },
  {
    id: 'A54',
    tried: 'packets that announce attachments: 10⁹, some that never come, a place that is none',
    try: (world) =>
      expectClosed(world, [
        '451000000000-["message:send",{"_placeholder":true,"num":0}]',
        '451-["message:send",{"_placeholder":true,"num":7}]',
        Buffer.from([1, 2, 3]),
      ]).then(async (outcome) => {
        // One that waits for bytes for ever is let be, as long as it costs nothing and the relay lives.
        const alive = await isAlive(world);
        return outcome.verdict === 'FAIL' && alive ? judged(alive, `${outcome.figure}; alive`) : outcome;
      }),
  },
  {
    id: 'A55',
    tried: 'unknown and reserved names of events, __proto__',
    async try(world) {
      for (const name of ['connect', 'error', 'disconnect', 'newListener', '__proto__', 'constructor', 'toString']) {
        using wire = await world.wire();
        await hello(wire);
        for (let i = 0; i < 4; i += 1) wire.send(`42["${name}",{}]`);
        if ((await fateOf(wire, 5_000)) === 'open') return judged(false, `${name}: still open`);
      }
      return judged(await isAlive(world), 'each closed');
    },
  },
  {
    id: 'A56',
    tried: 'requests without a callback, with strange numbers for it',
    async try(world) {
      const all = await fates(
        world,
        [
          '42["hello",{"version":1}]',
          '4299999999999999999["hello",{"version":1}]',
          '42-1["hello"]',
          '42["hello"',
          '42{"a":1}',
          '427[]',
          '427[null]',
        ],
        1_500,
      );
      return judged(await isAlive(world), `alive; ${all.join(', ')}`);
    },
  },
  {
    id: 'A57b',
    tried: 'a request before hello, hello twice',
    async try(world) {
      using wire = await world.wire();
      const early = await wire.ask('log:read', { after: 0 });
      await hello(wire);
      const twice = await wire.ask('hello', { version: 1, language: 'en' });
      return judged(
        !early.ok && !twice.ok,
        [early, twice].map((each) => (each.ok ? 'answered' : each.refusal)).join(', '),
      );
    },
  },
  {
    id: 'A58',
    tried: 'compression of frames is offered',
    async try({ url }) {
      const { text } = await raw(
        url,
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n',
        700,
      );
      return judged(text.startsWith('HTTP/1.1 101') && !/permessage-deflate/i.test(text), 'not negotiated');
    },
  },
  {
    id: 'A60',
    tried: 'headers, a body, a handshake and a polling POST that never end',
    async try({ url }) {
      const polling = await fetch(`${url}/socket.io/?EIO=4&transport=polling`).then((answer) => answer.text());
      const { sid } = JSON.parse(polling.slice(1)) as { sid: string };
      const [headers, body, silent, post] = await Promise.all([
        raw(url, 'GET / HTTP/1.1\r\nhost: x\r\nx-a: ', 40_000),
        raw(url, 'POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nab', 40_000),
        openWire(url, { join: false, from: stranger() }).then(async (wire) => {
          const from = performance.now();
          await fateOf(wire, 40_000);
          return { closedAfterMs: wire.isOpen ? undefined : performance.now() - from };
        }),
        raw(
          url,
          `POST /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nab`,
          40_000,
        ),
      ]);
      const seconds = [headers, body, silent, post].map(({ closedAfterMs: ms }) =>
        ms === undefined ? Infinity : ms / 1_000,
      );
      const [h = 99, , s = 99, p = 99] = seconds;
      return judged(
        h <= 15 && s <= 15 && Math.max(...seconds) <= 35 && p <= 35,
        `cut after ${seconds.map((each) => each.toFixed(0)).join(', ')} s`,
      );
    },
  },
  {
    id: 'A61',
    tried: 'ids of polling sessions, guessed',
    async try({ url }) {
      const statuses = new Set<number>();
      for (let i = 0; i < 200; i += 1)
        statuses.add((await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=${newId().slice(0, 20)}`)).status);
      return judged(![...statuses].includes(200), `200 tried: ${[...statuses].join(', ')}`);
    },
  },
  {
    id: 'A62',
    tried: 'two lengths, length and chunks, bare line feeds, 64 KB of headers',
    async try({ url }) {
      const requests = [
        'POST /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
        'POST /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
        'GET /healthz HTTP/1.1\nhost: x\n\n',
        `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(65_536)}\r\n\r\n`,
      ];
      const statuses = await Promise.all(requests.map(async (each) => statusOf((await raw(url, each, 1_500)).text)));
      const [two = 0, both = 0, , large = 0] = statuses;
      return judged(
        [two, both, large].every((each) => each === 400 || each === 431 || each === 0),
        statuses.join(', '),
      );
    },
  },
  {
    id: 'A62b',
    tried: 'one address, and one IPv6 /64, 300 sockets each',
    async try({ url }) {
      const figures: number[] = [];
      for (const addressOf of [() => '127.10.1.1', (i: number) => `127.16.5.${1 + (i % 250)}`]) {
        const wires: Wire[] = [];
        for (let i = 0; i < 300; i += 1) {
          const wire = await openWire(url, { from: addressOf(i) }).catch(() => undefined);
          if (wire) wires.push(wire);
        }
        figures.push(wires.length);
        for (const wire of wires) wire.close();
      }
      return judged(
        figures.every((each) => each <= 220),
        `${figures.join(' and ')} of 300 open`,
      );
    },
  },
  {
    id: 'A63',
    tried: 'JSON of depth 10,000, many keys, 1e999, huge numbers, names twice',
    async try(world) {
      const deep = '['.repeat(10_000) + ']'.repeat(10_000);
      const bodies = [
        deep,
        `{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":1`).join()}}`,
        '{"version":1e999,"language":"en"}',
        '{"version":123456789012345678901234567890,"language":"en"}',
        '{"version":1,"version":"x","language":"en"}',
      ];
      const times: number[] = [];
      for (const body of bodies) {
        using wire = await world.wire();
        wire.send(`421["hello",${body}]`);
        const from = performance.now();
        await isAlive(world);
        times.push(performance.now() - from);
      }
      return judged(
        Math.max(...times) < 250 && (await isAlive(world)),
        `alive; slowest ${Math.max(...times).toFixed(0)} ms`,
      );
    },
  },
  {
    id: 'A64',
    tried: 'an id with another text, an id of 1 MB, with strange letters',
    async try(world) {
      using wire = await openTalker(world.url, { from: stranger() });
      const id = newId();
      await wire.ask('message:send', { id, text: 'one' });
      const other = await wire.ask('message:send', { id, text: 'two' });
      const same = await wire.ask('message:send', { id, text: 'one' });
      const long = await wire.ask('message:send', { id: 'a'.repeat(60_000), text: 'x' });
      const strange = await wire.ask('message:send', { id: 'ä\u0000', text: 'x' });
      return checks([
        ['another text: conflict', !other.ok && other.refusal === 'conflict'],
        ['the same again: acknowledged', same.ok],
        ['a long id: invalid', !long.ok && long.refusal === 'invalid'],
        ['a strange id: invalid', !strange.ok && strange.refusal === 'invalid'],
      ]);
    },
  },
  {
    id: 'A65',
    tried: 'after: negative, a fraction, 2⁶³, text; beyond the end, again and again',
    async try(world) {
      using wire = await openTalker(world.url, { from: stranger() });
      const said: string[] = [];
      for (const after of [-1, 1.5, '0', { $gt: 0 }]) {
        const reply = await wire.ask('log:read', { after }).catch(() => undefined);
        said.push(reply?.ok ? 'answered' : (reply?.refusal ?? 'closed'));
      }
      const logs = new Set<string>();
      let log = '';
      for (let i = 0; i < 6; i += 1) {
        using again = await world.wire();
        const reply = await again.ask('hello', {
          version: 1,
          language: 'en',
          token: wire.token,
          log,
          after: 1_000_000,
        });
        if (!reply.ok) continue;
        log = (reply.value['conversation'] as { log: string }).log;
        logs.add(log);
      }
      return judged(
        !said.includes('answered') && logs.size <= 2,
        `${said.join(', ')}; ${logs.size - 1} new identities of the log in 6 tries`,
      );
    },
  },
  {
    id: 'A67',
    tried: 'typing 100 times a second',
    try: () => ({ verdict: 'not built yet', figure: "visitors' typing, reading marks" }),
  },
  {
    id: 'A68b',
    tried: '300 conversations from one address',
    async try({ url }) {
      const from = stranger();
      let begun = 0;
      let refused = 0;
      for (let i = 0; i < 300 && refused < 10; i += 1) {
        const wire = await openWire(url, { from }).catch(() => undefined);
        if (!wire) {
          refused += 1;
          continue;
        }
        await hello(wire);
        if ((await wire.ask('message:send', { id: newId(), text: 'Hi' })).ok) begun += 1;
        else refused += 1;
        wire.close();
      }
      return judged(begun <= 200 && refused > 0, `${begun} begun, then refused`);
    },
  },
  {
    id: 'A70',
    tried: 'paths that climb, encoded slashes, parameters twice and of __proto__',
    async try({ url }) {
      const paths = [
        '/../package.json',
        '/%2e%2e/package.json',
        '/widget/..%2f..%2fpackage.json',
        '/widget/%2e%2e%2fmain.js',
        '/widget/....//main.js',
        '/files/../../etc/passwd',
        '/files/a/b/c/d',
        '/files/%2e%2e/%2e%2e/0/x',
        '/demo/state/../../baton.yaml',
        '/%00',
        '/widget/panel.js%00.html',
        '//etc/passwd',
        '/widget/..\\..\\server\\main.js',
        '/.env',
        '/data/baton.db',
        '/healthz/../data/baton.db',
      ];
      const statuses = await Promise.all(
        paths.map(async (path) =>
          statusOf((await raw(url, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).text),
        ),
      );
      const queries = await Promise.all(
        ['a=1&a=2', 'a[]=1', 'a[__proto__][x]=1', '__proto__=1'].map(
          async (query) => (await fetch(`${url}/healthz?${query}`)).status,
        ),
      );
      const bad = paths.filter((_, i) => ![400, 403, 404].includes(statuses[i] ?? 0));
      return judged(
        bad.length === 0 && queries.every((each) => each === 200),
        bad.length > 0 ? bad.join(' ') : `${paths.length} paths: 400 or 404`,
      );
    },
  },
  {
    id: 'A71',
    tried: "SQL's own signs and operator objects in each field",
    async try(world) {
      using wire = await world.wire();
      await hello(wire, {
        page: { url: "http://x/'--", title: "'; DELETE FROM event; --" },
      });
      const text = `'; DROP TABLE message; -- " ') OR 1=1; ${newId()}`;
      const said = await wire.ask('message:send', { id: newId(), text });
      const stored = said.ok && (await textsOf(wire)).includes(text);
      const objects = await Promise.all([
        wire.ask('message:send', { id: { $ne: null }, text: 'x' }),
        wire.ask('message:send', { id: newId(), text: { $gt: '' } }),
      ]);
      return checks([
        ['stored as it was typed', stored],
        ['objects are invalid', objects.every((each) => !each.ok && each.refusal === 'invalid')],
        ['alive', await isAlive(world)],
      ]);
    },
  },
  {
    id: 'A72',
    tried: 'connections reset in the middle of everything; a bot and a desk that answer nonsense',
    async try(world) {
      for (let i = 0; i < 100; i += 1) {
        const wire = await world.wire().catch(() => undefined);
        wire?.send('421["hello",{"version":1,"language":"en"}]');
        wire?.close();
      }
      for (const answer of [
        '',
        'null',
        '[]',
        '{"actions":7}',
        '{"actions":[null]}',
        '<html>',
        '{"actions":[{"action":"message","text":{}}]}',
      ]) {
        world.bot.answer = answer;
        using wire = await world.wire({ site: 'puppet' });
        await hello(wire);
        await wire.ask('message:send', { id: newId(), text: 'Hi' });
      }
      world.bot.answer = [{ action: 'message', text: 'Yes.' }];
      return judged(await isAlive(world), 'alive after 100 resets and 7 strange answers');
    },
  },
  {
    id: 'A73',
    tried: '2,000 visitors who say one thing and never come back: memory',
    async try() {
      await using world = await openWorld();
      const visit = async (i: number) => {
        const from = `127.${11 + (i % 4)}.${1 + (Math.floor(i / 4) % 250)}.${1 + Math.floor(i / 1_000)}`;
        const wire = await openWire(world.url, { from }).catch(() => undefined);
        if (!wire) return;
        await hello(wire);
        await wire.ask('message:send', { id: newId(), text: 'Only looking.' }).catch(() => {});
        wire.close();
      };
      const marks: number[] = [];
      for (let i = 0; i < 2_000; i += 20) {
        await Promise.all(Array.from({ length: 20 }, (_, j) => visit(i + j)));
        if (i % 500 === 480) marks.push(residentMB(world.relay.pid));
      }
      const [first = 0, , , last = 0] = marks;
      return judged(
        last - first < 150,
        `after 500, 1,000, 1,500, 2,000: ${marks.map((each) => each.toFixed(0)).join(', ')} MB`,
      );
    },
  },
  {
    id: 'A66b',
    tried: 'hello, log:read and /readyz as fast as can be, by one visitor who reads the answers',
    async try(world) {
      using wire = await openTalker(world.url, { from: stranger() });
      let refused = 0;
      let answered = 0;
      for (let i = 0; i < 300 && wire.isOpen; i += 1) {
        const reply = await wire.ask('log:read', { after: 0 }).catch(() => undefined);
        if (reply?.ok) answered += 1;
        else refused += 1;
      }
      const times: number[] = [];
      await Promise.all(
        Array.from({ length: 200 }, async () => {
          const from = performance.now();
          await new Promise<void>((resolve) => {
            request(`${world.url}/readyz`, { localAddress: stranger() }, (answer) => answer.resume().on('end', resolve))
              .on('error', () => resolve())
              .end();
          });
          times.push(performance.now() - from);
        }),
      );
      return judged(
        refused > 0,
        `${answered} answered, ${refused} refused; 200 × /readyz: p99 ${quantile(times, 0.99).toFixed(0)} ms`,
      );
    },
  },
];
