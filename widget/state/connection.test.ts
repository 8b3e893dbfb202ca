import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../shared/protocol.ts';
import { type Connection, type ConnectionEvent, next } from './connection.ts';

const at = 1_000_000;
const states: Record<Connection['is'], Connection> = {
  off: { is: 'off' },
  connecting: { is: 'connecting', since: 7, attempt: 2 },
  greeting: { is: 'greeting', since: 7, attempt: 2 },
  ready: { is: 'ready' },
  waiting: { is: 'waiting', since: 7, attempt: 2, until: at + 5, isSlowed: false },
  refused: { is: 'refused', why: 'forbidden' },
};
const events: { [K in ConnectionEvent['kind']]: ConnectionEvent } = {
  wanted: { kind: 'wanted' },
  unwanted: { kind: 'unwanted' },
  opened: { kind: 'opened' },
  lost: { kind: 'lost' },
  turnedAway: { kind: 'turnedAway' },
  offline: { kind: 'offline' },
  online: { kind: 'online' },
  shown: { kind: 'shown' },
  welcomed: { kind: 'welcomed' },
  unanswered: { kind: 'unanswered' },
  denied: { kind: 'denied', refusal: 'unavailable' },
  renewed: { kind: 'renewed' },
  due: { kind: 'due' },
};

/** Where it leads, and what is done on the way. */
type Square = `${Connection['is']}${'' | `: ${string}`}`;
const off = 'off';
const connecting = 'connecting';
const greeting = 'greeting';
const ready = 'ready';
const waiting = 'waiting';
const refused = 'refused';
const dials = 'connecting: dial';
const hangsUp = 'off: hangUp';
const pauses = 'waiting: wait';
const startsOver = 'waiting: hangUp, wait';

/** The type leaves no square empty; each square is one test. */
const table: Record<Connection['is'], Record<ConnectionEvent['kind'], Square>> = {
  off: {
    wanted: dials,
    unwanted: off,
    opened: off,
    lost: off,
    turnedAway: off,
    offline: off,
    online: off,
    shown: off,
    welcomed: off,
    unanswered: off,
    denied: off,
    renewed: off,
    due: off,
  },
  connecting: {
    wanted: connecting,
    unwanted: hangsUp,
    opened: 'greeting: hello',
    lost: pauses,
    turnedAway: 'refused: hangUp',
    offline: startsOver,
    online: 'connecting: hangUp, dial',
    shown: connecting,
    welcomed: connecting,
    unanswered: connecting,
    denied: connecting,
    renewed: connecting,
    due: connecting,
  },
  greeting: {
    wanted: greeting,
    unwanted: hangsUp,
    opened: greeting,
    lost: pauses,
    turnedAway: greeting,
    offline: startsOver,
    online: greeting,
    shown: greeting,
    welcomed: ready,
    unanswered: startsOver,
    denied: startsOver,
    renewed: startsOver,
    due: greeting,
  },
  ready: {
    wanted: ready,
    unwanted: hangsUp,
    opened: ready,
    lost: pauses,
    turnedAway: ready,
    offline: startsOver,
    online: ready,
    shown: ready,
    welcomed: ready,
    unanswered: ready,
    denied: ready,
    renewed: startsOver,
    due: ready,
  },
  waiting: {
    wanted: waiting,
    unwanted: hangsUp,
    opened: waiting,
    lost: waiting,
    turnedAway: waiting,
    offline: waiting,
    online: dials,
    shown: dials,
    welcomed: waiting,
    unanswered: waiting,
    denied: waiting,
    renewed: waiting,
    due: dials,
  },
  refused: {
    wanted: refused,
    unwanted: hangsUp,
    opened: refused,
    lost: refused,
    turnedAway: refused,
    offline: refused,
    online: refused,
    shown: refused,
    welcomed: refused,
    unanswered: refused,
    denied: refused,
    renewed: refused,
    due: refused,
  },
};

describe.each(Object.entries(table))('%s', (state, row) => {
  test.each(Object.entries(row))('%s → %s', (kind, square) => {
    const step = next(states[state as Connection['is']], events[kind as ConnectionEvent['kind']], at, 0.5);
    const done = step.effects.map((effect) => effect.do).join(', ');
    expect(done ? `${step.now.is}: ${done}` : step.now.is).toBe(square);
  });
});

describe.each<[Refusal, Connection, Connection]>([
  ['expired', { is: 'refused', why: 'expired' }, { is: 'refused', why: 'expired' }],
  ['invalid', { is: 'refused', why: 'outdated' }, states.ready],
  ['forbidden', { is: 'waiting', since: 7, attempt: 3, until: at + 9, isSlowed: false }, states.ready],
  ['unavailable', { is: 'waiting', since: 7, attempt: 3, until: at + 9, isSlowed: false }, states.ready],
  ['conflict', { is: 'waiting', since: 7, attempt: 3, until: at + 9, isSlowed: false }, states.ready],
  ['tooFast', { is: 'waiting', since: 7, attempt: 3, until: at + 9, isSlowed: true }, states.ready],
])('a relay that says %s', (refusal, toHello, later) => {
  const denied: ConnectionEvent = { kind: 'denied', refusal, retryAfterMs: 9 };
  test('to hello', () => expect(next(states.greeting, denied, at, 0.5).now).toEqual(toHello));
  test('later', () => expect(next(states.ready, denied, at, 0.5).now).toEqual(later));
});

test('a page that was turned away is refused for good', () => {
  expect(next(states.connecting, events.turnedAway, at, 0.5).now).toEqual({ is: 'refused', why: 'forbidden' });
});

test('an expired conversation begins anew with another token', () => {
  const step = next({ is: 'refused', why: 'expired' }, events.renewed, at, 0.5);
  expect(step).toEqual({ now: { is: 'connecting', since: at, attempt: 0 }, effects: [{ do: 'dial' }] });
});

test.each(['online', 'shown'] as const)('who is told to wait waits, whatever happens meanwhile (%s)', (kind) => {
  const slowed: Connection = { is: 'waiting', since: 7, attempt: 1, until: at + 5, isSlowed: true };
  expect(next(slowed, events[kind], at, 0.5)).toEqual({ now: slowed, effects: [] });
});

test('pauses grow, and a visitor waits since the connection was first missed', () => {
  let now: Connection = states.ready;
  const pausesMs: number[] = [];
  for (let time = at; pausesMs.length < 4; time += 60_000) {
    const step = next(now, events.lost, time, 1);
    for (const effect of step.effects) if (effect.do === 'wait') pausesMs.push(effect.ms);
    expect(step.now).toMatchObject({ since: at });
    now = next(step.now, events.due, time, 1).now;
  }
  expect(pausesMs).toEqual([500, 1_000, 2_000, 4_000]);
});

test('a connection that was welcomed has failed no more', () => {
  const again = next(next(states.greeting, events.welcomed, at, 1).now, events.lost, at, 1);
  expect(again.now).toMatchObject({ attempt: 1, since: at });
});
