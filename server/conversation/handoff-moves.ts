import type { Because } from '../../shared/handoff.ts';
import { ownerIn } from '../../shared/phases.ts';
import type { DeskAgent } from '../desks/desk.ts';
import type { HandoffState, Wish } from '../stores/conversation-state.ts';
import type { Effect, HandoffEvent, Step } from './handoff-event.ts';

/* The moves that the machine of the handoff is made of. The epoch grows here, and only where the owner changes. */

export type In<P extends HandoffState['phase']> = Extract<HandoffState, { phase: P }>;
/** Undefined: it stays as it is. */
export type Then = Step | undefined;
type Kind = HandoffEvent['kind'];
/** Every phase names every event, so that no square is empty by oversight. */
export type Row = { [K in Kind]: (event: Extract<HandoffEvent, { kind: K }>) => Then };

/** The events that change nothing in a phase. */
export function ignores<K extends Kind>(...kinds: K[]): { [k in K]: () => undefined } {
  // Keyed by exactly what was given.
  return Object.fromEntries(kinds.map((kind) => [kind, () => undefined])) as { [k in K]: () => undefined };
}

export function take(row: Row, event: HandoffEvent): Then {
  // The row is keyed by the event's own kind, which TypeScript cannot follow through a lookup.
  return (row[event.kind] as (event: HandoffEvent) => Then)(event);
}

/** The state after, with the epoch of its owner. */
export function to<S extends HandoffState>(
  now: HandoffState,
  after: Omit<S, 'epoch'> & { phase: S['phase'] },
): HandoffState {
  const epoch = ownerIn[now.phase] === ownerIn[after.phase] ? now.epoch : now.epoch + 1;
  // Spreading a discriminated union loses its discriminant; what goes in is one of its members without the epoch.
  return { ...after, epoch } as unknown as HandoffState;
}

/** Somebody wants a person: the visitor is told that nobody is there, or asked what it is about, or it goes to the desk. */
export function toPerson(
  now: HandoffState,
  { wish, topics, away }: Omit<Extract<HandoffEvent, { kind: 'asked' }>, 'kind'>,
  more: Effect[] = [],
): Step {
  if (!away && topics.length === 0) return connect(now, wish, more);
  return {
    now: to<In<'asking'>>(now, { phase: 'asking', wish, topics: away ? [] : topics, ...(away && { away }) }),
    because: away ? 'away' : 'asked',
    effects: [...more, { do: 'remind', timer: 'askedTooLong' }],
  };
}

export function connect(now: HandoffState, wish: Wish, more: Effect[] = []): Step {
  return {
    now: to<In<'transferring'>>(now, { phase: 'transferring', wish }),
    because: 'connecting',
    effects: [...more, { do: 'handOver' }, { do: 'remind', timer: 'transferTooLong' }],
  };
}

export function toBot(now: HandoffState, because: Because, effects: Effect[]): Step {
  return { now: to<In<'bot'>>(now, { phase: 'bot' }), because, effects };
}

export function toHuman(now: HandoffState, wish: Wish, agent: DeskAgent, because: Because, effects: Effect[]): Step {
  return { now: to<In<'human'>>(now, { phase: 'human', wish, agent }), because, effects };
}

/** Where nobody is assigned, the visitor does not wait for ever without a word. */
export function toWaiting(
  now: HandoffState,
  wish: Wish,
  agent: DeskAgent | null,
  because: Because,
  effects: Effect[],
): Step {
  return {
    now: to<In<'waiting'>>(now, { phase: 'waiting', wish, agent }),
    because,
    effects: agent ? effects : [...effects, { do: 'remind', timer: 'waitedTooLong' }],
  };
}

export function toHold(now: HandoffState, wish: Wish, agent: DeskAgent | null, until: number | null): Step {
  return { now: to<In<'hold'>>(now, { phase: 'hold', wish, agent, until }), because: 'putOff', effects: [] };
}

/** A message was left: people have it, and the visitor waits for nobody. */
export function toAsync(
  now: HandoffState,
  wish: Wish,
  { byMail, opensAt }: { byMail: boolean; opensAt: number | null },
  effects: Effect[],
): Step {
  return { now: to<In<'async'>>(now, { phase: 'async', wish, opensAt, byMail }), because: 'left', effects };
}

export function toEnding(
  now: HandoffState,
  { by, agent, mayRate = false }: { by: 'agent' | 'visitor'; agent: DeskAgent | null; mayRate?: boolean | undefined },
  effects: Effect[],
): Step {
  return {
    now: to<In<'ending'>>(now, { phase: 'ending', by, agent, ...(mayRate && { mayRate }) }),
    because: by === 'agent' ? 'resolved' : 'ended',
    effects: mayRate ? [...effects, { do: 'remind', timer: 'ratingOver' }] : effects,
  };
}

export function toClosed(now: HandoffState, because: Because, at: number, isRated: boolean, effects: Effect[]): Step {
  return { now: to<In<'closed'>>(now, { phase: 'closed', at, isRated }), because, effects };
}

/**
 * Given back, or resolved and reopened by a word of the visitor's that was under way. The person who had it stays a
 * participant there and would be told of every word, so the bot goes on elsewhere.
 */
export const returned: Effect[] = [{ do: 'newRound' }, { do: 'newSession' }, { do: 'askBot' }];

/** Given back by a note: the thread is still open there, and is closed. */
export const handedBack = (words: string): Effect[] => [
  { do: 'close', note: 'handedBack' },
  { do: 'newRound' },
  { do: 'newSession', words },
  { do: 'askBot' },
];
