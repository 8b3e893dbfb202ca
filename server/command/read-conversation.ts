import type { LogEvent } from '../../shared/protocol.ts';
import { RelayError } from '../errors.ts';
import { readState, type ConversationState } from '../stores/conversation-state.ts';
import type { Conversation, Store } from '../stores/store.ts';
import type { DeskThread } from '../desks/desk.ts';

/** All that is kept of a conversation. */
export interface Kept {
  conversation: Omit<Conversation, 'state'> & { state: ConversationState };
  events: LogEvent[];
  threads: DeskThread[];
}

const pageSize = 500;

/** @throws {RelayError} where it went away meanwhile */
export async function readConversation(store: Store, id: string): Promise<Kept> {
  const found = await store.conversation(id);
  if (!found) throw new RelayError('the conversation is gone');
  const events: LogEvent[] = [];
  for (;;) {
    const page = await store.events(id, events.at(-1)?.seq ?? 0, pageSize);
    events.push(...page);
    if (page.length === 0) break;
  }
  return { conversation: { ...found, state: readState(found.state) }, events, threads: await store.threads(id) };
}
