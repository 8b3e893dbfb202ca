import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { io, type Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { openGate } from './kit/gate.ts';
import { openStage } from './kit/processes.ts';
import { openVisitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

test('a desk that takes requests and never answers does not keep the relay from ending', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  await using gate = await openGate(stage.sandboxUrl);
  const relay = await stage.startRelay({ CHATWOOT_URL: gate.url });
  await using visitor = openVisitor(stage.relayUrl);
  const held = gate.hold(1, 'before');
  await visitor.say('When do you deliver?');
  await held;
  const asked = Date.now();
  await relay.stop();
  expect(Date.now() - asked).toBeLessThan(3_000);
});

test('asked to end under load, it serves to the end, is gone within 3 s, and has every word that it acknowledged', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  const relay = await stage.startRelay();
  // A desk that is slower than they write: what is for it waits, and readings are under way.
  await fetch(`${stage.sandboxUrl}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path: '/api/v1/', hangMs: 300, after: true, times: 100_000 }),
  });
  await using crowd = await openCrowd(stage.relayUrl, { visitors: 10, everyMs: 200 }); // 50 messages a second
  await until(() => crowd.acknowledged.length > 150, 'a crowd that writes');
  const asked = Date.now();
  await relay.stop();
  const gone = Date.now();
  expect(gone - asked).toBeLessThan(3_000);
  expect(gone - (crowd.acknowledged.at(-1)?.at ?? 0)).toBeLessThan(1_000);
  const database = new Sqlite(join(stage.folder, 'data', 'baton.db'), { readonly: true });
  const kept = new Set(database.prepare('SELECT text FROM log').pluck().all());
  database.close();
  expect(crowd.acknowledged.filter(({ text }) => !kept.has(text))).toEqual([]);
  expect(relay.log()).not.toMatch(/"level":50/);
});

test('asked to end with many visitors, it is not ready at once, sends them away over two seconds, and is gone within 3 s', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  const relay = await stage.startRelay();
  const sockets: Socket[] = [];
  const leftAt: number[] = [];
  for (let i = 0; i < 18; i += 1) {
    const some = Array.from({ length: 50 }, () => open(stage.relayUrl));
    await Promise.all(some.map((socket) => new Promise<void>((resolve) => socket.once('connect', resolve))));
    sockets.push(...some);
  }
  for (const socket of sockets) socket.once('disconnect', () => leftAt.push(Date.now()));
  await using crowd = await openCrowd(stage.relayUrl, { visitors: 10, everyMs: 200 });
  await until(() => crowd.acknowledged.length > 50, 'a crowd that writes');
  const asked = Date.now();
  relay.signal('SIGTERM');
  await until(async () => (await fetch(`${stage.relayUrl}/readyz`)).status === 503, 'it is not ready', 500);
  await until(() => relay.hasEnded(), 'it is gone', 3_000 - (Date.now() - asked));
  await until(() => leftAt.length === sockets.length, 'all are gone');
  expect(Math.max(...leftAt) - Math.min(...leftAt)).toBeGreaterThan(1_000);
  const third = Math.min(...leftAt) + 600;
  expect(leftAt.filter((at) => at < third).length).toBeLessThan(sockets.length * 0.6);
});

const open = (url: string) =>
  io(url, { transports: ['websocket'], auth: { site: 'demo' }, forceNew: true, reconnection: false });

/** Visitors who write on and on, until they are closed. */
async function openCrowd(url: string, { visitors, everyMs }: { visitors: number; everyMs: number }) {
  const acknowledged: { text: string; at: number }[] = [];
  const all = Array.from({ length: visitors }, () => openVisitor(url));
  let count = 0;
  const timers = all.map((visitor) =>
    setInterval(() => {
      const text = `word ${(count += 1)}`;
      void visitor.say(text).then(() => acknowledged.push({ text, at: Date.now() }));
    }, everyMs),
  );
  return {
    acknowledged,
    async [Symbol.asyncDispose]() {
      timers.forEach(clearInterval);
      await Promise.all(all.map((visitor) => visitor[Symbol.asyncDispose]()));
    },
  };
}
