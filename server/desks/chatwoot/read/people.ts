import type { DeskAgent, DeskState, DeskThread } from '../../desk.ts';
import { readPublic } from '../http/calls.ts';
import type { Provisioned, Shared } from '../shared.ts';
import type { Priority } from '../http/queue.ts';
import type { Conversation, Message } from '../http/shapes.ts';
import { speakerOf, stateOf } from './state.ts';
import type { Answer } from '../http/answer.ts';
import { keyIn } from '../source-id.ts';

/** Who has a conversation, and who has spoken in it, told from its words: what the desk assigns is not always meant. */

/**
 * The state, where the token's own user is nobody unless they have spoken: our websocket makes them look as if they were
 * there, so that the desk picks them.
 */
export async function stateIn(
  shared: Shared,
  provisioned: Provisioned,
  conversation: Conversation,
  priority: Priority = 'write',
): Promise<Answer<DeskState>> {
  const state = stateOf(conversation);
  if (state.assignee?.key !== String(provisioned.user.id)) return { ok: true, body: state, at: 0 };
  const rows = await readPublic(shared.api, conversation.id, priority);
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
