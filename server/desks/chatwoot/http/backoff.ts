/** The longest wait between two tries, milliseconds. */
const longestMs = 60_000;

/** A wait that doubles up to the longest, and of which the half is left to chance, so that not all come back at once. */
export function backoffMs(attempt: number, firstMs: number, mostMs = longestMs): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 16));
  return full / 2 + (Math.random() * full) / 2;
}
