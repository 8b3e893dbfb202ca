import type { z } from 'zod';
import type { Priority } from './queue.ts';

export interface Ask<T> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the account (`conversations/7`), or from the root of the desk with a slash (`/api`). */
  path: string;
  query?: Record<string, string | number>;
  body?: object;
  /** Whose token; the user's unless said otherwise. */
  as?: 'user' | 'bot' | 'nobody';
  /** Who goes first where places are few; `write` unless said otherwise. */
  priority?: Priority;
  answer: z.ZodType<T>;
  /** How long the answer may be, bytes; 5 MiB unless said otherwise. */
  longestBytes?: number;
  /** A POST that changes nothing. */
  looksUp?: true;
  /** Asked when its turn has come; where it may not, it does not leave. */
  mayLeave?: () => boolean;
  /** An empty 404 is how this one says that it found nothing; anywhere else it is none of Chatwoot's. */
  emptyMeansNone?: true;
}

/** What the desk answered. `at` is its clock, in milliseconds since 1970. */
export type Answer<T> = { ok: true; body: T; at: number } | Failure;

/** Why there is no good answer, in the words of `Outcome`. */
export interface Failure {
  ok: false;
  result: 'unsent' | 'unknown' | 'refused';
  /** In one clause, for people; holds no token and none of the visitor's words. */
  why: string;
  /** Null where there was no HTTP answer. */
  status: number | null;
  gone?: true;
  retryAfterMs?: number;
  /** It was looked for, and the desk has none. */
  none?: true;
  /** The fields that the desk found wrong. */
  fields?: string[];
  /** The answer is longer than is taken at once: ask for less. */
  tooLong?: true;
  /** The desk does not answer as a Chatwoot does: nothing there works now. */
  away?: true;
  /** A right is missing: the person who set the desk up has to do something. */
  denied?: Denied;
}

/** The token is not good; or its user is not let into the account; or may not do this one thing. */
export type Denied = 'token' | 'account' | 'action';

export function isFailure(value: object | undefined): value is Failure {
  return value !== undefined && 'ok' in value && value.ok === false;
}
