import { describe, expect, test } from 'vitest';
import { away, events, jon, mara, states, wish } from '../testing/handoff-table.ts';
import { next, show } from './handoff.ts';
import type { Step } from './handoff-event.ts';

/* Where nobody answers at once: put off, a message left, waited for too long; and what comes after the end. */

const does = ({ effects }: Step) => effects.map((effect) => effect.do);

describe('put off at the desk', () => {
  test('the visitor is told by whom and until when, and stays with people', () => {
    const { now, because, effects } = next(states.human, events.putOff);
    expect(now).toEqual({ phase: 'hold', epoch: 5, wish, agent: mara, until: 1_000 });
    expect([because, effects]).toEqual(['putOff', []]);
    expect(show(now)).toMatchObject({ team: 'Support', agent: { name: 'Mara Ostby' }, until: 1_000 });
  });

  test('nobody had it yet: it is put off all the same, and nobody is named', () => {
    expect(next(states.waiting, events.putOff).now).toMatchObject({ phase: 'hold', agent: null });
  });

  test('the one who had it goes on where they stopped; anybody else is waited for', () => {
    expect(next(states.hold, { ...events.opened, agent: mara })).toMatchObject({
      now: { phase: 'human', agent: mara },
      because: 'reopened',
    });
    expect(next(states.hold, { ...events.opened, agent: jon })).toMatchObject({
      now: { phase: 'waiting', agent: jon },
      because: 'assigned',
    });
    expect(next(states.hold, events.opened)).toMatchObject({
      now: { phase: 'waiting', agent: null },
      because: 'queued',
    });
  });

  test('another hour is told, the same one is not told twice', () => {
    const { now } = next(states.hold, events.putOff);
    expect(next(now, events.putOff)).toEqual({ now, effects: [] });
    expect(next(now, { kind: 'putOff', until: 2_000 })).toMatchObject({ now: { until: 2_000 }, because: 'putOff' });
  });

  test('while the bot has it, that is nobody else’s business', () => {
    for (const phase of ['bot', 'asking', 'ending', 'closed'] as const)
      expect(next(states[phase], events.putOff).now).toBe(states[phase]);
  });
});

describe('waited for too long', () => {
  test('is offered once, and only where nobody is assigned', () => {
    const { now, because } = next(states.waiting, events.waitedTooLong);
    expect([now, because]).toEqual([{ ...states.waiting, tooLong: 300_000 }, 'waitedTooLong']);
    expect(next(now, events.waitedTooLong).now).toBe(now);
    const assigned = { ...states.waiting, agent: mara };
    expect(next(assigned, events.waitedTooLong).now).toBe(assigned);
  });

  test('who waits on is asked again after as long', () => {
    const long = { ...states.waiting, tooLong: 300_000 };
    expect(next(long, events.keptWaiting)).toMatchObject({ now: states.waiting, because: 'keptWaiting' });
    expect(next(long, events.keptWaiting).effects).toEqual([{ do: 'remind', timer: 'waitedTooLong' }]);
    expect(next(states.waiting, events.keptWaiting).now).toBe(states.waiting);
  });

  test('a person who comes takes the question away', () => {
    const long = { ...states.waiting, tooLong: 300_000 };
    expect(show(next(long, events.assigned).now)).not.toHaveProperty('tooLong');
    expect(next(long, events.spoke).now.phase).toBe('human');
  });
});

describe('a message that was left', () => {
  test('stays with people, and nobody is waited for', () => {
    const step = next(states.waiting, events.left);
    expect(step).toMatchObject({ now: { phase: 'async', epoch: 5, byMail: false }, because: 'left', effects: [] });
  });

  test('is answered by a person who then has the visitor', () => {
    expect(next(states.async, events.spoke)).toMatchObject({ now: { phase: 'human', epoch: 5 }, because: 'joined' });
  });

  test('does not keep the visitor from the assistant, and is not put to it', () => {
    const step = next(states.async, events.back);
    expect(step).toMatchObject({ now: { phase: 'bot', epoch: 6 }, because: 'back' });
    expect(does(step)).toEqual(['newRound', 'newSession']);
  });

  test('those who are to read it are told once the desk has it', () => {
    expect(does(next(states.async, events.handed))).toEqual(['call']);
    expect(does(next(states.async, { kind: 'handed', agent: mara }))).toEqual([]);
  });
});

describe('nobody is there', () => {
  const asking = { ...states.asking, topics: [], away };

  test('is said before anybody is waited for', () => {
    const step = next(states.bot, { ...events.asked, away });
    expect(step).toMatchObject({ now: { phase: 'asking', topics: [], away }, because: 'away' });
  });

  test('the visitor leaves a message, waits all the same, or stays', () => {
    expect(does(next(asking, events.left))).toEqual(['handOver']);
    expect(next(asking, events.left).now.phase).toBe('async');
    expect(next(asking, events.keptWaiting).now.phase).toBe('transferring');
    expect(next(asking, events.cancelled).now.phase).toBe('bot');
  });

  test('who just writes leaves a message; who does nothing stays with the assistant', () => {
    expect(next(asking, events.wrote).now.phase).toBe('async');
    expect(next(asking, events.askedTooLong)).toMatchObject({ now: { phase: 'bot' }, because: 'cancelled' });
  });
});

describe('after the end', () => {
  test('the visitor is asked whether it helped where a person has spoken', () => {
    expect(next(states.human, { kind: 'resolved', mayRate: true })).toMatchObject({
      now: { phase: 'ending', mayRate: true },
      effects: [{ do: 'remind', timer: 'ratingOver' }],
    });
    expect(next(states.waiting, { kind: 'resolved', mayRate: true }).now).not.toHaveProperty('mayRate');
  });

  test('nobody is asked where nobody had it', () => {
    for (const state of [states.async, { ...states.hold, agent: null }])
      expect(next(state, { kind: 'resolved', mayRate: true }).now).not.toHaveProperty('mayRate');
    expect(next(states.hold, { kind: 'resolved', mayRate: true }).now).toHaveProperty('mayRate');
  });

  test('a rating counts once, and closes', () => {
    const { now, because, effects } = next(states.ending, events.rated);
    expect([now, because]).toEqual([{ phase: 'closed', epoch: 5, at: 0, isRated: true }, 'rated']);
    expect(effects).toEqual([{ do: 'rate', stars: 4, text: '' }]);
    expect(next(now, events.rated)).toEqual({ now, effects: [] });
  });

  test('nobody has to say', () => {
    for (const event of [{ ...events.rated, stars: null }, events.ratingOver]) {
      expect(next(states.ending, event)).toMatchObject({ now: { phase: 'closed', isRated: false }, effects: [] });
    }
    const { mayRate: _, ...notAsked } = states.ending;
    expect(next(notAsked, events.rated).now).toBe(notAsked);
  });

  test('the next word after it is the bot’s, in a thread of its own', () => {
    expect(does(next(states.closed, events.wrote))).toEqual(['newRound', 'newSession']);
    expect(next(states.closed, events.spoke).now.phase).toBe('human');
  });
});
