import { answerByItself } from './templates.ts';
import { changeContact } from './contact-changes.ts';
import { type Desk, type NewMessage, must } from './desk.ts';
import type { Actor, Conversation, Message } from './model.ts';
import { tellOfMessage } from './notify.ts';
import { answering, reopening } from './rules.ts';
import { sameJson } from './values.ts';

/** Writes messages and changes them, with all that follows from it. */

export function addMessage(
  desk: Desk,
  { conversation, echoId, ...wanted }: NewMessage,
  by: Actor | undefined,
): Message {
  const { state, now } = desk;
  const { message_type, sender } = wanted;
  const at = now();
  const contact = desk.contactOf(conversation);
  const inbox = must(state.get('inbox', conversation.inbox_id));
  const earlier = state.messagesOf(conversation.id).filter((one) => one.message_type === 'outgoing' && !one.private);
  const message = state.put('message', {
    content_type: 'text',
    content_attributes: {},
    private: false,
    source_id: null,
    attachments: [],
    original: wanted.content,
    ...wanted,
    id: state.nextId('message'),
    conversation_id: conversation.id,
    inbox_id: conversation.inbox_id,
    status: 'sent',
    created_at: at,
    updated_at: at,
  });
  moveForward(desk, conversation, at);

  const hasBot = inbox.agent_bot_id !== null;
  const reopened = reopening(desk.current(conversation), message, { hasBot, blocked: contact.blocked });
  if (reopened) {
    const alone = by?.kind === 'contact' ? undefined : by;
    const reopenedByContact = desk.current(conversation).status === 'resolved' && !hasBot && !inbox.website;
    desk.change(conversation, { status: reopened }, alone, { reopenedByContact });
  }
  moveForward(desk, conversation, at);
  desk.emit({ event: 'message.created', message: message.id, by, ...(echoId === undefined ? {} : { echoId }) });

  // 4.14 looks at what was said, finds nothing, and writes that down
  const isSpoken = message.attachments.some(({ file_type }) => file_type === 'audio');
  if (isSpoken && desk.switches.chatwoot === '4.14')
    desk.emit({ event: 'message.updated', message: message.id, previous: {}, by: undefined });

  const answered = answering(
    desk.current(conversation),
    message,
    earlier.filter((one) => one.sender?.type === 'User').length,
  );
  if (answered?.firstReply) desk.emit({ event: 'first.reply.created', message: message.id, by });
  if (answered) desk.change(conversation, answered.patch, undefined);
  if (message_type === 'incoming') answerByItself(desk, desk.current(conversation));
  if (message_type === 'incoming' && sender?.type === 'Contact')
    changeContact(desk, desk.contactOf(conversation), { last_activity_at: at }, undefined);
  tellOfMessage(desk, desk.current(conversation), message);
  return message;
}

/** What Chatwoot itself notes between the messages: who was assigned, what status it got. */
export function addActivity(desk: Desk, conversation: Conversation, content: string): void {
  const { state, now } = desk;
  const at = now();
  const message = state.put('message', {
    id: state.nextId('message'),
    conversation_id: conversation.id,
    inbox_id: conversation.inbox_id,
    content,
    original: content,
    message_type: 'activity',
    content_type: 'text',
    content_attributes: {},
    private: false,
    status: 'sent',
    source_id: null,
    sender: null,
    attachments: [],
    created_at: at,
    updated_at: at,
  });
  moveForward(desk, conversation, at);
  desk.emit({ event: 'message.created', message: message.id, by: undefined });
}

export function updateMessage(desk: Desk, message: Message, patch: Partial<Message>, by: Actor | undefined): Message {
  const { state, now } = desk;
  const fields = Object.keys(patch) as (keyof Message)[];
  const different = fields.filter((field) => !sameJson(patch[field], message[field]));
  if (different.length === 0) return message;
  const after = state.put('message', { ...message, ...patch, updated_at: now() });
  const previous = Object.fromEntries(different.map((field) => [field, [message[field], after[field]]]));
  desk.emit({ event: 'message.updated', message: after.id, previous, by });
  return after;
}

/** A message moves its conversation forward; later changes of the message do not. */
function moveForward(desk: Desk, conversation: Conversation, at: number): void {
  desk.state.put('conversation', { ...desk.current(conversation), last_activity_at: at, updated_at: at });
}
