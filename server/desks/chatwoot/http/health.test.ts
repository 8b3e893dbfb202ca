import { expect, test } from 'vitest';
import { listen } from '../../../testing/listen.ts';
import { createHealth } from './health.ts';

const ask = { method: 'GET', path: 'conversations/1' } as const;
const good = { ok: true, status: 200, body: {}, at: 0 } as const;
const refused = {
  ok: false,
  result: 'unsent',
  why: 'status 401',
  status: 401,
  retryAfterMs: 0,
  denied: 'account',
} as const;

test('what was asked before a right was lost, and is answered after it, does not say that it is back', () => {
  const log = listen();
  const lost: string[] = [];
  const health = createHealth({ log, url: '', now: () => 0, lost: (right) => void lost.push(right) });
  const slow = health.began();
  health.saw(ask, refused, health.began());
  health.saw(ask, good, slow);
  expect(health.denied).toBe(true);
  health.saw(ask, refused, health.began());
  expect(lost).toEqual(['account']);
  health.saw(ask, good, health.began());
  expect(health.denied).toBe(false);
  expect(log.lines.map(({ sentence }) => sentence)).toEqual(['the desk lets us do everything again']);
});
