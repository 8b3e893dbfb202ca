import { expect, test } from 'vitest';
import { webhookBot } from '../../config/bots.ts';
import { wantsOf } from './wants.ts';

const read = (more: object) =>
  wantsOf(
    webhookBot.parse({ kind: 'webhook', url: 'http://127.0.0.1:5000/', secret: 'a-secret-of-this-test', ...more }),
  );

test('a bot is told what its settings name, and nothing without them', () => {
  expect(read({})).toEqual({ events: new Set(), briefing: false, history: 0, visitor: false });
  expect(read({ events: ['session.resume', 'handoff'], history: 10, visitor: true })).toEqual({
    events: new Set([
      'session.resume',
      ...['handoff.accepted', 'handoff.failed', 'handoff.cancelled', 'handoff.ended'],
    ]),
    ...{ briefing: true, history: 10, visitor: true },
  });
});

test('an event that there is not is refused', () => {
  expect(() => read({ events: ['handoffs'] })).toThrow('session.start, session.resume, handoff');
});
