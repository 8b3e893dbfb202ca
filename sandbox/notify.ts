/** Who is told of what, in the dashboard's "My Inbox". @see the recordings of scenes 19 and 20 */
import type { Actor, Conversation, Json, Message, Notification, NotificationType } from './model.ts';
import type { Desk } from './desk.ts';
import { mentioned } from './rules.ts';
import { pushConversation } from './shapes/conversation.ts';
import { pushMessage, sender } from './shapes/message.ts';
import { pushUser } from './shapes/people.ts';
import { isoOrNull, seconds } from './values.ts';
import { notificationTitle, plainMentions } from './words.ts';

/** Whoever is assigned takes part from then on, and is told, unless they took it themselves or it is still pending. */
export function tellAssigned(desk: Desk, conversation: Conversation, by: Actor | undefined): void {
  const user = conversation.assignee_id;
  if (user === null) return;
  const joined = takePart(desk, conversation, [user]);
  // Chatwoot compares numbers, and does not look whether the number is a person's or a bot's.
  const self = (by?.kind === 'user' && by.user.id === user) || (by?.kind === 'bot' && by.bot.id === user);
  if (!self && conversation.status !== 'pending') notify(desk, user, 'conversation_assignment', joined, null);
}

/** People a note mentions are told, then the assignee, then whoever takes part; nobody twice, and not its author. */
export function tellOfMessage(desk: Desk, conversation: Conversation, message: Message): void {
  if (message.message_type !== 'incoming' && message.message_type !== 'outgoing') return;
  const author = message.sender?.type === 'User' ? message.sender.id : undefined;
  const told = new Set<number>(author === undefined ? [] : [author]);
  const once = (user: number, type: NotificationType) => {
    if (told.has(user)) return;
    told.add(user);
    notify(desk, user, type, conversation, message);
  };

  const named = message.private && message.content !== null ? namedIn(desk, conversation, message.content) : [];
  for (const user of named) once(user, 'conversation_mention');
  if (conversation.assignee_id !== null) once(conversation.assignee_id, 'assigned_conversation_new_message');
  for (const user of conversation.participants) once(user, 'participating_conversation_new_message');
  if (named.length > 0) takePart(desk, conversation, named);
}

/** Only those who can be assigned in this inbox: its members and the administrators. */
function namedIn({ state }: Desk, conversation: Conversation, content: string): number[] {
  const members = state.get('inbox', conversation.inbox_id)?.members ?? [];
  const users = mentioned(content, (team) => state.get('team', team)?.members ?? []);
  return users.filter((id) => members.includes(id) || state.get('user', id)?.role === 'administrator');
}

function takePart({ state }: Desk, conversation: Conversation, users: number[]): Conversation {
  const participants = [...new Set([...conversation.participants, ...users])];
  return state.put('conversation', { ...conversation, participants });
}

function notify(
  desk: Desk,
  user: number,
  type: NotificationType,
  conversation: Conversation,
  message: Message | null,
): void {
  const { state } = desk;
  if (desk.contactOf(conversation).blocked && type !== 'conversation_mention') return;
  const made = state.put('notification', {
    id: state.nextId('notification'),
    user_id: user,
    notification_type: type,
    conversation_id: conversation.id,
    message_id: message?.id ?? null,
    read_at: null,
    created_at: desk.now(),
  });
  // one row a conversation: the newest hides those before it
  for (const other of state.all('notification'))
    if (other.user_id === user && other.conversation_id === conversation.id && other.id !== made.id)
      state.remove('notification', other.id);
  desk.emit({ event: 'notification.created', notification: made.id, by: undefined });
}

/** A person's notifications, newest first. */
export const notificationsOf = ({ state }: Desk, user: number): Notification[] =>
  state
    .all('notification')
    .filter((one) => one.user_id === user)
    .sort((a, b) => b.created_at - a.created_at || b.id - a.id);

export function notificationJson(desk: Desk, found: Notification): Json {
  const { state } = desk;
  const conversation = state.get('conversation', found.conversation_id);
  const message = state.get('message', found.message_id);
  const user = state.get('user', found.user_id);
  return {
    id: found.id,
    notification_type: found.notification_type,
    push_message_title: notificationTitle(found.notification_type, found.conversation_id),
    push_message_body: body(desk, found.conversation_id, message),
    primary_actor_type: 'Conversation',
    primary_actor_id: found.conversation_id,
    primary_actor: conversation ? pushConversation(desk, conversation, 'request') : null,
    read_at: isoOrNull(found.read_at),
    secondary_actor: message ? pushMessage(desk, message, 'request') : null,
    user: user ? pushUser(user, desk.statusOf(user), desk.baseUrl()) : null,
    created_at: seconds(found.created_at),
    last_activity_at: seconds(found.created_at),
    snoozed_until: null,
    meta: {},
  };
}

function body(desk: Desk, conversation: number, message: Message | undefined): string {
  const said = desk.state.messagesOf(conversation);
  const shown = message ?? said.findLast((one) => one.message_type === 'incoming');
  if (!shown) return '';
  const name = sender(desk, shown, 'request')?.['name'];
  return `${typeof name === 'string' ? name : ''}: ${plainMentions(shown.content ?? '')}`;
}
