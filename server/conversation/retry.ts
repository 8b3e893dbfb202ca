/** Delays between attempts. Pure: chance is handed in. */

/** The longest wait between two requests to a desk that is away, in milliseconds. */
const capMs = 60_000;

/**
 * @param attempts how often it was tried already, 1 or more
 * @param chance between 0 and 1: full jitter, so that a thousand waiters do not come back at once
 * @returns milliseconds, at least 250
 */
export function retryDelayMs(attempts: number, chance: number): number {
  const ceiling = Math.min(capMs, 1_000 * 2 ** Math.min(attempts - 1, 10));
  return Math.max(250, Math.round(ceiling * (0.5 + chance / 2)));
}

/** How long to wait before an unknown outcome is looked up again: at first a second, then longer and longer. */
export function reconcileDelayMs(attempts: number): number {
  return attempts <= 8 ? Math.min(5_000, 1_000 * attempts) : Math.min(capMs, 5_000 * (attempts - 7));
}
