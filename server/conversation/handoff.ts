import type { Because, Handoff, Topic } from '../../shared/handoff.ts';
import { isForPeopleIn, ownerIn } from '../../shared/phases.ts';
import type { DeskAgent } from '../desks/desk.ts';
import type { HandoffState, Route, Wish } from '../stores/conversation-state.ts';

/** Something that may change who answers. */
export type HandoffEvent =
  /** A person is wanted. With topics, the visitor is asked first; else `wish.route` is decided. */
  | { kind: 'asked'; wish: Wish; topics: Topic[] }
  /** What it is about was chosen. */
  | { kind: 'chose'; route: Route; chosen: string | null }
  /** The visitor wrote. `route` is what it means as an answer to "What is it about?". */
  | { kind: 'wrote'; route: Route }
  | { kind: 'cancelled' }
  /** The desk has it, read back; somebody was picked, or nobody. */
  | { kind: 'handed'; agent: DeskAgent | null }
  | { kind: 'failed' }
  | { kind: 'assigned'; agent: DeskAgent }
  | { kind: 'unassigned' }
  /** Another team has it; the new label is in the wish already. */
  | { kind: 'rerouted' }
  /** A person said something in public. */
  | { kind: 'spoke'; agent: DeskAgent; wish: Wish }
  /** The person who is assigned is writing. */
  | { kind: 'typed'; agent: DeskAgent }
  | { kind: 'resolved' }
  /** An agent gave it back to the bot. */
  | { kind: 'returned' }
  /** An agent opened it, while the bot had it or after the end. */
  | { kind: 'opened'; agent: DeskAgent | null; wish: Wish }
  /** The bot is done with the visitor; with `resolve`, the thread at the desk is over, too. */
  | { kind: 'botClosed'; resolve: boolean }
  /** The visitor goes back to the bot. */
  | { kind: 'back' }
  /** The visitor ends the chat. */
  | { kind: 'ended' }
  /** The thread is no longer at the desk. */
  | { kind: 'gone' }
  /** Nobody answered "What is it about?". */
  | { kind: 'askedTooLong'; route: Route }
  /** The desk took too long to take it. */
  | { kind: 'transferTooLong' };

/** What follows, as plain data; `handoff-effects.ts` turns it into steps, turns and timers of the same commit. */
export type Effect =
  /** Tell the desk that people shall have it. */
  | { do: 'handOver' }
  /** Nobody was picked: call the team. */
  | { do: 'call' }
  /** It was still pending: open it and give it to the person who spoke. */
  | { do: 'assign'; agent: DeskAgent }
  /** The steps towards a person that have not been taken are not taken any more. */
  | { do: 'stopHandOver' }
  /** The bot has it again, in the same thread. */
  | { do: 'takeBack'; note: 'cancelled' | 'failed' }
  /** The round is over, by our side. */
  | { do: 'close'; note: 'back' | 'ended' | 'botClosed' }
  /** What comes next goes into a new thread. */
  | { do: 'newRound' }
  /** The bot begins anew. `why`: where no person had the visitor. */
  | { do: 'newSession'; why?: 'bot_closed' }
  /** What nobody has answered goes to the bot, as one turn. */
  | { do: 'askBot' }
  | { do: 'remind'; timer: 'askedTooLong' | 'transferTooLong' };

export interface Step {
  now: HandoffState;
  /** Absent where nothing changed that anybody would notice. */
  because?: Because;
  effects: Effect[];
}

/**
 * The whole machine: no clock, no socket, no await. The epoch grows exactly where the owner changes, so that a word
 * spoken under an older right is recognised.
 */
export function next(now: HandoffState, event: HandoffEvent): Step {
  const same: Step = { now, effects: [] };
  switch (now.phase) {
    case 'bot':
      return fromBot(now, event) ?? same;
    case 'asking':
      return fromAsking(now, event) ?? same;
    case 'transferring':
      return fromTransferring(now, event) ?? same;
    case 'waiting':
      return fromWaiting(now, event) ?? same;
    case 'human':
      return fromHuman(now, event) ?? same;
    case 'ending':
      return fromEnding(now, event) ?? same;
  }
}

type In<P extends HandoffState['phase']> = Extract<HandoffState, { phase: P }>;
type Then = Step | undefined;
/** Every phase names every event, so that no square is empty by oversight. */
type Row = { [K in HandoffEvent['kind']]: (event: Extract<HandoffEvent, { kind: K }>) => Then };
const stay = (): Then => undefined;

function take(row: Row, event: HandoffEvent): Then {
  // The row is keyed by the event's own kind, which TypeScript cannot follow through a lookup.
  return (row[event.kind] as (event: HandoffEvent) => Then)(event);
}

/** The state after, with the epoch of its owner. */
function to<S extends HandoffState>(now: HandoffState, after: Omit<S, 'epoch'> & { phase: S['phase'] }): HandoffState {
  const epoch = ownerIn[now.phase] === ownerIn[after.phase] ? now.epoch : now.epoch + 1;
  // Spreading a discriminated union loses its discriminant; what goes in is one of its members without the epoch.
  return { ...after, epoch } as unknown as HandoffState;
}

function toPerson(now: HandoffState, event: { wish: Wish; topics: Topic[] }, more: Effect[] = []): Step {
  if (event.topics.length > 0) {
    return {
      now: to<In<'asking'>>(now, { phase: 'asking', wish: event.wish, topics: event.topics }),
      because: 'asked',
      effects: [...more, { do: 'remind', timer: 'askedTooLong' }],
    };
  }
  return connect(now, event.wish, more);
}

function connect(now: HandoffState, wish: Wish, more: Effect[] = []): Step {
  return {
    now: to<In<'transferring'>>(now, { phase: 'transferring', wish }),
    because: 'connecting',
    effects: [...more, { do: 'handOver' }, { do: 'remind', timer: 'transferTooLong' }],
  };
}

function toBot(now: HandoffState, because: Because, effects: Effect[]): Step {
  return { now: to<In<'bot'>>(now, { phase: 'bot' }), because, effects };
}

function toHuman(now: HandoffState, wish: Wish, agent: DeskAgent, because: Because, effects: Effect[]): Step {
  return { now: to<In<'human'>>(now, { phase: 'human', wish, agent }), because, effects };
}

function toWaiting(now: HandoffState, wish: Wish, agent: DeskAgent | null, because: Because, effects: Effect[]): Step {
  return { now: to<In<'waiting'>>(now, { phase: 'waiting', wish, agent }), because, effects };
}

function toEnding(now: HandoffState, by: 'agent' | 'visitor', agent: DeskAgent | null, effects: Effect[]): Step {
  return {
    now: to<In<'ending'>>(now, { phase: 'ending', by, agent }),
    because: by === 'agent' ? 'resolved' : 'ended',
    effects,
  };
}

/**
 * Given back, or resolved and reopened by a word of the visitor's that was under way. The person who had it stays a
 * participant there and would be told of every word, so the bot goes on elsewhere.
 */
const returned: Effect[] = [{ do: 'newRound' }, { do: 'newSession' }, { do: 'askBot' }];

function fromBot(now: In<'bot'>, event: HandoffEvent): Then {
  return take(
    {
      asked: (e) => toPerson(now, e),
      spoke: (e) => toHuman(now, e.wish, e.agent, 'joined', [{ do: 'assign', agent: e.agent }]),
      opened: (e) => toWaiting(now, e.wish, e.agent, e.agent ? 'assigned' : 'queued', []),
      // Nobody was there to end it with; the next word begins a new thread. A turn under way is asked anew.
      resolved: () => ({ now, effects: returned }),
      botClosed: (e) => {
        const resolve: Effect[] = e.resolve ? [{ do: 'close', note: 'botClosed' }, { do: 'newRound' }] : [];
        return { now, effects: [...resolve, { do: 'newSession', why: 'bot_closed' }, { do: 'askBot' }] };
      },
      gone: () => ({ now, effects: [{ do: 'newRound' }] }),
      chose: stay,
      wrote: stay,
      cancelled: stay,
      handed: stay,
      failed: stay,
      // Assigned while pending may be an automation's doing: the bot goes on until that person writes or opens it.
      assigned: stay,
      unassigned: stay,
      rerouted: stay,
      typed: stay,
      returned: stay,
      back: stay,
      ended: stay,
      askedTooLong: stay,
      transferTooLong: stay,
    },
    event,
  );
}

function fromAsking(now: In<'asking'>, event: HandoffEvent): Then {
  const answered = (route: Route, chosen: string | null) => connect(now, { ...now.wish, route, chosen });
  return take(
    {
      chose: (e) => answered(e.route, e.chosen),
      wrote: (e) => answered(e.route, null),
      askedTooLong: (e) => answered(e.route, null),
      cancelled: () => toBot(now, 'cancelled', [{ do: 'askBot' }]),
      back: () => toBot(now, 'cancelled', [{ do: 'askBot' }]),
      ended: () => toEnding(now, 'visitor', null, [{ do: 'close', note: 'ended' }]),
      spoke: (e) => toHuman(now, now.wish, e.agent, 'joined', [{ do: 'assign', agent: e.agent }]),
      opened: (e) => toWaiting(now, now.wish, e.agent, e.agent ? 'assigned' : 'queued', []),
      resolved: () => ({ now, effects: [{ do: 'newRound' }] }),
      gone: () => ({ now, effects: [{ do: 'newRound' }] }),
      asked: stay,
      handed: stay,
      failed: stay,
      botClosed: stay,
      assigned: stay,
      unassigned: stay,
      rerouted: stay,
      typed: stay,
      returned: stay,
      transferTooLong: stay,
    },
    event,
  );
}

function fromTransferring(now: In<'transferring'>, event: HandoffEvent): Then {
  const giveUp = () =>
    toBot(now, 'failed', [{ do: 'stopHandOver' }, { do: 'takeBack', note: 'failed' }, { do: 'askBot' }]);
  const cancel = () =>
    toBot(now, 'cancelled', [{ do: 'stopHandOver' }, { do: 'takeBack', note: 'cancelled' }, { do: 'askBot' }]);
  return take(
    {
      handed: (e) =>
        toWaiting(now, now.wish, e.agent, e.agent ? 'assigned' : 'queued', e.agent ? [] : [{ do: 'call' }]),
      failed: giveUp,
      botClosed: stay,
      transferTooLong: giveUp,
      cancelled: cancel,
      back: cancel,
      ended: () => toEnding(now, 'visitor', null, [{ do: 'stopHandOver' }, { do: 'close', note: 'ended' }]),
      // A person is there already: what is left of the sequence would only take it from them again.
      spoke: (e) =>
        toHuman(now, now.wish, e.agent, 'joined', [{ do: 'stopHandOver' }, { do: 'assign', agent: e.agent }]),
      assigned: (e) => toWaiting(now, now.wish, e.agent, 'assigned', [{ do: 'stopHandOver' }]),
      opened: (e) => (e.agent ? toWaiting(now, now.wish, e.agent, 'assigned', [{ do: 'stopHandOver' }]) : undefined),
      resolved: () => toEnding(now, 'agent', null, [{ do: 'stopHandOver' }]),
      returned: () => toBot(now, 'returned', [{ do: 'stopHandOver' }, { do: 'askBot' }]),
      gone: () => toBot(now, 'deskGone', [{ do: 'newRound' }, { do: 'askBot' }]),
      asked: stay,
      chose: stay,
      wrote: stay,
      unassigned: stay,
      rerouted: stay,
      typed: stay,
      askedTooLong: stay,
    },
    event,
  );
}

function fromWaiting(now: In<'waiting'>, event: HandoffEvent): Then {
  const assigned = (agent: DeskAgent) =>
    now.agent?.key === agent.key ? undefined : toWaiting(now, now.wish, agent, 'assigned', []);
  const cancel = () =>
    toBot(now, 'cancelled', [{ do: 'stopHandOver' }, { do: 'takeBack', note: 'cancelled' }, { do: 'askBot' }]);
  return take(
    {
      handed: (e) => (e.agent ? assigned(e.agent) : undefined),
      assigned: (e) => assigned(e.agent),
      opened: (e) => (e.agent ? assigned(e.agent) : undefined),
      unassigned: () => (now.agent ? toWaiting(now, now.wish, null, 'released', []) : undefined),
      rerouted: () => ({ now: { ...now }, because: 'rerouted', effects: [] }),
      spoke: (e) => toHuman(now, now.wish, e.agent, 'joined', []),
      typed: (e) => (now.agent?.key === e.agent.key ? toHuman(now, now.wish, now.agent, 'joined', []) : undefined),
      cancelled: cancel,
      back: cancel,
      ended: () => toEnding(now, 'visitor', now.agent, [{ do: 'close', note: 'ended' }]),
      resolved: () => toEnding(now, 'agent', now.agent, []),
      returned: () => toBot(now, 'returned', returned),
      gone: () => toBot(now, 'deskGone', returned),
      asked: stay,
      chose: stay,
      wrote: stay,
      failed: stay,
      botClosed: stay,
      askedTooLong: stay,
      transferTooLong: stay,
    },
    event,
  );
}

function fromHuman(now: In<'human'>, event: HandoffEvent): Then {
  return take(
    {
      spoke: (e) => (now.agent.key === e.agent.key ? undefined : toHuman(now, now.wish, e.agent, 'joined', [])),
      assigned: (e) => (now.agent.key === e.agent.key ? undefined : toHuman(now, now.wish, e.agent, 'passedOn', [])),
      unassigned: () => toWaiting(now, now.wish, null, 'released', []),
      rerouted: () => ({ now: { ...now }, because: 'rerouted', effects: [] }),
      back: () => toBot(now, 'back', [{ do: 'close', note: 'back' }, ...returned]),
      ended: () => toEnding(now, 'visitor', now.agent, [{ do: 'close', note: 'ended' }]),
      resolved: () => toEnding(now, 'agent', now.agent, []),
      returned: () => toBot(now, 'returned', returned),
      gone: () => toBot(now, 'deskGone', returned),
      asked: stay,
      chose: stay,
      wrote: stay,
      // The person was quicker: Cancel came too late, and "End chat" is there.
      cancelled: stay,
      handed: stay,
      failed: stay,
      botClosed: stay,
      typed: stay,
      opened: stay,
      askedTooLong: stay,
      transferTooLong: stay,
    },
    event,
  );
}

function fromEnding(now: In<'ending'>, event: HandoffEvent): Then {
  const anew: Effect[] = [{ do: 'newRound' }, { do: 'newSession' }];
  return take(
    {
      wrote: () => toBot(now, 'wroteAgain', anew),
      back: () => toBot(now, 'back', anew),
      asked: (e) => toPerson(now, e, anew),
      opened: (e) => toWaiting(now, e.wish, e.agent, 'reopened', []),
      gone: () => ({ now, effects: [{ do: 'newRound' }] }),
      spoke: (e) => toHuman(now, e.wish, e.agent, 'joined', [{ do: 'assign', agent: e.agent }]),
      chose: stay,
      cancelled: stay,
      handed: stay,
      failed: stay,
      botClosed: stay,
      assigned: stay,
      unassigned: stay,
      rerouted: stay,
      typed: stay,
      resolved: stay,
      returned: stay,
      ended: stay,
      askedTooLong: stay,
      transferTooLong: stay,
    },
    event,
  );
}

/** What the visitor sees of it. */
export function show(state: HandoffState): Handoff {
  // The desk's own id stands for the picture until a browser is shown it: see `visitors/view.ts`.
  const known = ({ key, name }: DeskAgent) => ({ name, picture: key });
  const person = (agent: DeskAgent | null) => (agent ? known(agent) : null);
  const { epoch } = state;
  switch (state.phase) {
    case 'bot':
      return { phase: 'bot', epoch };
    case 'asking':
      return { phase: 'asking', epoch, topics: state.topics };
    case 'transferring':
      return { phase: 'transferring', epoch, team: state.wish.route?.label ?? null };
    case 'waiting':
      return { phase: 'waiting', epoch, team: state.wish.route?.label ?? null, agent: person(state.agent) };
    case 'human':
      return { phase: 'human', epoch, team: state.wish.route?.label ?? null, agent: known(state.agent) };
    case 'ending':
      return { phase: 'ending', epoch, by: state.by, agent: person(state.agent) };
  }
}

export const peopleOwn = ({ phase }: HandoffState): boolean => ownerIn[phase] === 'people';

/** Whether people have it, or are to have it. */
export const isForPeople = ({ phase }: HandoffState): boolean => isForPeopleIn[phase];
