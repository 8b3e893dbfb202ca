import { expect, test } from 'vitest';
import { startRelay } from './testing/start-relay.ts';
import { eventually, knock } from './testing/visit.ts';

test('a relay that ends is not ready from then on, takes nobody new, and sends its visitors away one after the other', async () => {
  await using relay = await startRelay({ settings: ({ limits }) => (limits.sockets.perAddress = 1_000) });
  const leftAt: number[] = [];
  for (let i = 0; i < 10; i += 1) {
    const sockets = await Promise.all(Array.from({ length: 50 }, () => knock(relay.url)));
    for (const socket of sockets) socket.on('disconnect', () => leftAt.push(performance.now()));
  }
  const last = await relay.visit();
  let isGone = false;
  const began = performance.now();
  const over = relay.relay.close().then(() => (isGone = true));
  // Everybody is served until they are sent away.
  await last.say('One last word');
  expect(isGone).toBe(false);
  const ready = await fetch(`${relay.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'leaving' }]);
  expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  await expect(knock(relay.url)).rejects.toThrow('websocket error');
  await over;
  await eventually(() => leftAt.length === 500 && !last.socket.connected, 'all are gone');
  expect(Math.max(...leftAt) - Math.min(...leftAt)).toBeGreaterThan(500);
  expect(performance.now() - began).toBeLessThan(3_000);
});

test('with few visitors it is gone at once', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  const began = performance.now();
  await relay.relay.close();
  expect(performance.now() - began).toBeLessThan(1_000);
  await eventually(() => !visitor.socket.connected, 'the visitor is sent away');
});
