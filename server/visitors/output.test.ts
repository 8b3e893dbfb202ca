import { EventEmitter } from 'node:events';
import type { Socket } from 'socket.io';
import { describe, expect, test } from 'vitest';
import { boundOutput, type Output } from './output.ts';

const kB = 1024;

/** As much of an engine's connection as is looked at: what is packed waits until the transport takes it. */
function connection(isPolling = false) {
  const conn = new EventEmitter() as EventEmitter & { transport: object; close(): void };
  let transport: EventEmitter & { res?: EventEmitter };
  let isThere = true;
  const next = () => {
    const res = Object.assign(new EventEmitter(), { destroy: () => res.emit('close') });
    transport = Object.assign(new EventEmitter(), isPolling ? { res } : {});
    conn.transport = transport;
    return transport;
  };
  next();
  conn.close = () => {
    if (isThere) conn.emit('close');
    isThere = false;
  };
  return {
    conn: conn as unknown as Socket['conn'],
    pack: (bytes: number) => conn.emit('packetCreate', { data: 'x'.repeat(bytes) }),
    flush: () => conn.emit('flush'),
    /** The other end has read it. */
    read: () => (isPolling ? transport.res?.emit('close') : transport.emit('drain')),
    poll: next,
    close: () => conn.close(),
    isThere: () => isThere,
  };
}
const network = (): Output => ({ waiting: 0, waiters: new Set(), changed() {} });

test('more than 256 KiB do not wait for one connection, whatever they are; one long word alone may', () => {
  const all = network();
  const long = connection();
  boundOutput(long.conn, all, false, () => {});
  long.pack(600 * kB);
  expect(long.isThere()).toBe(true);
  long.pack(1);
  expect(long.isThere()).toBe(false);
  const many = connection();
  let overflows = 0;
  boundOutput(many.conn, all, false, () => (overflows += 1));
  for (let i = 0; i < 100_000 && many.isThere(); i += 1) {
    many.pack(30);
    expect(all.waiting).toBeLessThan(257 * kB);
  }
  expect([many.isThere(), overflows, all.waiting]).toEqual([false, 1, 0]);
});

test('one that reads may be sent any amount', () => {
  const all = network();
  const one = connection();
  boundOutput(one.conn, all, false, () => {});
  for (let i = 0; i < 100; i += 1) {
    one.pack(200 * kB);
    one.flush();
    one.pack(50 * kB);
    one.read();
    one.flush();
    one.read();
  }
  expect([one.isThere(), all.waiting]).toEqual([true, 0]);
});

test('what waits for all connections of a network is bounded, too, over websockets and over polling', () => {
  for (const isPolling of [false, true]) {
    const all = network();
    const some = Array.from({ length: 100 }, () => connection(isPolling));
    for (const each of some) boundOutput(each.conn, all, false, () => {});
    for (const each of some) {
      each.pack(200 * kB);
      each.flush();
    }
    expect(all.waiting).toBeLessThan(8 * kB * kB + 1);
    // Those that have read nothing for the longest are let go of.
    expect(some.map((each) => each.isThere())).toEqual(some.map((_, at) => at >= 60));
    for (const each of some) {
      each.close();
      each.read();
    }
    expect(all.waiting).toBe(0);
  }
});

test('answers to polls that nobody read are counted, however many polls there are', () => {
  const all = network();
  const one = connection(true);
  boundOutput(one.conn, all, false, () => {});
  for (let i = 0; i < 1_000 && one.isThere(); i += 1) {
    one.pack(200 * kB);
    one.flush();
    one.poll();
  }
  expect(one.isThere()).toBe(false);
  expect(all.waiting).toBe(0);
});

describe('where a network’s share is full', () => {
  const most = 8 * kB * kB;
  /** Some that read nothing, and leave no room. */
  function full(all: Output, count: number, isPolling = false) {
    const idle = Array.from({ length: count }, () => connection(isPolling));
    for (const each of idle) boundOutput(each.conn, all, false, () => {});
    const share = Math.floor((most - all.waiting) / count) - 64;
    for (const each of idle) {
      each.pack(share);
      each.flush();
    }
    expect(all.waiting).toBeGreaterThan(most - 100);
    return idle;
  }

  test.each([
    ['over websockets', false],
    ['over polling', true],
  ])('those that read are told what is new, and one that reads nothing makes room, %s', (_, isPolling) => {
    const all = network();
    const idle = full(all, 40, isPolling);
    const honest = Array.from({ length: 10 }, () => connection(isPolling));
    let overflows = 0;
    for (const each of honest) boundOutput(each.conn, all, false, () => (overflows += 1));
    for (const each of honest) {
      each.pack(300);
      each.flush();
    }
    expect(honest.map((each) => each.isThere())).toEqual(honest.map(() => true));
    expect(idle.map((each) => each.isThere())).toEqual(idle.map((_each, at) => at > 0));
    expect(overflows).toBe(1);
    expect(all.waiting).toBeLessThan(most);
  });

  test('one that has just got a long page is not the one, although more waits for it than for each of the others', () => {
    const all = network();
    const idle = full(all, 100);
    const honest = connection();
    boundOutput(honest.conn, all, false, () => {});
    honest.pack(130 * kB);
    expect(honest.isThere()).toBe(true);
    expect(idle.map((each) => each.isThere())).toEqual(idle.map((_each, at) => at > 1));
  });

  test('neither is one that reads slowly, nor one that little waits for', () => {
    const all = network();
    const [slow, little] = [connection(), connection()];
    for (const each of [slow, little]) {
      boundOutput(each.conn, all, false, () => {});
      each.pack(each === slow ? 150 * kB : 100);
      each.flush();
    }
    const idle = full(all, 45);
    slow.read();
    slow.pack(150 * kB);
    const other = connection();
    boundOutput(other.conn, all, false, () => {});
    for (let i = 0; i < 3; i += 1) other.pack(80 * kB);
    expect([slow.isThere(), little.isThere(), other.isThere()]).toEqual([true, true, true]);
    expect(idle.filter((each) => !each.isThere()).length).toBeGreaterThan(0);
  });

  test('there is twice as much for a network that many share', () => {
    const all = network();
    const some = Array.from({ length: 100 }, () => connection());
    for (const each of some) boundOutput(each.conn, all, true, () => {});
    for (const each of some) each.pack(200 * kB);
    expect(some.filter((each) => each.isThere())).toHaveLength(81);
  });
});
