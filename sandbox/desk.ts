import { randomUUID } from 'node:crypto';
import type {
  Account,
  Actor,
  Attachment,
  Availability,
  Contact,
  ContactInbox,
  Conversation,
  Inbox,
  Json,
  Message,
  MessageType,
  Sender,
  Status,
  User,
} from './model.ts';
import type { Listener, News } from './news.ts';
import { tellAssigned, tellOfMessage } from './notify.ts';
import { answering, change, firstStatus, reopening } from './rules.ts';
import type { Save, Wish } from './rules.ts';
import type { State } from './state.ts';
import type { Switches } from './switches.ts';
import { newToken, sameJson } from './values.ts';
import { activities, surveyText } from './words.ts';

/** A person counts as there for so long after their websocket was last heard. */
const presenceMs = 20_000;

export interface NewConversation {
  inbox: Inbox;
  link: ContactInbox;
  status: Status;
  snoozed_until: number | null;
  assignee_id: number | null;
  team_id: number | null;
  custom_attributes: Json;
  additional_attributes: Json;
}

export interface NewMessage {
  conversation: Conversation;
  content: string | null;
  /** What was sent, where Liquid made something else of it. */
  original?: string | null;
  message_type: MessageType;
  content_type?: string;
  content_attributes?: Json;
  private?: boolean;
  source_id?: string | null;
  sender: Sender | null;
  attachments?: Attachment[];
  echoId?: string | undefined;
}

/** The desk: carries out what the rules say, and tells those who listen once it is kept. */
export interface Desk {
  state: State;
  switches: Switches;
  now: () => number;
  account(): Account;
  /** Where browsers reach this server, for links in answers. */
  baseUrl(): string;
  statusOf(user: User): Availability;
  /** Notes that a person's websocket was heard just now. */
  heard(user: User): void;
  contactOf(conversation: Conversation): Contact;
  linkOf(conversation: Conversation): ContactInbox;
  /** The visitor's messages since an agent last looked, at most 10. */
  unread(conversation: Conversation): number;
  /** The contact's entry in an inbox under a source id, made where it is missing; undefined if another contact has it. */
  link(contact: Contact, inbox: Inbox, sourceId: string): ContactInbox | undefined;
  createConversation(wanted: NewConversation, by: Actor | undefined): Conversation;
  change(conversation: Conversation, wish: Wish, by: Actor | undefined, how?: How): Conversation;
  addMessage(wanted: NewMessage, by: Actor | undefined): Message;
  addActivity(conversation: Conversation, content: string): void;
  /** Does nothing, and tells nobody, if nothing would be different. */
  updateMessage(message: Message, patch: Partial<Message>, by: Actor | undefined): Message;
  /** Takes conversations with all that belongs to them away; nobody is told. */
  removeConversations(conversations: Conversation[]): void;
  emit(news: News): void;
  listen(listener: Listener): void;
  /** Keeps all that changed, then tells. Called once a request, before it is answered. */
  commit(): void;
}

export interface How {
  reopenedByContact?: boolean;
}

export function createDesk(
  state: State,
  switches: Switches,
  { now, baseUrl }: { now: () => number; baseUrl: () => string },
): Desk {
  const listeners: Listener[] = [];
  const lastHeard = new Map<number, number>();
  let untold: News[] = [];

  const must = <T>(found: T | undefined): T => {
    if (found === undefined) throw new Error('a record points at one that is not there');
    return found;
  };
  const current = (conversation: Conversation) => must(state.get('conversation', conversation.id));

  const desk: Desk = {
    state,
    switches,
    now,
    baseUrl,
    account: () => must(state.all('account')[0]),
    statusOf(user) {
      const there = !user.auto_offline || now() - (lastHeard.get(user.id) ?? -Infinity) < presenceMs;
      return there ? user.availability : 'offline';
    },
    heard: (user) => void lastHeard.set(user.id, now()),
    contactOf: (conversation) => must(state.get('contact', conversation.contact_id)),
    linkOf: (conversation) => must(state.get('contactInbox', conversation.contact_inbox_id)),
    unread(conversation) {
      const since = conversation.agent_last_seen_at ?? 0;
      const fresh = state
        .messagesOf(conversation.id)
        .filter((one) => one.message_type === 'incoming' && one.created_at > since);
      return Math.min(fresh.length, 10);
    },

    link(contact, inbox, sourceId) {
      const found = state.all('contactInbox').find((one) => one.inbox_id === inbox.id && one.source_id === sourceId);
      if (found) return found.contact_id === contact.id ? found : undefined;
      return state.put('contactInbox', {
        id: state.nextId('contactInbox'),
        contact_id: contact.id,
        inbox_id: inbox.id,
        source_id: sourceId,
        pubsub_token: newToken(),
        hmac_verified: false,
        created_at: now(),
        updated_at: now(),
      });
    },

    createConversation({ inbox, link, status, ...wanted }, by) {
      const contact = must(state.get('contact', link.contact_id));
      const at = now();
      const empty: Conversation = {
        id: state.nextId('conversation'),
        uuid: randomUUID(),
        inbox_id: inbox.id,
        contact_id: contact.id,
        contact_inbox_id: link.id,
        ...wanted,
        status: firstStatus(status, { hasBot: inbox.agent_bot_id !== null, blocked: contact.blocked }),
        assignee_agent_bot_id: null,
        team_id: null,
        priority: null,
        labels: [],
        waiting_since: at,
        first_reply_created_at: null,
        agent_last_seen_at: null,
        assignee_last_seen_at: null,
        contact_last_seen_at: null,
        last_activity_at: at,
        participants: [],
        created_at: at,
        updated_at: at,
      };
      state.put('conversation', empty);
      desk.emit({ event: 'conversation.created', conversation: empty.id, by });
      // what a creation assigns is part of it: nothing but the creation is told
      const before: Conversation = { ...empty, status: empty.status === 'open' ? 'pending' : empty.status };
      const wish = { status: empty.status, team_id: wanted.team_id };
      const assigned = change(before, wish, setting(inbox, wanted.team_id));
      state.put('inbox', { ...inbox, queue: assigned.queue });
      return state.put('conversation', { ...assigned.after, updated_at: at });
    },

    change(conversation, wish, by, how = {}) {
      const inbox = must(state.get('inbox', conversation.inbox_id));
      const team = wish.team_id === undefined ? conversation.team_id : wish.team_id;
      const result = change(current(conversation), wish, setting(inbox, team));
      if (result.saves.length === 0) return result.after;
      state.put('inbox', { ...inbox, queue: result.queue });
      state.put('conversation', result.after);
      for (const save of result.saves) tell(save, by, how);
      return current(conversation);
    },

    addMessage({ conversation, echoId, ...wanted }, by) {
      const { message_type, sender } = wanted;
      const at = now();
      const contact = desk.contactOf(conversation);
      const inbox = must(state.get('inbox', conversation.inbox_id));
      const earlier = state
        .messagesOf(conversation.id)
        .filter((one) => one.message_type === 'outgoing' && !one.private);
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
      touch(conversation, at);

      const hasBot = inbox.agent_bot_id !== null;
      const reopened = reopening(current(conversation), message, { hasBot, blocked: contact.blocked });
      if (reopened) {
        const alone = by?.kind === 'contact' ? undefined : by;
        const reopenedByContact = current(conversation).status === 'resolved' && !hasBot;
        desk.change(conversation, { status: reopened }, alone, { reopenedByContact });
      }
      touch(conversation, at);
      desk.emit({ event: 'message.created', message: message.id, by, ...(echoId === undefined ? {} : { echoId }) });

      const answered = answering(
        current(conversation),
        message,
        earlier.filter((one) => one.sender?.type === 'User').length,
      );
      if (answered?.firstReply) desk.emit({ event: 'first.reply.created', message: message.id, by });
      if (answered) desk.change(conversation, answered.wish, undefined);
      if (message_type === 'incoming' && sender?.type === 'Contact')
        state.put('contact', { ...desk.contactOf(conversation), last_activity_at: at });
      tellOfMessage(desk, current(conversation), message);
      return message;
    },

    addActivity(conversation, content) {
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
      touch(conversation, at);
      desk.emit({ event: 'message.created', message: message.id, by: undefined });
    },

    updateMessage(message, patch, by) {
      const fields = Object.keys(patch) as (keyof Message)[];
      const different = fields.filter((field) => !sameJson(patch[field], message[field]));
      if (different.length === 0) return message;
      const after = state.put('message', { ...message, ...patch, updated_at: now() });
      const previous = Object.fromEntries(different.map((field) => [field, [message[field], after[field]]]));
      desk.emit({ event: 'message.updated', message: after.id, previous, by });
      return after;
    },

    removeConversations(conversations) {
      for (const { id } of conversations) {
        for (const message of state.messagesOf(id)) state.remove('message', message.id);
        for (const note of state.all('notification'))
          if (note.conversation_id === id) state.remove('notification', note.id);
        state.remove('conversation', id);
      }
    },

    emit: (news) => void untold.push(news),
    listen: (listener) => void listeners.push(listener),
    commit() {
      state.flush();
      const told = untold;
      untold = [];
      if (switches.quiet) return;
      for (const news of told) for (const listener of listeners) listener(news);
    },
  };

  const setting = (inbox: Inbox, team: number | null) => ({
    now: now(),
    version: switches.chatwoot,
    inbox,
    team: state.get('team', team),
    isAvailable: (id: number) => {
      const user = state.get('user', id);
      return user !== undefined && desk.statusOf(user) === 'online';
    },
  });

  /** A message moves its conversation forward; later changes of the message do not. */
  function touch(conversation: Conversation, at: number): void {
    state.put('conversation', { ...current(conversation), last_activity_at: at, updated_at: at });
  }

  function tell(save: Save, by: Actor | undefined, how: How): void {
    const { after } = save;
    const { id } = after;
    if (save.statusTold) desk.emit({ event: 'conversation.status_changed', conversation: id, by });
    if (save.changed) desk.emit({ event: 'conversation.updated', conversation: id, changed: save.changed, by });
    const texts = activities(save, {
      actor: by && nameOf(by),
      actorId: by?.kind === 'user' ? by.user.id : undefined,
      user: (user) => state.get('user', user)?.name,
      team: (team) => state.get('team', team)?.name,
      reopenedByContact: how.reopenedByContact ?? false,
      byContact: by?.kind === 'contact',
    });
    for (const text of texts) desk.addActivity(after, text);
    if (save.assigneeChanged) desk.emit({ event: 'assignee.changed', conversation: id, by });
    if (save.teamChanged) desk.emit({ event: 'team.changed', conversation: id, by });
    if (save.assigneeChanged) tellAssigned(desk, current(after), by);
    if (save.statusTold && after.status === 'resolved') survey(after);
  }

  /** Asked once in a conversation's life. */
  function survey(conversation: Conversation): void {
    if (!state.get('inbox', conversation.inbox_id)?.csat_survey_enabled) return;
    if (state.messagesOf(conversation.id).some((one) => one.content_type === 'input_csat')) return;
    const content_attributes = { display_type: 'emoji' };
    const text = { content: surveyText, content_type: 'input_csat', content_attributes };
    desk.addMessage({ ...text, conversation, message_type: 'template', sender: null }, undefined);
  }

  return desk;
}

export const nameOf = (actor: Actor): string =>
  actor.kind === 'user' ? actor.user.name : actor.kind === 'bot' ? actor.bot.name : actor.contact.name;
