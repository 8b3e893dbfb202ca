import { expect, test } from 'vitest';
import type { LogEvent } from '../../shared/protocol.ts';
import { silent } from '../log.ts';
import type { Conversation } from '../stores/store.ts';
import { eventually } from '../testing/visit.ts';
import { createAudience } from './audience.ts';
import { createFeed } from './feed.ts';

const event = (seq: number): LogEvent => ({ kind: 'botFailed', seq, at: seq });

/** A log that other nodes write, too, and one browser that follows it from its second event on. */
function start() {
  let seq = 2;
  const sent: number[] = [];
  const audience = createAudience();
  audience.join('c', { emit: () => true } as never, { language: 'en', version: 2 }, 2);
  const feed = createFeed({
    audience,
    store: {
      conversation: async () => ({ log: 'l', site: 'demo', seq }) as Conversation,
      events: async (_id, after, limit) =>
        Array.from({ length: Math.min(limit, seq - after) }, (_, i) => event(after + i + 1)),
      heads: async (ids) => ids.map((id) => ({ id, version: 1, seq })),
    },
    send: (_id, _of, { seq }) => void sent.push(seq),
    pageOfBytes: 1_000,
    log: silent,
  });
  const of = { log: 'l', site: 'demo' };
  return { feed, sent, of, grow: (to: number) => void (seq = to) };
}

test('what follows on what was sent goes at once, and nothing goes twice', () => {
  const { feed, sent, of } = start();
  feed.committed('c', of, [event(3), event(4)]);
  feed.committed('c', of, [event(4), event(5)]);
  expect(sent).toEqual([3, 4, 5]);
});

test('what another node has put between is read first', async () => {
  const { feed, sent, of, grow } = start();
  grow(5);
  feed.committed('c', of, [event(5)]);
  expect(sent).toEqual([]);
  await eventually(() => sent.length === 3, 'all of it is sent');
  expect(sent).toEqual([3, 4, 5]);
});

test('what is told of, and what is found by looking, is read once and in order', async () => {
  const { feed, sent, of, grow } = start();
  grow(300);
  feed.behind('c', 300);
  feed.behind('c', 250);
  feed.missed();
  grow(301);
  feed.committed('c', of, [event(301)]);
  await eventually(() => sent.length === 299, 'all of it is sent');
  expect(sent).toEqual(Array.from({ length: 299 }, (_, i) => i + 3));
  feed.behind('c', 301);
  feed.behind('another', 5);
  expect(sent).toHaveLength(299);
});
