/**
 * How long to wait before trying again: twice as long each time, up to a limit. Half of it is chance, so that many who
 * wait for the same thing do not come back at once.
 * @param attempt 0 before the first repetition
 * @param limits.firstMs the whole wait before the first repetition, in milliseconds
 * @param limits.mostMs the longest wait, in milliseconds
 * @param chance between 0 and 1
 * @returns whole milliseconds
 */
export function retryDelayMs(
  attempt: number,
  { firstMs, mostMs }: { firstMs: number; mostMs: number },
  chance = Math.random(),
): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 20));
  return Math.round(full / 2 + (full / 2) * chance);
}
