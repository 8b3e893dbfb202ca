import type { LogEvent } from './protocol.ts';

/**
 * What tells an event from another one with the same number: its kind, what it is about, and its time. A deletion of a
 * message changes none of these.
 * @returns at most 200 characters
 */
export function markOf(event: LogEvent): string {
  if (event.kind === 'message') return `message ${event.message.id} ${event.message.at}`;
  const about = 'id' in event ? event.id : 'because' in event ? event.because : '';
  return `${event.kind} ${about} ${event.at}`;
}
