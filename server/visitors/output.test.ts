import { EventEmitter } from 'node:events';
import type { Socket } from 'socket.io';
import { expect, test } from 'vitest';
import { boundOutput } from './output.ts';

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
function network() {
  const all = { waiting: 0, change: (bytes: number) => void (all.waiting += bytes) };
  return all;
}

test('more than 256 KiB do not wait for one connection, whatever they are; one long word alone may', () => {
  const all = network();
  const long = connection();
  boundOutput(long.conn, all, () => {});
  long.pack(600 * kB);
  expect(long.isThere()).toBe(true);
  long.pack(1);
  expect(long.isThere()).toBe(false);
  const many = connection();
  let overflows = 0;
  boundOutput(many.conn, all, () => (overflows += 1));
  for (let i = 0; i < 100_000 && many.isThere(); i += 1) {
    many.pack(30);
    expect(all.waiting).toBeLessThan(257 * kB);
  }
  expect([many.isThere(), overflows, all.waiting]).toEqual([false, 1, 0]);
});

test('one that reads may be sent any amount', () => {
  const all = network();
  const one = connection();
  boundOutput(one.conn, all, () => {});
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
    for (const each of some) boundOutput(each.conn, all, () => {});
    for (const each of some) {
      each.pack(200 * kB);
      each.flush();
    }
    expect(all.waiting).toBeLessThan(8 * kB * kB + 1);
    expect(some.filter((each) => each.isThere())).toHaveLength(40);
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
  boundOutput(one.conn, all, () => {});
  for (let i = 0; i < 1_000 && one.isThere(); i += 1) {
    one.pack(200 * kB);
    one.flush();
    one.poll();
  }
  expect(one.isThere()).toBe(false);
  expect(all.waiting).toBe(0);
});
