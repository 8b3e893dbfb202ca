import { BurstyRateLimiter, RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitsConfig } from '../config.ts';
import { RelayError } from '../errors.ts';

/** How fast one speaks: each kind of thing by whoever does it. The numbers are configuration. */
export interface Pace {
  /** @throws {RelayError} `tooFast`, with how long to wait */
  spend(what: 'handshake' | 'event' | 'message' | 'handoff' | 'conversation', who: string): Promise<void>;
}

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

export function createPace(limits: LimitsConfig): Pace {
  const { handshakes, events, messages, handoffs, conversations } = limits;
  const buckets = {
    handshake: [bucket(handshakes.perMinute, 60, handshakes.burst)],
    event: [bucket(events.perSecond, 1, events.burst)],
    // Ten at once is somebody who sends line by line; thirty a minute is as fast as anybody reads.
    message: [
      new RateLimiterMemory({ points: messages.burst, duration: (messages.burst * 60) / messages.perMinute }),
      new RateLimiterMemory({ points: messages.perMinute, duration: 60 }),
    ],
    // Each one may ring a whole team.
    handoff: [bucket(handoffs.perMinute, 60, handoffs.burst)],
    conversation: [new RateLimiterMemory({ points: conversations.perHour, duration: 3_600 })],
  };
  return {
    async spend(what, who) {
      for (const limiter of buckets[what]) {
        try {
          await limiter.consume(who);
        } catch (refused) {
          if (refused instanceof Error) throw refused;
          // The library rejects with its reckoning, not with an error.
          throw new TooFast(Math.max(250, (refused as RateLimiterRes).msBeforeNext));
        }
      }
    },
  };
}
