import type { Route } from '../stores/conversation-state.ts';
import type { Effect, HandoffEvent } from './handoff-event.ts';
import {
  connect,
  ignores,
  type In,
  returned,
  take,
  type Then,
  toAsync,
  toBot,
  toClosed,
  toEnding,
  toHuman,
  toPerson,
  toWaiting,
} from './handoff-moves.ts';

/* The handoff while the bot has the visitor, while the visitor is asked something first, and after the end. */

export function fromBot(now: In<'bot'>, event: HandoffEvent): Then {
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
      // Assigned or put off while pending may be an automation's doing: the bot goes on until a person writes or opens it.
      ...ignores('assigned', 'unassigned', 'putOff', 'rerouted', 'typed', 'returned', 'handedBack'),
      ...ignores('chose', 'wrote', 'cancelled', 'keptWaiting', 'left', 'back', 'ended', 'rated'),
      ...ignores('handed', 'failed', 'askedTooLong', 'transferTooLong', 'waitedTooLong', 'ratingOver'),
    },
    event,
  );
}

export function fromAsking(now: In<'asking'>, event: HandoffEvent): Then {
  const { wish, away } = now;
  const answered = (route: Route, chosen: string | null) => connect(now, { ...wish, route, chosen });
  const leave = (byMail: boolean) =>
    toAsync(now, wish, { byMail, opensAt: away?.opensAt ?? null }, [{ do: 'handOver' }]);
  const toBotAgain = () => toBot(now, 'cancelled', [{ do: 'askBot' }]);
  return take(
    {
      chose: (e) => (away ? undefined : answered(e.route, e.chosen)),
      // Who writes although nobody is there leaves a message.
      wrote: (e) => (away ? leave(false) : answered(e.route, null)),
      askedTooLong: (e) => (away ? toBotAgain() : answered(e.route, null)),
      keptWaiting: () => (away ? connect(now, wish) : undefined),
      left: (e) => (away ? leave(e.byMail) : undefined),
      cancelled: toBotAgain,
      back: toBotAgain,
      ended: () => toEnding(now, { by: 'visitor', agent: null }, [{ do: 'close', note: 'ended' }]),
      spoke: (e) => toHuman(now, wish, e.agent, 'joined', [{ do: 'assign', agent: e.agent }]),
      opened: (e) => toWaiting(now, wish, e.agent, e.agent ? 'assigned' : 'queued', []),
      resolved: () => ({ now, effects: [{ do: 'newRound' }] }),
      gone: () => ({ now, effects: [{ do: 'newRound' }] }),
      ...ignores(
        'asked',
        'assigned',
        'unassigned',
        'putOff',
        'rerouted',
        'typed',
        'returned',
        'handedBack',
        'botClosed',
        'rated',
      ),
      ...ignores('handed', 'failed', 'transferTooLong', 'waitedTooLong', 'ratingOver'),
    },
    event,
  );
}

const anew: Effect[] = [{ do: 'newRound' }, { do: 'newSession' }];

export function fromEnding(now: In<'ending'>, event: HandoffEvent): Then {
  return take(
    {
      ...afterTheEnd(now),
      rated({ stars, text, at }) {
        if (!now.mayRate) return undefined;
        if (stars === null) return toClosed(now, 'closed', at, false, []);
        return toClosed(now, 'rated', at, true, [{ do: 'rate', stars, text }]);
      },
      ratingOver: (e) => toClosed(now, 'closed', e.at, false, []),
    },
    event,
  );
}

export function fromClosed(now: In<'closed'>, event: HandoffEvent): Then {
  return take({ ...afterTheEnd(now), ...ignores('rated', 'ratingOver') }, event);
}

/** The next word is the bot's; a person may take it up again. */
function afterTheEnd(now: In<'ending' | 'closed'>) {
  type Event<K extends HandoffEvent['kind']> = Extract<HandoffEvent, { kind: K }>;
  return {
    wrote: () => toBot(now, 'wroteAgain', anew),
    back: () => toBot(now, 'back', anew),
    asked: (e: Event<'asked'>) => toPerson(now, e, anew),
    opened: (e: Event<'opened'>) => toWaiting(now, e.wish, e.agent, 'reopened', []),
    spoke: (e: Event<'spoke'>) => toHuman(now, e.wish, e.agent, 'joined', [{ do: 'assign', agent: e.agent }]),
    gone: () => ({ now, effects: [{ do: 'newRound' } as const] }),
    ...ignores('chose', 'cancelled', 'keptWaiting', 'left', 'ended', 'botClosed', 'handedBack'),
    ...ignores('assigned', 'unassigned', 'putOff', 'rerouted', 'typed', 'resolved', 'returned'),
    ...ignores('handed', 'failed', 'askedTooLong', 'transferTooLong', 'waitedTooLong'),
  };
}
