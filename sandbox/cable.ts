import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Desk } from './desk.ts';
import type { Actor, Conversation, Json, Message } from './model.ts';
import type { News } from './news.ts';
import { notificationJson, notificationsOf } from './notify.ts';
import { pushContact } from './shapes/contact.ts';
import { pushConversation } from './shapes/conversation.ts';
import { pushMessage } from './shapes/message.ts';
import { performer, pushBot, pushUser } from './shapes/people.ts';
import { asId, isObject } from './values.ts';

/** Chatwoot's ActionCable at `/cable`. @see the recorded frames of scene 22 */
interface Cable {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Cuts every live socket; clients may come back unless `refuseCable` is set. */
  cut(): void;
  close(): void;
}

const pingMs = 3000;

/** Answered by reading the conversation anew in a background job, which knows no performer. */
const readAgain = new Set([
  'conversation.updated',
  'conversation.status_changed',
  'assignee.changed',
  'team.changed',
  'conversation.contact_changed',
  'conversation.read',
]);

/** Only people at the desk hear of these. */
const forPeople = new Set([
  'first.reply.created',
  'assignee.changed',
  'team.changed',
  'conversation.contact_changed',
  'conversation.read',
]);

export function createCable(desk: Desk): Cable {
  const { state, switches } = desk;
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => 'actioncable-v1-json' });
  /** pubsub token → the sockets that subscribed with it, each under its own identifier. */
  const subscribers = new Map<string, Map<WebSocket, string>>();

  const pinging = setInterval(() => {
    for (const socket of server.clients) write(socket, { type: 'ping', message: Math.floor(desk.now() / 1000) });
  }, pingMs);
  pinging.unref();

  server.on('connection', (socket) => {
    write(socket, { type: 'welcome' });
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => understand(socket, String(data)));
    socket.on('close', () => {
      for (const sockets of subscribers.values()) sockets.delete(socket);
    });
  });

  function understand(socket: WebSocket, text: string): void {
    const command = parse(text);
    const identifier = command?.['identifier'];
    if (typeof identifier !== 'string') return;
    const wanted = parse(identifier);
    const token = wanted?.['pubsub_token'];
    if (wanted?.['channel'] !== 'RoomChannel' || typeof token !== 'string') return;
    if (command?.['command'] === 'unsubscribe') subscribers.get(token)?.delete(socket);
    else if (command?.['command'] === 'subscribe') subscribe(socket, identifier, token, asId(wanted['user_id']));
    else if (command?.['command'] === 'message' && subscribers.get(token)?.has(socket)) present(token);
  }

  /** A token that belongs to nobody is never answered. */
  function subscribe(socket: WebSocket, identifier: string, token: string, userId: number | undefined): void {
    const known =
      userId === undefined
        ? state.all('contactInbox').some((link) => link.pubsub_token === token)
        : state.get('user', userId)?.pubsub_token === token;
    if (!known) return;
    const sockets = subscribers.get(token) ?? new Map<WebSocket, string>();
    subscribers.set(token, sockets.set(socket, identifier));
    present(token);
    write(socket, { identifier, type: 'confirm_subscription' });
  }

  function present(token: string): void {
    const user = state.all('user').find((one) => one.pubsub_token === token);
    if (user) desk.heard(user);
    const there = state.all('user').filter((one) => desk.statusOf(one) !== 'offline');
    const users = Object.fromEntries(there.map((one) => [one.id, desk.statusOf(one)]));
    broadcast([token], 'presence.update', { account_id: 1, users, ...(user ? { contacts: {} } : {}) });
  }

  function broadcast(tokens: string[], event: string, data: Json): void {
    for (const token of new Set(tokens))
      for (const [socket, identifier] of subscribers.get(token) ?? [])
        write(socket, { identifier, message: { event, data } });
  }

  desk.listen((news) => {
    const data = frame(desk, news);
    if (!data) return;
    const by = readAgain.has(news.event) || !news.by ? undefined : performer(news.by, desk);
    broadcast(hearers(desk, news), news.event, { ...data, account_id: 1, ...(by ? { performer: by } : {}) });
  });

  return {
    upgrade(request, socket, head) {
      if (switches.refuseCable) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (accepted) => server.emit('connection', accepted, request));
    },
    cut() {
      for (const socket of server.clients) socket.terminate();
    },
    close() {
      clearInterval(pinging);
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

const write = (socket: WebSocket, frame: Json) => {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
};

function parse(text: string): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function frame(desk: Desk, news: News): Json | undefined {
  const { state } = desk;
  if (news.event === 'account.cache_invalidated') {
    const now = String(Math.floor(desk.now() / 1000));
    return { cache_keys: { label: now, inbox: now, team: now } };
  }
  if (news.event === 'webwidget.triggered') return undefined;
  if ('gone' in news) return pushContact(news.gone);
  if ('contact' in news) {
    const contact = state.get('contact', news.contact);
    return contact && pushContact(contact);
  }
  if ('notification' in news) {
    const found = state.get('notification', news.notification);
    if (!found) return undefined;
    const all = notificationsOf(desk, found.user_id);
    const unread_count = all.filter((one) => one.read_at === null).length;
    return { notification: notificationJson(desk, found), unread_count, count: all.length };
  }
  if ('message' in news) {
    const message = state.get('message', news.message);
    if (!message) return undefined;
    const echo = 'echoId' in news && news.echoId !== undefined ? { echo_id: news.echoId } : {};
    const previous = 'previous' in news ? { previous_changes: news.previous } : {};
    return { ...pushMessage(desk, message, 'request'), ...echo, ...previous };
  }
  const conversation = state.get('conversation', news.conversation);
  if (!conversation) return undefined;
  const shown = pushConversation(desk, conversation, 'request');
  if (!('isPrivate' in news)) return shown;
  return { conversation: shown, user: typist(desk, news.by), is_private: news.isPrivate };
}

function typist(desk: Desk, by: Actor): Json {
  if (by.kind === 'user') return pushUser(by.user, desk.statusOf(by.user), desk.baseUrl());
  return by.kind === 'bot' ? pushBot(by.bot) : pushContact(by.contact);
}

/** The pubsub tokens of those an event is sent to. */
function hearers(desk: Desk, news: News): string[] {
  const { state } = desk;
  if ('notification' in news) {
    const user = state.get('user', state.get('notification', news.notification)?.user_id);
    return user ? [user.pubsub_token] : [];
  }
  const message = 'message' in news ? state.get('message', news.message) : undefined;
  const id = 'conversation' in news ? news.conversation : message?.conversation_id;
  const conversation = state.get('conversation', id);
  if (!conversation) return state.all('user').map((user) => user.pubsub_token);
  const people = atTheDesk(desk, conversation);
  const visitor = hiddenFromVisitor(news, message) ? [] : [desk.linkOf(conversation).pubsub_token];
  return 'isPrivate' in news
    ? notTheTypist(desk, conversation, news.by, [...people, ...visitor])
    : [...people, ...visitor];
}

function atTheDesk({ state }: Desk, conversation: Conversation): string[] {
  const members = state.get('inbox', conversation.inbox_id)?.members ?? [];
  return state
    .all('user')
    .filter((user) => members.includes(user.id) || user.role === 'administrator')
    .map((user) => user.pubsub_token);
}

const hiddenFromVisitor = (news: News, message: Message | undefined): boolean =>
  forPeople.has(news.event) || (message !== undefined && (message.private || message.message_type === 'activity'));

function notTheTypist(desk: Desk, conversation: Conversation, by: Actor, tokens: string[]): string[] {
  const own =
    by.kind === 'user' ? by.user.pubsub_token : by.kind === 'contact' ? desk.linkOf(conversation).pubsub_token : '';
  return tokens.filter((token) => token !== own);
}
