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
import type { Patch } from './rules.ts';
import type { State } from './state.ts';
import type { Switches } from './switches.ts';

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
  /** The conversation as it is now. */
  current(conversation: Conversation): Conversation;
  contactOf(conversation: Conversation): Contact;
  linkOf(conversation: Conversation): ContactInbox;
  /** The visitor's messages since an agent last looked, at most 10. */
  unread(conversation: Conversation): number;
  /** The contact's entry in an inbox under a source id, made where it is missing; undefined if another contact has it. */
  link(contact: Contact, inbox: Inbox, sourceId: string): ContactInbox | undefined;
  createConversation(wanted: NewConversation, by: Actor | undefined): Conversation;
  change(conversation: Conversation, patch: Patch, by: Actor | undefined, how?: How): Conversation;
  addMessage(wanted: NewMessage, by: Actor | undefined): Message;
  addActivity(conversation: Conversation, content: string): void;
  /** Does nothing, and tells nobody, if nothing would be different. */
  updateMessage(message: Message, patch: Partial<Message>, by: Actor | undefined): Message;
  /** Takes conversations with all that belongs to them away; nobody is told. */
  removeConversations(conversations: Conversation[]): void;
  emit(news: News): void;
  /** Does something once the request is done and answered for, as Chatwoot's background jobs do. */
  afterwards(job: () => void): void;
  listen(listener: Listener): void;
  /** Hears of everything at once, within the request and before it is kept. */
  overhear(listener: Listener): void;
  /** Keeps all that changed, then tells. Called once a request, before it is answered. */
  commit(): void;
}

export interface How {
  reopenedByContact?: boolean;
}

export const nameOf = (actor: Actor): string =>
  actor.kind === 'user' ? actor.user.name : actor.kind === 'bot' ? actor.bot.name : actor.contact.name;

/** @throws where records do not fit together: a fault of the sandbox */
export function must<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('a record points at one that is not there');
  return found;
}
