import type { Desk } from './desk.ts';
import type { Actor, Conversation, Json, Message } from './model.ts';
import { asFlag } from './values.ts';

/** The visitor has seen what is there. @see the recordings of scenes 10, 24 and 29 */
export function saw(desk: Desk, found: Conversation): void {
  const { state } = desk;
  state.put('conversation', { ...found, contact_last_seen_at: desk.now() });
  desk.emit({ event: 'conversation.read', conversation: found.id, by: undefined });
  for (const message of state.messagesOf(found.id))
    if (isUnseen(message)) desk.updateMessage(message, { status: 'read' }, undefined);
}

/** Somebody types, or stops; what else is said is not told. Nothing ends by itself. @see the recordings of scene 30 */
export function signTyping(desk: Desk, { id }: Conversation, by: Actor, said: Json): void {
  const isPrivate = asFlag(said['is_private']);
  const status = said['typing_status'];
  if (status === 'on' || status === 'off')
    desk.emit({ event: `conversation.typing_${status}`, conversation: id, by, isPrivate });
}

/** Notes and surveys too: so it does. What failed stays failed. */
const isUnseen = ({ message_type, status }: Message) =>
  (message_type === 'outgoing' || message_type === 'template') && (status === 'sent' || status === 'delivered');
