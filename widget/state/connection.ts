import type { Refusal } from '../../shared/protocol.ts';
import { pauseMs } from './retry.ts';

/** What waiting does not mend. `outdated`: the relay does not speak our version any more. */
type Trouble = 'expired' | 'forbidden' | 'outdated';

/**
 * The connection to the relay. `since`: when it was last wanted and not there, in milliseconds since 1970. `attempt`:
 * how often it has failed since. Only a connection that is `ready` was welcomed by the relay.
 */
export type Connection =
  | { is: 'off' }
  | { is: 'connecting'; since: number; attempt: number }
  | { is: 'greeting'; since: number; attempt: number }
  | { is: 'ready' }
  /** `isSlowed`: the relay itself said until when, because it was asked too often. */
  | { is: 'waiting'; since: number; attempt: number; until: number; isSlowed: boolean }
  | { is: 'refused'; why: Trouble };

export type ConnectionEvent =
  | { kind: 'wanted' | 'unwanted' }
  /** The socket is open; it is lost, or could not be opened; the relay does not let this page in at all. */
  | { kind: 'opened' | 'lost' | 'turnedAway' }
  /** The device has lost its network; it has one again; the visitor looks at the page again. */
  | { kind: 'offline' | 'online' | 'shown' }
  /** What became of hello. */
  | { kind: 'welcomed' | 'unanswered' }
  /** The relay said no: to hello, or later because the token is not good any more. */
  | { kind: 'denied'; refusal: Refusal; retryAfterMs?: number | undefined }
  /** Another token is to be used from now on. */
  | { kind: 'renewed' }
  /** The pause is over. */
  | { kind: 'due' };

export type ConnectionEffect = { do: 'dial' } | { do: 'hangUp' } | { do: 'hello' } | { do: 'wait'; ms: number };

interface Step {
  now: Connection;
  effects: ConnectionEffect[];
}

/** A connection comes back by itself, except where it was switched off or refused. */
const isAlive = ({ is }: Connection) => is === 'connecting' || is === 'greeting' || is === 'ready';

/**
 * @param at milliseconds since 1970, by the device's clock
 * @param chance 0 to 1, so that the browsers of a whole site do not come back at one moment
 */
export function next(now: Connection, event: ConnectionEvent, at: number, chance: number): Step {
  const dial = (): Step => ({
    now: { is: 'connecting', since: 'since' in now ? now.since : at, attempt: 'attempt' in now ? now.attempt : 0 },
    effects: [{ do: 'dial' }],
  });
  function pause(first: ConnectionEffect[], toldMs?: number, isSlowed = false): Step {
    const attempt = 'attempt' in now ? now.attempt : 0;
    const ms = toldMs ?? pauseMs(attempt, chance);
    const since = 'since' in now ? now.since : at;
    return {
      now: { is: 'waiting', since, attempt: attempt + 1, until: at + ms, isSlowed },
      effects: [...first, { do: 'wait', ms }],
    };
  }
  const refuse = (why: Trouble): Step => ({ now: { is: 'refused', why }, effects: [{ do: 'hangUp' }] });

  switch (event.kind) {
    case 'wanted':
      if (now.is === 'off') return dial();
      break;
    case 'unwanted':
      if (now.is !== 'off') return { now: { is: 'off' }, effects: [{ do: 'hangUp' }] };
      break;
    case 'opened':
      if (now.is === 'connecting') return { now: { ...now, is: 'greeting' }, effects: [{ do: 'hello' }] };
      break;
    case 'lost':
      if (isAlive(now)) return pause([]);
      break;
    case 'turnedAway':
      if (now.is === 'connecting') return refuse('forbidden');
      break;
    case 'offline':
      // The socket itself would notice only after a minute, and one that is being opened not at all.
      if (isAlive(now)) return pause([{ do: 'hangUp' }]);
      break;
    case 'online':
      // What was begun without a network would end in a time-out only.
      if (now.is === 'connecting') return { now: { ...now }, effects: [{ do: 'hangUp' }, { do: 'dial' }] };
      if (now.is === 'waiting' && !now.isSlowed) return dial();
      break;
    case 'shown':
      if (now.is === 'waiting' && !now.isSlowed) return dial();
      break;
    case 'due':
      if (now.is === 'waiting') return dial();
      break;
    case 'welcomed':
      if (now.is === 'greeting') return { now: { is: 'ready' }, effects: [] };
      break;
    case 'unanswered':
      if (now.is === 'greeting') return pause([{ do: 'hangUp' }]);
      break;
    case 'denied':
      if (event.refusal === 'expired' && isAlive(now)) return refuse('expired');
      if (now.is !== 'greeting') break;
      if (event.refusal === 'invalid') return refuse('outdated');
      // `forbidden` too: the page was let in, so only this hello was wrong, and the next connection may say another.
      return pause([{ do: 'hangUp' }], event.retryAfterMs, event.refusal === 'tooFast');
    case 'renewed':
      if (now.is === 'greeting' || now.is === 'ready') return pause([{ do: 'hangUp' }]);
      if (now.is === 'refused' && now.why === 'expired') return dial();
      break;
  }
  return { now, effects: [] };
}
