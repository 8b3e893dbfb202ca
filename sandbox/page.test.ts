import { expect, test } from 'vitest';

/* What the agent's page makes of a conversation, as Chatwoot's API tells it. */

interface Conversation {
  status: string;
  waiting_since: number;
  first_reply_created_at: number;
  unread_count: number;
  last_activity_at: number;
  meta: { assignee?: object };
}
interface Waiting {
  waitingSince(conversation: Conversation): number | undefined;
  waits(since: number, now: number): string;
  byWait(a: Conversation, b: Conversation): number;
}
// The page's own script, which is no TypeScript.
const { waitingSince, waits, byWait } = (await import(new URL('page/waiting.js', import.meta.url).href)) as Waiting;

const { inWords } = (await import(new URL('page/facts.js', import.meta.url).href)) as {
  inWords(value: string): string;
};

const conversation = (more: Partial<Conversation>): Conversation => ({
  status: 'open',
  waiting_since: 100,
  first_reply_created_at: 0,
  unread_count: 1,
  last_activity_at: 500,
  meta: {},
  ...more,
});

test.each<[string, Partial<Conversation>, number | undefined]>([
  ['who was handed over and got no answer waits', {}, 100],
  ['read is not answered', { unread_count: 0 }, 100],
  ['who was answered and writes again waits until it is read', { first_reply_created_at: 90 }, 100],
  ['once it is read, they talk', { first_reply_created_at: 90, unread_count: 0 }, undefined],
  ['who has the last answer does not wait', { waiting_since: 0, first_reply_created_at: 90 }, undefined],
  ['whom the bot has does not wait', { status: 'pending' }, undefined],
  ['who was resolved does not wait', { status: 'resolved' }, undefined],
  ['a 4.10 notes no moment of a handoff: the last word counts', { waiting_since: 0 }, 500],
  ['there, who is assigned is not waited for', { waiting_since: 0, meta: { assignee: {} } }, undefined],
])('%s', (_name, more, since) => {
  expect(waitingSince(conversation(more))).toBe(since);
});

test('a wait is told in minutes, then in hours', () => {
  expect([0, 59, 60, 390, 99 * 60, 100 * 60, 26 * 3600].map((now) => waits(0, now))).toEqual([
    'waits',
    'waits',
    'waits 1 min',
    'waits 6 min',
    'waits 99 min',
    'waits 2 h',
    'waits 26 h',
  ]);
});

test('the longest wait stands first, then what moved last', () => {
  const long = conversation({ waiting_since: 50 });
  const short = conversation({});
  const [old, fresh] = [1, 2].map((at) => conversation({ status: 'pending', last_activity_at: at }));
  expect([old!, short, fresh!, long].sort(byWait)).toEqual([long, short, fresh, old]);
});

test.each([
  ['visitor_asked', 'Visitor asked'],
  ['bot_failed', 'Bot failed'],
  ['demo', 'demo'],
  ['Wrong colour', 'Wrong colour'],
  ['order_LF-2291', 'order_LF-2291'],
])('what is known of a visitor is told in words: %s is “%s”', (value, words) => expect(inWords(value)).toBe(words));
