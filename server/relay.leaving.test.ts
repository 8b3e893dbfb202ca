import { expect, test } from 'vitest';
import type { After } from './clock.ts';
import { startRelay } from './testing/start-relay.ts';
import { eventually, knock } from './testing/visit.ts';

/** A clock that stands still until the test lets time pass. */
function stillClock() {
  let at = Date.now();
  const timers = new Set<{ due: number; job: () => void }>();
  const after: After = (ms, job) => {
    const timer = { due: at + ms, job };
    timers.add(timer);
    return { [Symbol.dispose]: () => void timers.delete(timer) };
  };
  return {
    now: () => at,
    after,
    pass(ms: number) {
      at += ms;
      for (const timer of [...timers]) if (timer.due <= at && timers.delete(timer)) timer.job();
    },
  };
}

test('a relay that ends is not ready from then on, takes nobody new, and sends its visitors away one after the other', async () => {
  const { pass, ...clock } = stillClock();
  await using relay = await startRelay(clock);
  const visitors = [];
  const left: number[] = [];
  for (const number of [0, 1, 2, 3]) {
    const visitor = await relay.visit();
    visitor.socket.on('disconnect', () => left.push(number));
    visitors.push(visitor);
  }
  let isGone = false;
  const over = relay.relay.close().then(() => (isGone = true));
  const ready = await fetch(`${relay.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'leaving' }]);
  expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  await expect(knock(relay.url)).rejects.toThrow('websocket error');
  for (const [number, visitor] of visitors.entries()) {
    await eventually(() => left.length === number + 1, 'the next one is sent away');
    // Everybody is served until they are sent away.
    for (const other of visitors.slice(number + 1)) await other.say('One last word');
    expect(left).toEqual([0, 1, 2, 3].slice(0, number + 1));
    expect(visitor.socket.connected).toBe(false);
    pass(2);
  }
  // Whatever does not close by itself is cut after a while.
  await eventually(() => {
    pass(50);
    return isGone;
  }, 'it is gone');
  await over;
});

test('with few visitors it is gone at once', async () => {
  const { pass: _, ...clock } = stillClock();
  await using relay = await startRelay(clock);
  const visitor = await relay.visit();
  // No time passes meanwhile.
  await relay.relay.close();
  await eventually(() => !visitor.socket.connected, 'the visitor is sent away');
});
