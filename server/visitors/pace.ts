import {
  BurstyRateLimiter,
  RateLimiterMemory,
  type RateLimiterAbstract,
  type RateLimiterRes,
} from 'rate-limiter-flexible';
import type { LimitsConfig } from '../config.ts';
import { RelayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Node } from '../nodes/node.ts';
import { createThrottle } from '../throttle.ts';

/**
 * The limits by rate: how often a visitor, a socket or an address may do each kind of thing, new conversations among
 * them. The numbers are configuration (`limits`). How many connections may be open at once is counted in `connections.ts`.
 */
export interface Pace {
  /**
   * @param who a visitor, a socket, or a network
   * @param times for a network that many share: the limit is so many times as high
   * @throws {RelayError} `tooFast`, with how long to wait
   */
  spend(what: Kind, who: string, times?: number): Promise<void>;
  /** For limits that are counted elsewhere: the log learns of it. @returns what to throw */
  refusal(setting: string, retryAfterMs: number): TooFast;
}

type ByVisitor = 'event' | 'message' | 'handoff' | 'read';
export type KindByAddress =
  'handshake' | 'told' | 'messageByAddress' | 'conversation' | 'readByAddress' | 'helloByAddress';
type Kind = ByVisitor | KindByAddress;

/** Too fast, and how long to wait, in milliseconds. */
export class TooFast extends RelayError {
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('too fast', { refusal: 'tooFast' });
    this.retryAfterMs = retryAfterMs;
  }
}

/** A bucket that holds `burst`, and is refilled at a rate. */
function bucket(points: number, seconds: number, burst: number) {
  const rate = new RateLimiterMemory({ points, duration: seconds });
  // The burst comes on top of the rate, and comes back as slowly.
  const more = Math.max(0, burst - points);
  if (more === 0) return rate;
  return new BurstyRateLimiter(rate, new RateLimiterMemory({ points: more, duration: (seconds * burst) / points }));
}

/** From one address as much as from so many visitors, if each did as much as one may. */
const readersAtOneAddress = 10;
const writersAtOneAddress = 20;
/** Where many share an address, so many times as much may come at once. */
const sharedAtOnce = 3;

interface Parts {
  /** `Node.count`: what is limited for all nodes together. Without it, this is the only one. */
  countAll?: Node['count'];
  now(): number;
  log: Log;
}

export function createPace(limits: LimitsConfig, { countAll, now, log }: Parts): Pace {
  const { handshakes, events, messages, handoffs, conversations, reads } = limits;
  const refused = createThrottle(now);
  type Limiter = Pick<RateLimiterAbstract, 'consume'>;
  /**
   * However many share an address: what comes at once would hold up everybody else. It stands before the limit by the
   * minute: what it refuses spends nothing there.
   */
  const atOnce = (points: number, seconds: number, times: number) =>
    new RateLimiterMemory({ points: points * (times > 1 ? sharedAtOnce : 1), duration: seconds });
  const reading = (times: number) => {
    const all = times * readersAtOneAddress;
    return [atOnce(reads.burst * 3, 2, times), bucket(reads.perMinute * all, 60, reads.burst * all)];
  };
  const kinds: Record<Kind, { setting: string; limiters(times: number): Limiter[] }> = {
    handshake: {
      setting: 'limits.handshakes',
      limiters: (times) => [
        // A handshake costs whether it is refused or not: no more of them at once, however many share the address.
        atOnce(handshakes.burst, 2, 1),
        bucket(handshakes.perMinute * times, 60, handshakes.burst * times),
      ],
    },
    // Of connections that are refused, so many learn why; the others are cut off.
    told: { setting: 'limits.handshakes', limiters: (times) => [bucket(60 * times, 60, 20 * times)] },
    event: { setting: 'limits.events', limiters: () => [bucket(events.perSecond, 1, events.burst)] },
    // Ten at once is somebody who sends line by line; thirty a minute is as fast as anybody reads.
    message: {
      setting: 'limits.messages',
      limiters: () => [
        new RateLimiterMemory({ points: messages.burst, duration: (messages.burst * 60) / messages.perMinute }),
        new RateLimiterMemory({ points: messages.perMinute, duration: 60 }),
      ],
    },
    messageByAddress: {
      setting: 'limits.messages',
      limiters: (times) => {
        const all = times * writersAtOneAddress;
        return [atOnce(messages.burst * 10, 2, times), bucket(messages.perMinute * all, 60, messages.burst * all)];
      },
    },
    // Each one may ring a whole team.
    handoff: { setting: 'limits.handoffs', limiters: () => [bucket(handoffs.perMinute, 60, handoffs.burst)] },
    conversation: {
      setting: 'limits.conversations.per_hour',
      limiters: (times) => [
        atOnce(Math.max(20, Math.ceil(conversations.perHour / 5)), 10, times),
        new RateLimiterMemory({ points: conversations.perHour * times, duration: 3_600 }),
      ],
    },
    // A full page costs milliseconds of the only thread.
    read: { setting: 'limits.reads', limiters: () => [bucket(reads.perMinute, 60, reads.burst)] },
    readByAddress: { setting: 'limits.reads', limiters: reading },
    // Apart from those: who reads and reads keeps nobody from coming in.
    helloByAddress: { setting: 'limits.reads', limiters: reading },
  };
  const acrossNodes: Partial<Record<Kind, { points: number; seconds: number }>> = {
    conversation: { points: conversations.perHour, seconds: 3_600 },
    handoff: { points: Math.max(handoffs.perMinute, handoffs.burst), seconds: 60 },
  };
  const limiters = new Map<string, Limiter[]>();
  function limitersOf(what: Kind, times: number): Limiter[] {
    const name = `${what} ${times}`;
    const made = limiters.get(name) ?? kinds[what].limiters(times);
    limiters.set(name, made);
    return made;
  }

  function refusal(setting: string, retryAfterMs: number): TooFast {
    refused(setting, 60_000, (times) =>
      log.warn({ setting, refused: times }, `${setting} has refused something; raise it where visitors were honest`),
    );
    return new TooFast(Math.max(250, Math.round(retryAfterMs)));
  }
  /** What is rare and dear is counted across nodes, too: so each of them allows no more than all together. */
  async function spendOfAll(what: Kind, who: string, times: number): Promise<void> {
    const most = acrossNodes[what];
    if (!countAll || !most) return;
    const counted = await countAll(`${what} ${who}`, most.seconds);
    if (counted.times > most.points * times) throw refusal(kinds[what].setting, counted.restMs);
  }

  return {
    refusal,
    async spend(what, who, times = 1) {
      for (const limiter of limitersOf(what, times)) {
        try {
          await limiter.consume(who);
        } catch (told) {
          if (told instanceof Error) throw told;
          // The library rejects with its reckoning, not with an error.
          throw refusal(kinds[what].setting, (told as RateLimiterRes).msBeforeNext);
        }
      }
      await spendOfAll(what, who, times);
    },
  };
}
