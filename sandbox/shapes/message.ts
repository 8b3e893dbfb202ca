/** JSON of messages: REST numbers their type and time, deliveries spell them out. @see the recordings of scenes 03 and 05 */
import type { Attachment, Json, Message } from '../model.ts';
import type { Desk } from '../desk.ts';
import { iso, seconds } from '../values.ts';
import { toHtml } from '../html.ts';
import { surveyOf } from '../ratings.ts';
import { surveyLink } from '../words.ts';
import { hookContact, pushContact } from './contact.ts';
import { hookBot, hookUser, pushBot, pushUser } from './people.ts';

const numbers = { incoming: 0, outgoing: 1, activity: 2, template: 3 };

/** Who composes: a request knows who is online, a background job (and so every delivery) does not. */
export type Composer = 'request' | 'job' | 'bot';

export const message = (desk: Desk, found: Message): Json => ({
  id: found.id,
  content: found.content,
  inbox_id: found.inbox_id,
  conversation_id: found.conversation_id,
  message_type: numbers[found.message_type],
  content_type: found.content_type,
  status: found.status,
  content_attributes: found.content_attributes,
  created_at: seconds(found.created_at),
  private: found.private,
  source_id: found.source_id,
  ...optional('sender', sender(desk, found, 'request')),
  ...attachments(desk, found),
});

/** In conversations, on the websocket, in notifications. */
export function pushMessage(desk: Desk, found: Message, composer: Composer): Json {
  const conversation = desk.state.get('conversation', found.conversation_id);
  const link = desk.state.get('contactInbox', conversation?.contact_inbox_id);
  return {
    id: found.id,
    content: composer === 'request' ? found.content : withoutHardBreaks(desk, found.content),
    account_id: 1,
    inbox_id: found.inbox_id,
    conversation_id: found.conversation_id,
    message_type: numbers[found.message_type],
    created_at: seconds(found.created_at),
    updated_at: iso(found.updated_at),
    private: found.private,
    status: found.status,
    source_id: found.source_id,
    content_type: found.content_type,
    content_attributes: found.content_attributes,
    sender_type: found.sender?.type ?? null,
    sender_id: found.sender?.id ?? null,
    external_source_ids: {},
    additional_attributes: {},
    processed_message_content: found.original,
    sentiment: {},
    conversation: {
      assignee_id: conversation?.assignee_id ?? null,
      unread_count: conversation ? desk.unread(conversation) : 0,
      last_activity_at: seconds(conversation?.last_activity_at ?? null),
      contact_inbox: { source_id: link?.source_id ?? null },
    },
    ...attachments(desk, found),
    ...optional('sender', sender(desk, found, composer)),
  };
}

/** The body of a message's delivery, but for `conversation` and `event`. */
export function hookMessage(desk: Desk, found: Message): Json {
  const account = desk.account();
  const inbox = desk.state.get('inbox', found.inbox_id);
  const conversation = desk.state.get('conversation', found.conversation_id);
  const survey = found.content_type === 'input_csat' && conversation && inbox && !inbox.website;
  return {
    account: { id: account.id, name: account.name },
    additional_attributes: {},
    content_attributes: found.content_attributes,
    content_type: found.content_type,
    content: survey
      ? surveyLink(desk.baseUrl(), conversation.uuid, surveyOf(inbox).message)
      : deliveredText(desk, found.content, inbox?.website !== undefined),
    created_at: iso(found.created_at),
    id: found.id,
    inbox: { id: found.inbox_id, name: inbox?.name ?? null },
    message_type: found.message_type,
    private: found.private,
    sender: hookSender(desk, found),
    source_id: found.source_id,
    ...attachments(desk, found),
  };
}

/**
 * The dashboard's editor writes a hard line break as a backslash; only 4.14 takes it out, and only of deliveries. 4.10 makes
 * HTML of what is said in a website's inbox.
 */
function deliveredText(desk: Desk, content: string | null, onWebsite: boolean): string | null {
  if (content === null) return null;
  return onWebsite && desk.switches.chatwoot === '4.10' ? toHtml(content) : withoutHardBreaks(desk, content);
}

const withoutHardBreaks = (desk: Desk, content: string | null): string | null =>
  desk.switches.chatwoot === '4.14' && content !== null ? content.replace(/\\\n/g, '\n') : content;

/** What the visitor's own API shows. */
export const publicMessage = (desk: Desk, found: Message): Json => ({
  id: found.id,
  content: found.content,
  message_type: numbers[found.message_type],
  content_type: found.content_type,
  content_attributes: found.content_attributes,
  created_at: seconds(found.created_at),
  conversation_id: found.conversation_id,
  ...attachments(desk, found),
  ...optional('sender', sender(desk, found, 'job')), // without an account in scope
});

export function sender(desk: Desk, found: Message, composer: Composer): Json | undefined {
  const { state } = desk;
  if (found.sender?.type === 'User') {
    const user = state.get('user', found.sender.id);
    return user && pushUser(user, composer === 'job' ? null : desk.statusOf(user), desk.baseUrl());
  }
  if (found.sender?.type === 'AgentBot') {
    const bot = state.get('bot', found.sender.id);
    return bot && pushBot(bot);
  }
  const contact = found.sender && state.get('contact', found.sender.id);
  return contact ? pushContact(contact) : undefined;
}

function hookSender(desk: Desk, found: Message): Json | null {
  const { state } = desk;
  if (found.sender?.type === 'User') {
    const user = state.get('user', found.sender.id);
    return user ? hookUser(user) : null;
  }
  if (found.sender?.type === 'AgentBot') {
    const bot = state.get('bot', found.sender.id);
    return bot ? hookBot(bot) : null;
  }
  const contact = found.sender && state.get('contact', found.sender.id);
  return contact ? hookContact(contact, desk.account()) : null;
}

const optional = (name: string, value: Json | undefined): Json => (value === undefined ? {} : { [name]: value });

function attachments(desk: Desk, found: Message): Json {
  if (found.attachments.length === 0) return {};
  return { attachments: found.attachments.map((file) => attachment(desk, found, file)) };
}

/** A file of a message. */
export function attachment(desk: Desk, found: Message, file: Attachment): Json {
  const base = `${desk.baseUrl()}/rails/active_storage/blobs/redirect`;
  const url = `${base}/${file.key}/${encodeURIComponent(file.name)}`;
  const newer = desk.switches.chatwoot === '4.14';
  return {
    id: file.id,
    message_id: found.id,
    file_type: file.file_type,
    account_id: 1,
    extension: newer ? file.extension : null,
    ...(newer ? { content_type: file.content_type } : {}),
    data_url: url,
    thumb_url: file.file_type === 'image' ? url : '',
    file_size: file.file_size,
    ...(file.file_type === 'audio' ? { transcribed_text: '' } : {}),
    width: null,
    height: null,
  };
}
