import type { Outcome } from '../../desk.ts';
import type { Failure } from '../http/answer.ts';

/** How long to wait before a desk that did not answer is asked again about what is in doubt, milliseconds. */
const awayMs = 15_000;

/** The thread's number belongs to another conversation now: a desk that was restored from a backup gave it away. */
export const anotherConversation: Outcome = {
  result: 'refused',
  why: 'this number is another conversation',
  gone: true,
};

/** What has become of a step in doubt, where the desk could not be asked about it: it is still in doubt. */
export function stillUnknown({ why, away, retryAfterMs = away ? awayMs : undefined }: Failure): Outcome {
  return { result: 'unknown', why, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** What has become of a step, where a request of it was not answered well. */
export function outcomeOf({ result, why, gone, retryAfterMs }: Failure): Outcome {
  if (result !== 'refused') return { result, why, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return { result, why, ...(gone ? { gone } : {}) };
}

/** The same where only something beside the thread was looked up: that it is not there says nothing about the thread. */
export function outcomeOfLookUp({ why, retryAfterMs }: Failure): Outcome {
  return { result: 'unsent', why, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
