import { createHash } from 'node:crypto';

/** The `source_id` of what an operation writes: what makes it ours, and recognisable. */
export const sourceOf = (installation: string, key: string): string => `${installation}:${key}`;

/** The key of the operation that wrote a message; undefined where it is not ours. */
export function keyIn(installation: string, source: string | null | undefined): string | undefined {
  return source?.startsWith(`${installation}:`) ? source.slice(installation.length + 1) : undefined;
}

/**
 * The key of the question that is answered with a rating: one a thread, and no operation's. That it stands there does not
 * mean that it was answered.
 */
export const ratingKeyOf = (thread: string): string =>
  createHash('sha256').update(`${thread} rating`).digest('base64url').slice(0, 24);
