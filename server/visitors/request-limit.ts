import { RateLimiterMemory } from 'rate-limiter-flexible';
import { sharedTimes, type Address } from './address.ts';

/**
 * Counts HTTP requests of one kind, by address.
 * @returns what counts one more, and tells whether it was too many
 */
export function createRequestLimit(points: number, seconds: number): (address: Address) => Promise<boolean> {
  const own = new RateLimiterMemory({ points, duration: seconds });
  const shared = new RateLimiterMemory({ points: points * sharedTimes, duration: seconds });
  return async ({ network, isShared }) => {
    try {
      await (isShared ? shared : own).consume(network);
      return false;
    } catch {
      return true;
    }
  };
}
