import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Phase } from '../../shared/handoff.ts';
import { ownerIn } from '../../shared/phases.ts';
import type { HandoffEvent, Step } from './handoff-event.ts';
import { next, show } from './handoff.ts';
import type { HandoffState } from '../stores/conversation-state.ts';
import { assigned, events, jon, mara, sales, states, support, table, topics, wish } from '../testing/handoff-table.ts';

// The keys of these tables are the phases and the kinds: TypeScript forgets it in `Object.keys`.
const phases = Object.keys(table) as Phase[];
const kinds = Object.keys(events) as HandoffEvent['kind'][];

describe.each(phases)('in %s', (phase) => {
  test.each(kinds)('%s leads where the table says', (kind) => {
    const { now, because } = next(states[phase], events[kind]);
    expect(now.phase).toBe(table[phase][kind]);
    // Nobody is left to wonder: who answers does not change without a word.
    if (now.phase !== phase) expect(because).toBeDefined();
  });
});

const does = ({ effects }: Step) => effects.map((effect) => effect.do);

describe('on the way to a person', () => {
  test('a wish that leaves open what it is about is asked, and the question does not wait for ever', () => {
    const step = next(states.bot, { kind: 'asked', wish, topics });
    expect(step).toMatchObject({ now: { phase: 'asking', epoch: 6, topics }, because: 'asked' });
    expect(step.effects).toEqual([{ do: 'remind', timer: 'askedTooLong' }]);
  });

  test('a clear wish goes to the desk at once, and the bot has lost its right to answer', () => {
    const step = next(states.bot, events.asked);
    expect(step).toMatchObject({ now: { phase: 'transferring', epoch: 6 }, because: 'connecting' });
    expect(step.effects).toEqual([{ do: 'handOver' }, { do: 'remind', timer: 'transferTooLong' }]);
  });

  test('what was chosen decides the team, and is remembered for the note', () => {
    const { now } = next(states.asking, events.chose);
    expect(now).toMatchObject({ epoch: 5, wish: { route: sales, chosen: 'Orders and returns' } });
  });

  test('whoever writes instead of choosing goes to the team that their words mean', () => {
    expect(next(states.asking, events.wrote)).toMatchObject({ now: { wish: { route: support, chosen: null } } });
  });

  test('when the desk has it and nobody was picked, the team is called', () => {
    expect(next(states.transferring, events.handed)).toMatchObject({
      now: { phase: 'waiting', epoch: 6, agent: null },
      because: 'queued',
      effects: [{ do: 'call' }, { do: 'remind', timer: 'waitedTooLong' }],
    });
  });

  test('whoever was picked is named, and nobody else is called', () => {
    expect(next(states.transferring, { kind: 'handed', agent: mara })).toMatchObject({
      now: { agent: mara },
      because: 'assigned',
      effects: [],
    });
  });

  test.each(['failed', 'transferTooLong'] as const)(
    '%s gives the visitor back to the bot, with what they said',
    (kind) => {
      const step = next(states.transferring, events[kind]);
      expect(step.because).toBe('failed');
      expect(does(step)).toEqual(['stopHandOver', 'takeBack', 'askBot']);
    },
  );

  test('a person who is already there is left alone by the rest of the sequence', () => {
    expect(does(next(states.transferring, events.spoke))).toEqual(['stopHandOver', 'assign']);
    expect(does(next(states.transferring, events.assigned))).toEqual(['stopHandOver']);
  });
});

describe('with people', () => {
  test('assigned is not yet there: human begins with a word', () => {
    expect(next(assigned, { kind: 'assigned', agent: jon })).toMatchObject({ now: { phase: 'waiting', agent: jon } });
    expect(next(assigned, { kind: 'spoke', agent: jon, wish })).toMatchObject({ now: { phase: 'human', agent: jon } });
  });

  test('or with the typing of whoever is assigned, and of nobody else', () => {
    expect(next(assigned, { kind: 'typed', agent: mara })).toMatchObject({ now: { phase: 'human', agent: mara } });
    expect(next(assigned, { kind: 'typed', agent: jon }).now).toBe(assigned);
    expect(next(states.waiting, { kind: 'typed', agent: mara }).now).toBe(states.waiting);
  });

  test('one who is assigned again is not announced again', () => {
    for (const kind of ['assigned', 'opened', 'handed'] as const) {
      expect(next(assigned, { ...events[kind], agent: mara })).toEqual({ now: assigned, effects: [] });
    }
  });

  test('passing it on, letting go of it and taking it up are told apart', () => {
    expect(next(states.human, events.assigned)).toMatchObject({ now: { agent: jon, epoch: 5 }, because: 'passedOn' });
    expect(next(states.human, events.unassigned)).toMatchObject({ now: { agent: null }, because: 'released' });
    expect(next(states.ending, { ...events.opened, agent: jon })).toMatchObject({ because: 'reopened' });
  });

  test('an answer while the bot has it takes it over, and the thread is given to whoever answered', () => {
    const step = next(states.bot, events.spoke);
    expect(step).toMatchObject({ now: { phase: 'human', epoch: 6 }, because: 'joined' });
    expect(step.effects).toEqual([{ do: 'assign', agent: mara }]);
  });

  test('Cancel comes too late once a person has spoken', () => {
    expect(next(states.human, events.cancelled).now).toBe(states.human);
  });

  test('a person who speaks after the end has the visitor again, and the thread is given to them', () => {
    const step = next(states.ending, events.spoke);
    expect(step).toMatchObject({ now: { phase: 'human', agent: mara, epoch: 6 }, because: 'joined' });
    expect(step.effects).toEqual([{ do: 'assign', agent: mara }]);
  });

  test('another team is told, and changes nothing else', () => {
    for (const before of [assigned, states.human, states.hold, states.async]) {
      expect(next(before, events.rerouted)).toEqual({ now: before, because: 'rerouted', effects: [] });
    }
    // While nobody is assigned, another team's time begins.
    const again = [{ do: 'remind', timer: 'waitedTooLong' }];
    expect(next(states.waiting, events.rerouted)).toEqual({ now: states.waiting, because: 'rerouted', effects: again });
  });
});

describe('back to the bot', () => {
  test('Cancel stays in the thread: it is taken back there, and the bot hears what was said meanwhile', () => {
    const step = next(states.waiting, events.cancelled);
    expect(step).toMatchObject({ now: { epoch: 6 }, because: 'cancelled' });
    expect(does(step)).toEqual(['stopHandOver', 'takeBack', 'askBot']);
  });

  test('after people the bot begins anew, in a thread of its own', () => {
    expect(does(next(states.human, events.back))).toEqual(['close', 'newRound', 'newSession', 'askBot']);
    expect(does(next(states.human, events.returned))).toEqual(['newRound', 'newSession', 'askBot']);
    expect(does(next(states.ending, events.wrote))).toEqual(['newRound', 'newSession']);
    expect(does(next(states.ending, events.asked))).toEqual(['newRound', 'newSession', 'handOver', 'remind']);
  });

  test('what no person answered is put to the bot, however it got the visitor back', () => {
    for (const kind of ['back', 'returned', 'gone'] as const) {
      expect(does(next(states.human, events[kind])).at(-1)).toBe('askBot');
    }
    expect(does(next(states.bot, events.resolved))).toEqual(['newRound', 'newSession', 'askBot']);
  });

  test('a thread that is gone ends with a word to the visitor, wherever people had it', () => {
    for (const phase of ['transferring', 'waiting', 'human'] as const) {
      expect(next(states[phase], events.gone)).toMatchObject({ now: { phase: 'bot', epoch: 6 }, because: 'deskGone' });
    }
  });
});

describe('whatever happens, in whatever order', () => {
  const agent = fc.constantFrom(mara, jon);
  const anyEvent: fc.Arbitrary<HandoffEvent> = fc.oneof(
    fc.constantFrom(...Object.values(events)),
    fc.constant<HandoffEvent>({ kind: 'asked', wish, topics }),
    fc.record({ kind: fc.constantFrom('handed' as const), agent: fc.option(agent) }),
    fc.record({ kind: fc.constantFrom('opened' as const), agent: fc.option(agent), wish: fc.constant(wish) }),
    fc.record({ kind: fc.constantFrom('assigned' as const, 'typed' as const), agent }),
    fc.record({ kind: fc.constant('spoke' as const), agent, wish: fc.constant(wish) }),
  );
  const stories = fc.array(anyEvent, { maxLength: 40 });
  // With the seven properties below, more than ten thousand stories.
  const numRuns = 1_500;
  /** Each step of a story, with the state before it. */
  function* tell(story: HandoffEvent[]): Generator<Step & { before: HandoffState; event: HandoffEvent }> {
    let before: HandoffState = { phase: 'bot', epoch: 1 };
    for (const event of story) {
      const step = next(before, event);
      yield { ...step, before, event };
      before = step.now;
    }
  }

  test('the epoch never falls, and grows by one exactly where the owner changes', () => {
    fc.assert(
      fc.property(stories, (story) => {
        for (const { before, now } of tell(story)) {
          const changed = ownerIn[before.phase] !== ownerIn[now.phase];
          expect(now.epoch - before.epoch).toBe(changed ? 1 : 0);
        }
      }),
      { numRuns },
    );
  });

  test('the bot is asked only where it answers, and told of no one while people own', () => {
    fc.assert(
      fc.property(stories, (story) => {
        for (const { now, effects } of tell(story)) {
          if (effects.some((effect) => effect.do === 'askBot')) expect(now.phase).toBe('bot');
        }
      }),
      { numRuns },
    );
  });

  test('a change that is told is seen, and nothing is seen that is not told', () => {
    fc.assert(
      fc.property(stories, (story) => {
        for (const { before, now, because } of tell(story)) {
          if (because === undefined) expect(show(now)).toEqual(show(before));
        }
      }),
      { numRuns },
    );
  });

  test('a handoff that begins has a timer, and one that is left is stopped', () => {
    fc.assert(
      fc.property(stories, (story) => {
        for (const { before, now, effects, event } of tell(story)) {
          const timers = effects.flatMap((effect) => (effect.do === 'remind' ? [effect.timer] : []));
          if (now.phase === 'asking' && before.phase !== 'asking') expect(timers).toEqual(['askedTooLong']);
          if (now.phase === 'transferring' && before.phase !== 'transferring')
            expect(timers).toEqual(['transferTooLong']);
          const leaves = before.phase === 'transferring' && now.phase !== 'transferring';
          // `handed` is the last step itself; a thread that is gone takes its steps with it.
          if (leaves && event.kind !== 'handed' && event.kind !== 'gone') {
            expect(effects[0]).toEqual({ do: 'stopHandOver' });
          }
        }
      }),
      { numRuns },
    );
  });

  test('wherever the visitor waits, they can leave, and no event is needed that only the desk can bring', () => {
    fc.assert(
      fc.property(stories, (story) => {
        for (const { now } of tell(story)) {
          if (!['asking', 'transferring', 'waiting'].includes(now.phase)) continue;
          expect(next(now, events.cancelled).now.phase).toBe('bot');
          expect(next(now, events.ended).now.phase).toBe('ending');
        }
      }),
      { numRuns },
    );
  });

  test('the same event twice is the same event once', () => {
    fc.assert(
      fc.property(stories, (story) => {
        for (const { now, event } of tell(story)) {
          const again = next(now, event);
          if (again.now.phase === now.phase) expect(show(again.now)).toEqual(show(now));
        }
      }),
      { numRuns },
    );
  });
});

test('every order of four events has one voice: the bot is asked nowhere but where it answers', () => {
  const all = Object.values(events);
  let seen = 0;
  const follow = (before: HandoffState, left: number): void => {
    if (left === 0) return;
    for (const event of all) {
      const { now, effects } = next(before, event);
      seen += 1;
      const isRight =
        now.epoch - before.epoch === (ownerIn[before.phase] === ownerIn[now.phase] ? 0 : 1) &&
        (now.phase === 'bot' || effects.every((effect) => effect.do !== 'askBot'));
      if (!isRight)
        throw new Error(`${before.phase} at ${event.kind} becomes ${now.phase}: ${JSON.stringify(effects)}`);
      if (now !== before) follow(now, left - 1);
    }
  };
  for (const state of Object.values(states)) follow(state, 4);
  expect(seen).toBeGreaterThan(10_000);
});

describe('what the visitor sees', () => {
  test.each(phases)('of %s is no more than the wire has: no key, no reason, no note', (phase) => {
    expect(JSON.stringify(show(states[phase]))).not.toMatch(/"key"|reason|trail|skills/);
  });

  test('is the team by its label, and the person by name and by what finds their picture', () => {
    const agent = { name: 'Mara Ostby', picture: '2' };
    expect(show(states.human)).toEqual({ phase: 'human', epoch: 5, team: 'Support', agent });
    expect(show({ ...states.waiting, wish: { ...wish, route: null } })).toMatchObject({ team: null, agent: null });
  });
});
