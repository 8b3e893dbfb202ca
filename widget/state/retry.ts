/**
 * How long to wait before trying again: 0.5, 1, 2 … 30 s, of which the half is chance, so that a relay that comes back
 * is not run over.
 * @param attempt 0 for the first repetition
 * @param chance 0 to 1
 */
export function retryDelayMs(attempt: number, chance: number = Math.random()): number {
  const full = Math.min(30_000, 500 * 2 ** attempt);
  return full / 2 + (full / 2) * chance;
}
