import { createHash } from 'node:crypto';

/**
 * What the log and the demo page call a conversation: eight characters by which it is found again, and which grant
 * nothing.
 */
export function shortName(conversation: string): string {
  return createHash('sha256').update(conversation).digest('base64url').slice(0, 8);
}
