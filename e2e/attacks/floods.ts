import { connect, type Socket } from 'node:net';
import { request } from 'node:http';
import { type Row } from '../kit/rows.ts';
import { sleep } from '../kit/numbers.ts';
import { hello, newId, openWire, type Wire } from '../kit/wire.ts';
import { flood, openWatcher, type Attack } from './flood.ts';
import { openWorld, stranger, type World } from './world.ts';
import { attachFile, fileLinkFor, until, webhookAddress } from './parts.ts';

/* Attacks that are made of a lot: each has a relay of its own, limits as shipped, and visitors who behave beside it. */

export function floods(seconds: number): Row<World>[] {
  const row = (id: string, tried: string, make: () => Attack): Row<World> => ({
    id,
    tried,
    try: () => flood(seconds, make),
  });
  return [
    row('A66', 'log:read from 9 sockets of a visitor who reads none of the answers', readsNothing),
    row('A57', 'packets that join namespaces which are none; answers unread', strangeNamespaces),
    row('A59', 'connections that join nothing, or leave what they joined', uncountedConnections),
    row('A68', 'X-Forwarded-For, another one for each socket and conversation', forgedAddresses),
    row('A69', 'long texts that cost the bot much, from 19 visitors of one address', expensiveTexts),
    row('A78', 'twenty downloads that are not read', unreadDownloads),
    row('A87', '150 webhook bodies with a wrong secret, held; and wrong secrets without end', wrongSecrets),
    row('A71b', 'one visitor sends 1,000 messages a second', tooManyMessages),
    {
      id: 'OFFICE',
      tried: '20 visitors behind one address, nobody attacks',
      async try() {
        await using world = await openWorld();
        await using watcher = await openWatcher(world.url, 20, true);
        await sleep(2_500);
        watcher.begin();
        await sleep(Math.max(10, seconds) * 1_000);
        const felt = await watcher.end();
        return {
          verdict: felt.failed + felt.cut === 0 && felt.acks > 20 ? 'pass' : 'FAIL',
          figure: `${felt.acks} acknowledged, ${felt.failed} failed, ${felt.cut} cut off; acks p99 ${felt.acksP99.toFixed(0)} ms`,
        };
      },
    },
  ];
}

/** As shipped. */
const limits = { sockets: 100, conversationsPerHour: 200 };

const repeat = async (signal: AbortSignal, step: () => Promise<void> | void, pauseMs: number) => {
  while (!signal.aborted) {
    await step();
    await sleep(pauseMs);
  }
};

const closeAll = (wires: Wire[]) => () => wires.forEach((wire) => wire.close());

function readsNothing(): Attack {
  const wires: Wire[] = [];
  const from = stranger();
  return {
    async prepare({ url, bot }) {
      // A long answer of the bot: what a reading answers is large.
      bot.answer = Array.from({ length: 8 }, () => ({ action: 'message', text: 'word '.repeat(5_000) }));
      const writer = await openWire(url, { from, site: 'puppet' });
      const token = await hello(writer);
      let heard = 0;
      writer.hears((packet) => void (heard += packet.startsWith('42["event"') ? 1 : 0));
      await writer.ask('message:send', { id: newId(), text: 'Tell me everything.' });
      await until(async () => heard >= 8, 'the long answer');
      writer.close();
      for (let i = 0; i < 9; i += 1) {
        const wire = await openWire(url, { from, site: 'puppet' });
        await hello(wire, { token });
        wires.push(wire);
      }
    },
    async attack(_world, signal) {
      for (const wire of wires) wire.stopReading();
      let sent = 0;
      await repeat(
        signal,
        () => {
          for (const wire of wires) {
            if (!wire.isOpen) continue;
            wire.send(`42${(sent += 1)}["log:read",{"after":0}]`);
          }
        },
        55,
      );
      return `${sent} requests, ${wires.filter(({ isOpen }) => isOpen).length} of 9 still open`;
    },
    done: closeAll(wires),
  };
}

function strangeNamespaces(): Attack {
  const wires: Wire[] = [];
  return {
    async attack({ url }, signal) {
      let sent = 0;
      let opened = 0;
      const from = stranger();
      await repeat(
        signal,
        async () => {
          let wire = wires.find(({ isOpen }) => isOpen);
          if (!wire) {
            // Somebody who is closed comes back, as far as the limits let them.
            wire = await openWire(url, { from }).catch(() => undefined);
            if (!wire) return sleep(200);
            wire.stopReading();
            opened += 1;
            wires.push(wire);
          }
          for (let i = 0; i < 2_000 && wire.isOpen; i += 1) wire.send(`40/${(sent += 1)},`);
        },
        5,
      );
      return `${sent} packets over ${opened} sockets`;
    },
    done: closeAll(wires),
  };
}

function uncountedConnections(): Attack {
  const wires: Wire[] = [];
  let most = 0;
  return {
    async attack({ url }, signal) {
      const from = stranger();
      let tried = 0;
      await repeat(
        signal,
        async () => {
          await Promise.all(
            Array.from({ length: 60 }, async (_, i) => {
              tried += 1;
              const wire = await openWire(url, { from, join: i % 3 === 0 }).catch(() => undefined);
              if (!wire) return;
              wires.push(wire);
              // It joined, was counted, and leaves: is the connection still counted?
              if (i % 3 === 0) wire.send('41');
            }),
          );
          most = Math.max(most, wires.filter(({ isOpen }) => isOpen).length);
        },
        50,
      );
      return `${tried} tried, at most ${most} open at once`;
    },
    // Twice as many, for a moment: a browser that comes back may still be there.
    also: () => (most > 2.1 * limits.sockets ? `${most} connections of one address` : undefined),
    done: closeAll(wires),
  };
}

function forgedAddresses(): Attack {
  const wires: Wire[] = [];
  let conversations = 0;
  return {
    async attack({ url }, signal) {
      const from = stranger();
      let tried = 0;
      await repeat(
        signal,
        async () => {
          if (tried >= 3_000) return sleep(100);
          await Promise.all(
            Array.from({ length: 10 }, async () => {
              tried += 1;
              const forged = `198.${tried % 250}.${Math.floor(tried / 250)}.7`;
              const wire = await openWire(url, { from, headers: { 'x-forwarded-for': forged } }).catch(() => undefined);
              if (!wire) return;
              wires.push(wire);
              const greeted = await hello(wire).catch(() => undefined);
              const said =
                greeted && (await wire.ask('message:send', { id: newId(), text: 'Hi' }).catch(() => undefined));
              if (said && said.ok) conversations += 1;
            }),
          );
        },
        50,
      );
      const open = wires.filter(({ isOpen }) => isOpen).length;
      return `${tried} tried, ${open} open, ${conversations} conversations begun`;
    },
    also: () => {
      const open = wires.filter(({ isOpen }) => isOpen).length;
      if (open > 1.1 * limits.sockets) return `${open} sockets of one address`;
      return conversations > 1.05 * limits.conversationsPerHour
        ? `${conversations} conversations of one address`
        : undefined;
    },
    done: closeAll(wires),
  };
}

function expensiveTexts(): Attack {
  const wires: Wire[] = [];
  const texts = [
    '\ufdfa'.repeat(4_000),
    '\n'.repeat(1_999) + 'x',
    'person '.repeat(570),
    'a'.repeat(4_000),
    'ä '.repeat(2_000),
  ];
  return {
    async prepare({ url }) {
      const from = stranger();
      for (let i = 0; i < 19; i += 1) {
        const wire = await openWire(url, { from });
        await hello(wire);
        wires.push(wire);
      }
    },
    async attack(_world, signal) {
      let acked = 0;
      await Promise.all(
        wires.map((wire) =>
          repeat(
            signal,
            async () => {
              const text = texts[acked % texts.length] ?? '';
              const reply = await wire.ask('message:send', { id: newId(), text }).catch(() => undefined);
              if (reply?.ok) acked += 1;
            },
            100,
          ),
        ),
      );
      return `${acked} such texts accepted`;
    },
    done: closeAll(wires),
  };
}

function tooManyMessages(): Attack {
  const wires: Wire[] = [];
  return {
    async attack({ url }, signal) {
      let sent = 0;
      let opened = 0;
      const from = stranger();
      await repeat(
        signal,
        async () => {
          let wire = wires.find(({ isOpen }) => isOpen);
          if (!wire) {
            wire = await openWire(url, { from }).catch(() => undefined);
            if (!wire) return sleep(200);
            opened += 1;
            wires.push(wire);
            await hello(wire).catch(() => undefined);
          }
          for (let i = 0; i < 20 && wire.isOpen; i += 1)
            wire.send(`42${(sent += 1)}["message:send",{"id":"${newId()}","text":"again"}]`);
        },
        20,
      );
      return `${sent} messages over ${opened} sockets`;
    },
    done: closeAll(wires),
  };
}

function unreadDownloads(): Attack {
  const sockets: Socket[] = [];
  let link = '';
  let others = { tried: 0, refused: 0 };
  return {
    async prepare(world) {
      const wire = await world.wire();
      link = await fileLinkFor(world, wire, (id) =>
        attachFile(world, 'big.bin', Buffer.alloc(8 * 1_024 * 1_024), 'text/plain', id),
      );
    },
    async attack({ url }, signal) {
      const { port } = new URL(url);
      const from = stranger();
      for (let i = 0; i < 20; i += 1) {
        const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: from });
        socket.on('error', () => {});
        socket.write(`GET ${link} HTTP/1.1\r\nhost: x\r\n\r\n`);
        socket.pause();
        sockets.push(socket);
      }
      await sleep(500);
      await repeat(
        signal,
        async () => {
          others = { ...others, tried: others.tried + 1 };
          const status = await new Promise<number>((resolve) => {
            const asked = request(`${url}${link}`, { localAddress: '127.9.254.1' }, (answer) => {
              answer.resume();
              answer.on('end', () => resolve(answer.statusCode ?? 0));
            });
            asked.on('error', () => resolve(0));
            asked.end();
          });
          if (status !== 200) others = { ...others, refused: others.refused + 1 };
        },
        500,
      );
      return `somebody else's downloads: ${others.refused} of ${others.tried} refused`;
    },
    also: () => (others.refused > 0 ? 'others get no files' : undefined),
    done: () => sockets.forEach((socket) => socket.destroy()),
  };
}

function wrongSecrets(): Attack {
  const sockets: Socket[] = [];
  const statuses = new Map<number, number>();
  return {
    async attack(world, signal) {
      const { port } = new URL(world.url);
      const from = stranger();
      const path = (await webhookAddress(world)).pathname.replace(/[^/]+$/, 'wrong-wrong-wrong-wrong');
      const part = Buffer.alloc(990_000, 0x20);
      for (let i = 0; i < 150; i += 1) {
        const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: from });
        socket.on('error', () => {});
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n`,
        );
        socket.write(part);
        sockets.push(socket);
      }
      let asked = 0;
      await repeat(
        signal,
        async () => {
          await Promise.all(
            Array.from({ length: 20 }, () => {
              asked += 1;
              return new Promise<void>((resolve) => {
                const post = request(
                  `${world.url}${path}`,
                  { method: 'POST', localAddress: from, timeout: 5_000 },
                  (answer) => {
                    statuses.set(answer.statusCode ?? 0, (statuses.get(answer.statusCode ?? 0) ?? 0) + 1);
                    answer.resume();
                    answer.on('end', resolve);
                    answer.on('error', () => resolve());
                  },
                );
                post.on('timeout', () => post.destroy());
                post.on('error', () => resolve());
                post.end('{"event":"message_created"}');
              });
            }),
          );
        },
        20,
      );
      const answers = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
      return `150 bodies held, ${asked} short ones: ${answers}`;
    },
    also: () => ((statuses.get(429) ?? 0) === 0 ? 'nobody was told 429' : undefined),
    done: () => sockets.forEach((socket) => socket.destroy()),
  };
}
