import type { Desk } from './desk.ts';
import type { Json } from './model.ts';
import type { News } from './news.ts';
import { hookContact } from './shapes/contact.ts';
import { pushConversation } from './shapes/conversation.ts';
import { hookMessage } from './shapes/message.ts';
import { hookBot, hookUser } from './shapes/people.ts';

/** What a delivery calls an event; the others are told on the websocket only. */
export const names: Partial<Record<News['event'], string>> = {
  'conversation.created': 'conversation_created',
  'conversation.status_changed': 'conversation_status_changed',
  'conversation.updated': 'conversation_updated',
  'message.created': 'message_created',
  'message.updated': 'message_updated',
  'conversation.typing_on': 'conversation_typing_on',
  'conversation.typing_off': 'conversation_typing_off',
  'contact.created': 'contact_created',
  'contact.updated': 'contact_updated',
};

export interface Target {
  url: string;
  secret: string;
  /** A failed one of these marks its message; only an inbox's own webhook does. */
  marks: boolean;
}

/** The addresses an event goes to: the inbox's own, and the account's that want it. */
export function targets({ state }: Desk, news: News): Target[] {
  const message = 'message' in news ? state.get('message', news.message) : undefined;
  if (message?.message_type === 'activity') return [];
  const id = 'conversation' in news ? news.conversation : message?.conversation_id;
  const inbox = state.get('inbox', state.get('conversation', id)?.inbox_id);
  const own = inbox?.webhook_url ? [{ url: inbox.webhook_url, secret: inbox.secret, marks: true }] : [];
  const event = names[news.event] ?? '';
  const others = state.all('webhook').filter((one) => one.subscriptions.includes(event));
  return [...own, ...others.map(({ url, secret }) => ({ url, secret, marks: false }))];
}

/** The body of a delivery, from the state of this moment; undefined where its row is gone. */
export function compose(desk: Desk, news: News): string | undefined {
  const event = names[news.event];
  const body = content(desk, news);
  return body && encode({ ...body, event, ...changes(news) });
}

function content(desk: Desk, news: News): Json | undefined {
  const { state } = desk;
  if ('contact' in news) {
    const contact = state.get('contact', news.contact);
    return contact && hookContact(contact, desk.account());
  }
  const message = 'message' in news ? state.get('message', news.message) : undefined;
  if ('message' in news && !message) return undefined;
  const id = 'conversation' in news ? news.conversation : message?.conversation_id;
  const found = state.get('conversation', id);
  if (!found) return undefined;
  const conversation = pushConversation(desk, found, 'job');
  if (message) return { ...hookMessage(desk, message), conversation };
  if (!('isPrivate' in news)) return conversation;
  return { user: typist(desk, news), conversation, is_private: news.isPrivate };
}

function typist(desk: Desk, { by }: Extract<News, { isPrivate: boolean }>): Json {
  if (by.kind === 'user') return hookUser(by.user);
  return by.kind === 'bot' ? hookBot(by.bot) : hookContact(by.contact, desk.account());
}

/** A change of status is told without saying from what. */
function changes(news: News): Json {
  if (news.event === 'conversation.status_changed') return { changed_attributes: null };
  return 'changed' in news ? { changed_attributes: news.changed } : {};
}

/** JSON as Rails writes it. */
const encode = (body: Json): string =>
  JSON.stringify(body).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
