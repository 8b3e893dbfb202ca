import type { DeskThread, Reading } from '../../desk.ts';
import { conversationsOf } from '../http/calls.ts';
import type { Provisioned, Shared } from '../shared.ts';
import { stateIn } from './people.ts';
import { readWords, type WhichWords } from './words.ts';

/**
 * Reads a thread that goes on in another conversation. In an inbox that is not locked to a single one, an agent who
 * begins a conversation with a visitor whom they know gets a new one, under the contact inbox of our thread. Once they
 * have spoken there, the thread is there; it returns to the earlier one when somebody speaks in that.
 * @param which what would be read of the thread's own conversation
 * @returns undefined where nobody has spoken in another conversation: the thread is where it was
 */
export async function readOther(
  shared: Shared,
  provisioned: Provisioned,
  thread: DeskThread,
  which: WhichWords,
): Promise<Reading | undefined> {
  const { source } = thread;
  const number = shared.heardIn.get(source);
  if (provisioned.single || number === undefined || number === which.number) return undefined;
  // That the number belongs to this source must be the desk's own word: an event may be old, or forged.
  const found = await conversationsOf(shared.api, provisioned.inbox, source, which.priority);
  if (!found.ok) return { result: 'away', why: found.why };
  const other = found.body.find(({ id }) => id === number);
  const there = other && (await readWords(shared, { ...which, number }));
  if (there && !there.ok) return { result: 'away', why: there.why };
  const isSpokenIn = there?.body.events.some(({ kind, id }) => kind === 'said' && id > thread.cursor);
  if (!other || !there || !isSpokenIn) {
    shared.heardIn.delete(source);
    return undefined;
  }
  // The earlier conversation is not read any more from now on: what was said there is read here.
  const before = await readWords(shared, which);
  if (!before.ok && !before.gone) return { result: 'away', why: before.why };
  const state = await stateIn(shared, provisioned, other, which.priority);
  if (!state.ok) return { result: 'away', why: state.why };
  const events = [...(before.ok ? before.body.events : []), ...there.body.events].sort((a, b) => a.id - b.id);
  shared.verified.add(source);
  shared.reads.saw(source, Math.max(there.body.newest, before.ok ? before.body.newest : 0));
  const ref = { number, uuid: other.uuid };
  shared.log.info(
    { conversation: which.conversation, desk: number, before: which.number },
    'an agent began another conversation with this visitor; it goes on there',
  );
  return { result: 'read', ref, events, cursor: Math.max(thread.cursor, there.body.cursor), state: state.body };
}
