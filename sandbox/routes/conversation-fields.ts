import { refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Conversation, Priority, Status, User } from '../model.ts';
import { conversation as shape } from '../shapes/conversation.ts';

/* What requests about conversations name, and what they are answered with. */

/** The person who asks. */
export const readerOf = ({ actor }: Call): User | undefined => (actor?.kind === 'user' ? actor.user : undefined);

/** A conversation, as the one who asks may see it. */
export const shownTo =
  ({ desk }: Parts) =>
  (call: Call, found: Conversation) =>
    shape(desk, found, readerOf(call));

/** An unknown one is an unhandled error there. */
export function readStatus(value: unknown): Status {
  if (value === 'open' || value === 'resolved' || value === 'pending' || value === 'snoozed') return value;
  throw refuse.crash();
}

export function readPriority(value: unknown): Priority | null {
  if (value === null || value === '' || value === 'nil') return null;
  if (value === 'low' || value === 'medium' || value === 'high' || value === 'urgent') return value;
  throw refuse.crash();
}

/** Unix seconds, or ISO 8601. */
export function readTime(value: unknown): number | null {
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds === 'number') return seconds * 1000;
  if (typeof value !== 'string' || value === '') return null;
  const parsed = Date.parse(value);
  if (Number.isNaN(parsed)) throw refuse.crash();
  return parsed;
}
