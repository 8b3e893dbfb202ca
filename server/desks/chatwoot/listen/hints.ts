import { BoundedMap } from '../../../bounded-map.ts';
import type { HandedIn, Hint } from '../../desk.ts';
import type { About, Frame } from './frames.ts';
import type { Agents } from '../read/agents.ts';
import { eventOf } from '../read/words.ts';
import { keyIn } from '../source-id.ts';

/** So many conversations are kept in mind. */
const most = 10_000;

/**
 * Tells whether an event of a conversation says that its status, assignee or team changed. Each message of ours raises
 * such events, too (somebody waits, nobody waits), by websocket and by webhook: reading the thread for each would be most
 * of what we ask the desk. Events arrive in any order; an older one counts for nothing. The next sweep finds what is
 * missed here.
 */
export function createOwnershipFilter(): (about: About) => boolean {
  const known = new BoundedMap<number, NonNullable<About['ownership']>>(most);
  return ({ number, ownership }) => {
    if (!ownership) return true;
    const before = known.get(number);
    if (before && ownership.at < before.at) return false;
    known.set(number, ownership);
    return before?.who !== ownership.who;
  };
}

/**
 * What there is to look at after an event, whichever way it came.
 * @returns undefined where nothing can have changed for us: our own new message, a visitor's or a bot's typing, a note
 */
export function hintOf(
  event: string,
  about: About,
  where: { home: string; installation: string; agents: Agents },
): Hint | undefined {
  const { source, number } = about;
  const thread = source === null ? { home: where.home, number } : { source, number };
  if (event.includes('typing')) {
    const { typing } = about;
    if (!typing) return undefined;
    const { id, available_name } = typing.person;
    // A delivery has only `name`, which is not for visitors where there is another.
    const agent = { key: String(id), name: available_name || (where.agents.nameOf(id) ?? '') };
    return { thread, ids: [], typing: { agent, on: typing.on } };
  }
  if (!event.startsWith('message')) return { thread, ids: [] };
  if (!about.message) return undefined;
  const isNew = event === 'message.created' || event === 'message_created';
  if (isNew && keyIn(where.installation, about.message.source) !== undefined) return undefined;
  return { thread, ids: [about.message.id] };
}

/**
 * The message that a frame tells in full, as a reading would: the websocket is the same server behind the same token as
 * the API. Only a person's new public words without files; whatever else there is has to be read.
 */
export function handedInBy(frame: Extract<Frame, { type: 'event' }>, installation: string): HandedIn | undefined {
  const { event, about, message } = frame;
  if (event !== 'message.created' || about.source === null || !message || message.attachments?.length) return undefined;
  const [said] = eventOf({ installation, lastDelivery: () => 0 }, message);
  return said?.kind === 'said' ? { thread: { source: about.source, number: about.number }, said } : undefined;
}
