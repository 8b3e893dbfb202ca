import type { Hint } from '../desk.ts';
import type { About } from './frames.ts';
import { keyIn } from './place.ts';
import { agentOf } from './state.ts';

/**
 * What there is to look at after an event, whichever way it came.
 * @returns undefined where nothing can have changed for us: our own new message, a visitor's or a bot's typing, a note
 */
export function hintOf(event: string, about: About, where: { home: string; installation: string }): Hint | undefined {
  const thread = about.source === null ? { home: where.home, number: about.number } : { source: about.source };
  if (event.includes('typing')) {
    const { typing } = about;
    return typing ? { thread, ids: [], typing: { agent: agentOf(typing.person), on: typing.on } } : undefined;
  }
  if (!event.startsWith('message')) return { thread, ids: [] };
  if (!about.message) return undefined;
  const isNew = event === 'message.created' || event === 'message_created';
  if (isNew && keyIn(where.installation, about.message.source) !== undefined) return undefined;
  return { thread, ids: [about.message.id] };
}
