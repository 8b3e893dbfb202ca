import { describe, expect, test } from 'vitest';
import type { HandoffEvent } from './handoff-event.ts';
import { next } from './handoff.ts';
import { handoffNews } from './bot-news.ts';
import { events, states, wish } from '../testing/handoff-table.ts';

/** What the bot is told when this happens in that state. */
function told(phase: keyof typeof states, kind: HandoffEvent['kind']) {
  const before = { ...states[phase] };
  const { now, because } = next(before, events[kind]);
  const news = handoffNews(before, now, because, 9_000);
  return news && [news.type, news.handoff.endReason];
}

describe('what the bot is told of a handoff', () => {
  test.each([
    ['transferring', 'handed', ['handoff.accepted', null]],
    ['transferring', 'spoke', ['handoff.accepted', null]],
    ['bot', 'spoke', ['handoff.accepted', null]],
    ['bot', 'opened', ['handoff.accepted', null]],
    ['ending', 'opened', ['handoff.accepted', null]],
    ['transferring', 'failed', ['handoff.failed', 'transfer_failed']],
    ['transferring', 'transferTooLong', ['handoff.failed', 'transfer_failed']],
    ['transferring', 'gone', ['handoff.failed', 'deleted_at_desk']],
    ['transferring', 'returned', ['handoff.ended', 'returned_by_agent']],
    ['transferring', 'resolved', ['handoff.ended', 'agent_resolved']],
    ['asking', 'cancelled', ['handoff.cancelled', 'visitor_cancelled']],
    ['asking', 'ended', ['handoff.cancelled', 'visitor_ended']],
    ['waiting', 'cancelled', ['handoff.cancelled', 'visitor_cancelled']],
    ['human', 'resolved', ['handoff.ended', 'agent_resolved']],
    ['human', 'returned', ['handoff.ended', 'returned_by_agent']],
    ['human', 'back', ['handoff.ended', 'visitor_back']],
    ['human', 'ended', ['handoff.ended', 'visitor_ended']],
    ['human', 'gone', ['handoff.ended', 'deleted_at_desk']],
    ['human', 'handedBack', ['handoff.ended', 'returned_by_agent']],
    ['hold', 'resolved', ['handoff.ended', 'agent_resolved']],
    ['async', 'back', ['handoff.ended', 'visitor_back']],
    ['async', 'failed', ['handoff.failed', 'transfer_failed']],
  ] as const)('in %s, %s is %s', (phase, kind, news) => expect(told(phase, kind)).toEqual(news));

  test.each([
    ['bot', 'asked'],
    ['asking', 'chose'],
    ['waiting', 'assigned'],
    ['waiting', 'spoke'],
    ['human', 'unassigned'],
    ['human', 'rerouted'],
    ['waiting', 'left'],
    ['human', 'putOff'],
    ['async', 'asked'],
    ['ending', 'wrote'],
    ['bot', 'resolved'],
  ] as const)('in %s, %s is nothing to it', (phase, kind) => expect(told(phase, kind)).toBeUndefined());

  test('every handoff that was accepted has one end, however it ends', () => {
    for (const phase of ['waiting', 'human', 'hold', 'async'] as const) {
      for (const event of Object.values(events)) {
        const before = states[phase];
        const { now, because } = next(before, event);
        const isOver = !('wish' in now);
        expect(handoffNews(before, now, because, 0) !== undefined, `${phase} ${event.kind}`).toBe(isOver);
      }
    }
  });

  test('it says who has the visitor, for whom, and how long it took', () => {
    const before = states.human;
    const { now, because } = next(before, events.resolved);
    expect(handoffNews(before, now, because, wish.at + 9_000)?.handoff).toEqual({
      ...{ id: 'w', by: 'visitor', reason: 'visitor_asked', team: 'Support', agent: 'Mara Ostby' },
      ...{ endReason: 'agent_resolved', durationMs: 9_000 },
    });
  });
});
