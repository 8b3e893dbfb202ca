import type { Outcome } from '../desk.ts';
import type { Trouble } from './classify.ts';

/** What has become of a step, where a request of it was not answered well. */
export function outcomeOf({ result, why, gone, retryAfterMs }: Trouble): Outcome {
  if (result === 'unsent') return { result, why, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (result === 'unknown') return { result, why };
  return { result, why, ...(gone ? { gone } : {}) };
}
