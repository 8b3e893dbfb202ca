import type { Desk } from './desk.ts';
import type { Json, Status, Version } from './model.ts';
import type { News } from './news.ts';
import { isRatedBadly } from './ratings.ts';
import { hookContact } from './shapes/contact.ts';
import { pushConversation } from './shapes/conversation.ts';
import { hookMessage } from './shapes/message.ts';
import type { Composer } from './shapes/message.ts';
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
  'webwidget.triggered': 'webwidget_triggered',
};

export interface Target {
  url: string;
  secret: string;
  /** What the delivery calls the event. */
  event: string;
  /** An inbox's own webhook marks a message whose delivery failed; a bot that fails loses its conversation. */
  to: 'inbox' | 'account' | 'bot';
}

/** The addresses an event goes to, composed later: the inbox's own, and the account's that want it. */
export function targets(desk: Desk, news: News): Target[] {
  const event = names[news.event];
  const about = subject(desk, news);
  if (event === undefined || about.message?.message_type === 'activity') return [];
  const { inbox, message } = about;
  if (news.event === 'message.updated' && message && isRatedBadly(message)) return [];
  const isTold = event !== 'webwidget_triggered' && inbox?.webhook_url;
  const own = isTold ? [{ url: inbox.webhook_url ?? '', secret: inbox.secret, event, to: 'inbox' as const }] : [];
  const others = desk.state.all('webhook').filter((one) => one.subscriptions.includes(event));
  return [...own, ...others.map(({ url, secret }) => ({ url, secret, event, to: 'account' as const }))];
}

/**
 * The bots an event goes to, composed at once: the inbox's, and the one that has the conversation.
 * @see the recordings of scene 24
 */
export function botTargets(desk: Desk, news: News): Target[] {
  const { conversation, inbox, message } = subject(desk, news);
  if (!inbox || message?.message_type === 'activity') return [];
  const ids = new Set([conversation?.assignee_agent_bot_id, inbox.agent_bot_id]);
  const bots = [...ids].map((id) => desk.state.get('bot', id)).filter((bot) => bot !== undefined);
  const events = toldToBots(news, desk.switches.chatwoot, conversation?.status);
  return bots.flatMap(({ outgoing_url: url, secret }) =>
    url ? events.map((event) => ({ url, secret, event, to: 'bot' as const })) : [],
  );
}

/** 4.10 tells bots only of what opens and resolves a conversation. */
function toldToBots(news: News, version: Version, status: Status | undefined): string[] {
  const newer = version === '4.14';
  switch (news.event) {
    case 'message.created':
      return ['message_created'];
    case 'message.updated':
      return ['message_updated'];
    case 'webwidget.triggered':
      return ['webwidget_triggered'];
    case 'conversation.status_changed': {
      const turned = status === 'open' || status === 'resolved' ? [`conversation_${endings[status]}`] : [];
      return newer ? [...turned, 'conversation_status_changed'] : turned;
    }
    case 'conversation.updated':
      return newer ? ['conversation_updated'] : [];
    default:
      return [];
  }
}

const endings = { open: 'opened', resolved: 'resolved' };

/** The body of a delivery, from the state of this moment; undefined where its row is gone. */
export function compose(desk: Desk, news: News, { event, to }: Pick<Target, 'event' | 'to'>): string | undefined {
  const body = content(desk, news, to === 'bot' ? 'bot' : 'job');
  return body && encode({ ...body, event, ...extras(news, event) });
}

function content(desk: Desk, news: News, composer: Composer): Json | undefined {
  const { state } = desk;
  if (news.event === 'webwidget.triggered') return openedWidget(desk, news.link);
  if ('contact' in news) {
    const contact = state.get('contact', news.contact);
    return contact && hookContact(contact, desk.account());
  }
  const { conversation: found, message } = subject(desk, news);
  if (!found || ('message' in news && !message)) return undefined;
  const conversation = pushConversation(desk, found, composer);
  if (message) return { ...hookMessage(desk, message), conversation };
  if (!('isPrivate' in news)) return conversation;
  return { user: typist(desk, news), conversation, is_private: news.isPrivate };
}

/** What an event is about, as far as it is still there. */
function subject({ state }: Desk, news: News) {
  const message = 'message' in news ? state.get('message', news.message) : undefined;
  const conversation = state.get('conversation', 'conversation' in news ? news.conversation : message?.conversation_id);
  const link = 'link' in news ? state.get('contactInbox', news.link) : undefined;
  return { message, conversation, inbox: state.get('inbox', conversation?.inbox_id ?? link?.inbox_id) };
}

function openedWidget({ state, account }: Desk, id: number): Json | undefined {
  const link = state.get('contactInbox', id);
  const contact = state.get('contact', link?.contact_id);
  const inbox = state.get('inbox', link?.inbox_id);
  if (!link || !contact || !inbox) return undefined;
  const told = { id: account().id, name: account().name };
  return {
    id: link.id,
    contact: hookContact(contact, account()),
    inbox: { id: inbox.id, name: inbox.name },
    account: told,
    current_conversation: null,
    source_id: link.source_id,
  };
}

function typist(desk: Desk, { by }: Extract<News, { isPrivate: boolean }>): Json {
  if (by.kind === 'user') return hookUser(by.user);
  return by.kind === 'bot' ? hookBot(by.bot) : hookContact(by.contact, desk.account());
}

/** A change of status is told without saying from what. */
function extras(news: News, event: string): Json {
  if (event === 'conversation_status_changed') return { changed_attributes: null };
  if (news.event === 'webwidget.triggered') return { event_info: news.info };
  return 'changed' in news ? { changed_attributes: news.changed } : {};
}

/** JSON as Rails writes it. */
const encode = (body: Json): string =>
  JSON.stringify(body).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
