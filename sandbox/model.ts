/** What the sandbox keeps, one record a thing. Times are milliseconds since 1970; the shapes turn them into what Chatwoot writes. */

export type Json = Record<string, unknown>;
export type Version = '4.10' | '4.14';
export type Status = 'open' | 'resolved' | 'pending' | 'snoozed';
export type Priority = 'low' | 'medium' | 'high' | 'urgent';
export type Availability = 'online' | 'busy' | 'offline';
export type MessageType = 'incoming' | 'outgoing' | 'activity' | 'template';
export type MessageStatus = 'sent' | 'delivered' | 'read' | 'failed';

export interface Account {
  id: number;
  name: string;
}

export interface User {
  id: number;
  name: string;
  email: string;
  role: 'administrator' | 'agent';
  token: string;
  pubsub_token: string;
  availability: Availability;
  /** With true a person is offline unless their websocket was heard within 20 seconds; with false `availability` holds. */
  auto_offline: boolean;
  picture?: { key: string; name: string; file_id: number } | undefined;
}

export interface Bot {
  id: number;
  name: string;
  description: string | null;
  outgoing_url: string | null;
  bot_config: Json;
  token: string;
  secret: string;
  created_at: number;
}

export interface Inbox {
  id: number;
  name: string;
  webhook_url: string | null;
  hmac_mandatory: boolean;
  channel_attributes: Json;
  identifier: string;
  hmac_token: string;
  secret: string;
  /** The fields that are only kept and returned (greeting, hours, survey …), by their names in the API. */
  settings: Json;
  enable_auto_assignment: boolean;
  csat_survey_enabled: boolean;
  lock_to_single_conversation: boolean;
  members: number[];
  /** Round robin: the last entry is asked first, whoever is picked moves to the front. */
  queue: number[];
  agent_bot_id: number | null;
  /** Of a website's inbox only, whose visitors speak through Chatwoot's own widget. Without it this is an API inbox. */
  website?: Website;
  created_at: number;
  updated_at: number;
}

/** What a website's inbox has beside the others, by its names in the API. */
export interface Website {
  website_token: string;
  website_url: string | null;
  widget_color: string;
  welcome_title: string | null;
  welcome_tagline: string | null;
}

export interface Team {
  id: number;
  name: string;
  description: string | null;
  allow_auto_assign: boolean;
  members: number[];
  created_at: number;
  updated_at: number;
}

export interface Contact {
  id: number;
  name: string;
  email: string | null;
  phone_number: string | null;
  identifier: string | null;
  blocked: boolean;
  additional_attributes: Json;
  custom_attributes: Json;
  last_activity_at: number | null;
  created_at: number;
  labels: string[];
}

/** What agents write down about a visitor. */
export interface ContactNote {
  id: number;
  contact_id: number;
  user_id: number;
  content: string;
  created_at: number;
  updated_at: number;
}

export interface ContactInbox {
  id: number;
  contact_id: number;
  inbox_id: number;
  source_id: string;
  pubsub_token: string;
  hmac_verified: boolean;
  created_at: number;
  updated_at: number;
}

export interface Conversation {
  /** The number people see (`display_id` in Chatwoot); there is one account, so it also is the record's own. */
  id: number;
  uuid: string;
  inbox_id: number;
  contact_id: number;
  contact_inbox_id: number;
  status: Status;
  assignee_id: number | null;
  assignee_agent_bot_id: number | null;
  team_id: number | null;
  priority: Priority | null;
  labels: string[];
  custom_attributes: Json;
  additional_attributes: Json;
  snoozed_until: number | null;
  waiting_since: number | null;
  first_reply_created_at: number | null;
  agent_last_seen_at: number | null;
  assignee_last_seen_at: number | null;
  contact_last_seen_at: number | null;
  last_activity_at: number;
  participants: number[];
  created_at: number;
  updated_at: number;
}

export interface Attachment {
  id: number;
  file_type: 'image' | 'audio' | 'video' | 'file';
  content_type: string;
  extension: string | null;
  name: string;
  file_size: number;
  /** The record of kind `file` that holds the bytes. */
  file_id: number;
  key: string;
}

export type Sender = { type: 'User' | 'Contact' | 'AgentBot'; id: number };

export interface Message {
  id: number;
  conversation_id: number;
  inbox_id: number;
  content: string | null;
  /** As it was sent, before Liquid was evaluated. */
  original: string | null;
  message_type: MessageType;
  content_type: string;
  content_attributes: Json;
  private: boolean;
  status: MessageStatus;
  source_id: string | null;
  sender: Sender | null;
  attachments: Attachment[];
  created_at: number;
  updated_at: number;
}

export interface Notification {
  id: number;
  user_id: number;
  notification_type: NotificationType;
  conversation_id: number;
  message_id: number | null;
  read_at: number | null;
  created_at: number;
}

export type NotificationType =
  | 'conversation_assignment'
  | 'conversation_mention'
  | 'assigned_conversation_new_message'
  | 'participating_conversation_new_message';

interface Label {
  id: number;
  title: string;
  description: string | null;
  color: string;
  show_on_sidebar: boolean;
}

export interface Definition {
  id: number;
  attribute_display_name: string;
  attribute_display_type: string;
  attribute_description: string | null;
  attribute_key: string;
  attribute_values: unknown[];
  attribute_model: string;
  created_at: number;
  updated_at: number;
}

export interface Webhook {
  id: number;
  name: string | null;
  url: string;
  subscriptions: string[];
  secret: string;
}

export interface Rating {
  id: number;
  conversation_id: number;
  message_id: number;
  rating: number;
  feedback_message: string | null;
  /** Whoever had the conversation when it was first rated. */
  assigned_agent_id: number | null;
  created_at: number;
  updated_at: number;
}

/** The bytes of an attachment, as base64. */
export interface StoredFile {
  id: number;
  content_type: string;
  bytes: string;
  /** Of a file that was uploaded before its message. */
  blob?: { key: string; name: string };
}

/** The last id handed out of each kind; it only grows, so that no id comes back. */
interface Counter {
  id: number;
  last: Partial<Record<string, number>>;
}

export interface Kinds {
  account: Account;
  user: User;
  bot: Bot;
  inbox: Inbox;
  team: Team;
  contact: Contact;
  contactInbox: ContactInbox;
  contactNote: ContactNote;
  conversation: Conversation;
  message: Message;
  notification: Notification;
  label: Label;
  definition: Definition;
  webhook: Webhook;
  rating: Rating;
  file: StoredFile;
  counter: Counter;
}

export type Kind = keyof Kinds;

/** Who does something: the owner of a token, or a visitor through the public API. */
export type Actor = { kind: 'user'; user: User } | { kind: 'bot'; bot: Bot } | { kind: 'contact'; contact: Contact };
