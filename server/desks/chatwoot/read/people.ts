import type { DeskAgent, DeskState, DeskThread } from '../../desk.ts';
import type { Answer } from '../http/api.ts';
import { readPublic } from '../http/calls.ts';
import { keyIn, type Place, type Shared } from '../place.ts';
import type { Lane } from '../http/queue.ts';
import type { Conversation, Message } from '../http/shapes.ts';
import { speakerOf, stateOf } from './state.ts';

/** Who has a conversation, and who has spoken in it, told from its words: what the desk assigns is not always meant. */

/**
 * The state, where the token's own user is nobody unless they have spoken: our websocket makes them look as if they were
 * there, so that the desk picks them.
 */
export async function stateIn(
  shared: Shared,
  place: Place,
  conversation: Conversation,
  lane: Lane = 'outbox',
): Promise<Answer<DeskState>> {
  const state = stateOf(conversation);
  if (state.assignee?.key !== String(place.user.id)) return { ok: true, body: state, at: 0 };
  const rows = await readPublic(shared.api, conversation.id, lane);
  if (!rows.ok) return rows;
  const spoke = rows.body.some((row) => personIn(shared, row)?.key === state.assignee?.key);
  return { ...rows, body: spoke ? state : { ...state, assignee: null } };
}

/**
 * The person who spoke last since the thread was read; the core knows of those before. A note of ours, or a visitor's
 * later line, does not hide them.
 */
export async function spokeIn(
  shared: Shared,
  thread: DeskThread,
  conversation: Conversation,
): Promise<Answer<DeskAgent | null>> {
  const read = Math.max(thread.cursor, shared.reads.upTo(thread.source));
  const last = conversation.last_non_activity_message?.id ?? 0;
  if (last <= read) return { ok: true, body: null, at: 0 };
  const rows = await readPublic(shared.api, conversation.id);
  if (!rows.ok) return rows;
  const spoken = rows.body.findLast((row) => row.id > read && personIn(shared, row) !== null);
  return { ...rows, body: spoken ? speakerOf(spoken) : null };
}

function personIn({ installation }: Shared, row: Message): DeskAgent | null {
  const ours = keyIn(installation, row.source_id) !== undefined;
  return ours || row.content_attributes?.deleted ? null : speakerOf(row);
}

/** Up to where threads were read by this process; after a start the cursor, which trails, has to do. */
export interface Reads {
  upTo(source: string): number;
  saw(source: string, id: number): void;
  /** Of all threads that were read. */
  sources(): string[];
}

/** So many threads are kept in mind. */
const most = 10_000;

export function createReads(): Reads {
  const known = new Map<string, number>();
  return {
    upTo: (source) => known.get(source) ?? 0,
    sources: () => [...known.keys()],
    saw(source, id) {
      const before = known.get(source) ?? 0;
      known.delete(source);
      known.set(source, Math.max(before, id)); // the newest last, so that the first is the one to forget
      const first = known.keys().next();
      if (known.size > most && !first.done) known.delete(first.value);
    },
  };
}
