import type { Refusal } from '../../shared/protocol.ts';
import { retryDelayMs } from '../../shared/retry.ts';

/** It will be over by itself, so the same request is worth repeating. */
export const isTemporary = (refusal: Refusal) => refusal === 'tooFast' || refusal === 'unavailable';

/**
 * How long the widget waits before it tries again: 0.5, 1, 2 … 30 s, half of it by chance.
 * @param attempt 0 before the first repetition
 * @param chance 0 to 1
 */
export const pauseMs = (attempt: number, chance?: number) =>
  retryDelayMs(attempt, { firstMs: 500, mostMs: 30_000 }, chance);
