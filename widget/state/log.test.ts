import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEvent } from '../../shared/protocol.ts';
import { createLog } from './log.ts';

const message = (seq: number): LogEvent => ({
  kind: 'message',
  seq,
  message: { id: `m${seq}`, author: { kind: 'bot' }, text: `text ${seq}`, at: seq },
});
const seqs = (events: readonly LogEvent[]) => events.map((event) => event.seq);

test('an event that comes too early is held until the gap before it is closed', () => {
  const log = createLog();
  expect(seqs(log.receive('a', [message(1), message(3)]))).toEqual([1]);
  expect(log.hasGap()).toBe(true);
  expect(seqs(log.receive('a', [message(2)]))).toEqual([2, 3]);
  expect(log.hasGap()).toBe(false);
});

test('events that come in any order, and often, make the same log, and each is told once', () => {
  const events = Array.from({ length: 20 }, (_, index) => message(index + 1));
  fc.assert(
    fc.property(
      fc.array(fc.subarray(events), { maxLength: 20 }),
      fc.shuffledSubarray(events, { minLength: 20 }),
      (parts, all) => {
        const log = createLog();
        const told = [...parts, ...all.map((event) => [event])].flatMap((part) => log.receive('a', part));
        expect(seqs(log.events.value)).toEqual(seqs(events));
        expect(seqs(told)).toEqual(seqs(events));
      },
    ),
  );
});

test('another log takes the place of the one that is here', () => {
  const log = createLog();
  log.receive('a', [message(1), message(2), message(9)]);
  log.receive('b', [message(1)]);
  expect(log.id.value).toBe('b');
  expect(seqs(log.events.value)).toEqual([1]);
  expect(log.hasGap()).toBe(false);
});

test('a deleted message keeps its place and loses its words', () => {
  const log = createLog();
  log.receive('a', [message(1), message(2), { kind: 'deletion', seq: 3, id: 'm1', at: 3 }]);
  expect(log.events.value[0]).toMatchObject({ message: { id: 'm1', text: '', deleted: true } });
  expect(log.events.value[1]).toMatchObject({ message: { text: 'text 2' } });
});
