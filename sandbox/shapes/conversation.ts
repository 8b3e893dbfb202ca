/** JSON of conversations: the REST shape and the one in deliveries and frames differ. @see the recordings of scenes 02 and 04 */
import type { Conversation, Json, User } from '../model.ts';
import type { Desk } from '../desk.ts';
import { fraction, isoOrNull, seconds } from '../values.ts';
import { contact, contactInbox, pushContact, rawContact } from './contact.ts';
import { channelOf } from './inbox.ts';
import { message, publicMessage, pushMessage } from './message.ts';
import type { Composer } from './message.ts';
import { agent, pushBot, pushUser, slimBot, team } from './people.ts';

/** @param reader whose token asks; `is_member` of the team depends on it */
export function conversation(desk: Desk, found: Conversation, reader: User | undefined): Json {
  const messages = desk.state.messagesOf(found.id);
  const last = messages.at(-1);
  const spoken = messages.findLast((one) => one.message_type !== 'activity');
  return {
    meta: restMeta(desk, found, reader),
    id: found.id,
    messages: last ? [pushMessage(desk, last, 'request')] : [],
    account_id: 1,
    uuid: found.uuid,
    additional_attributes: found.additional_attributes,
    agent_last_seen_at: seconds(found.agent_last_seen_at),
    assignee_last_seen_at: seconds(found.assignee_last_seen_at),
    can_reply: true,
    contact_last_seen_at: seconds(found.contact_last_seen_at),
    custom_attributes: found.custom_attributes,
    inbox_id: found.inbox_id,
    labels: found.labels,
    muted: desk.contactOf(found).blocked,
    snoozed_until: isoOrNull(found.snoozed_until),
    status: found.status,
    created_at: seconds(found.created_at),
    updated_at: fraction(found.updated_at),
    timestamp: seconds(found.last_activity_at),
    first_reply_created_at: seconds(found.first_reply_created_at),
    unread_count: desk.unread(found),
    last_non_activity_message: spoken ? pushMessage(desk, spoken, 'request') : null,
    last_activity_at: seconds(found.last_activity_at),
    priority: found.priority,
    waiting_since: seconds(found.waiting_since),
    sla_policy_id: null,
  };
}

function restMeta(desk: Desk, found: Conversation, reader: User | undefined): Json {
  const user = desk.state.get('user', found.assignee_id);
  const bot = desk.state.get('bot', found.assignee_agent_bot_id);
  const inTeam = desk.state.get('team', found.team_id);
  return {
    sender: contact(desk.contactOf(found)),
    channel: channelIn(desk, found),
    ...(user ? { assignee: agent(user, desk.statusOf(user), desk.baseUrl()), assignee_type: 'User' } : {}),
    ...(!user && bot ? { assignee: slimBot(bot), assignee_type: 'AgentBot' } : {}),
    ...(inTeam ? { team: team(inTeam, reader) } : {}),
    hmac_verified: desk.linkOf(found).hmac_verified,
  };
}

const channelIn = ({ state }: Desk, { inbox_id }: Conversation) => channelOf(state.get('inbox', inbox_id) ?? {});

/** In deliveries, frames and notifications: no account id and no uuid, and only the last public message. */
export function pushConversation(desk: Desk, found: Conversation, composer: Composer): Json {
  const spoken = desk.state.messagesOf(found.id).findLast((one) => one.message_type !== 'activity' && !one.private);
  const user = desk.state.get('user', found.assignee_id);
  const bot = desk.state.get('bot', found.assignee_agent_bot_id);
  const inTeam = desk.state.get('team', found.team_id);
  const assignee = user
    ? pushUser(user, composer === 'job' ? null : desk.statusOf(user), desk.baseUrl())
    : bot
      ? pushBot(bot)
      : null;
  const link = desk.linkOf(found);
  return {
    additional_attributes: found.additional_attributes,
    can_reply: true,
    channel: channelIn(desk, found),
    contact_inbox: contactInbox(link),
    id: found.id,
    inbox_id: found.inbox_id,
    messages: spoken ? [pushMessage(desk, spoken, composer)] : [],
    labels: found.labels,
    meta: {
      sender: pushContact(desk.contactOf(found)),
      assignee,
      assignee_type: user ? 'User' : bot ? 'AgentBot' : null,
      team: inTeam ? { id: inTeam.id, name: inTeam.name } : null,
      hmac_verified: link.hmac_verified,
    },
    status: found.status,
    custom_attributes: found.custom_attributes,
    snoozed_until: isoOrNull(found.snoozed_until),
    unread_count: desk.unread(found),
    first_reply_created_at: isoOrNull(found.first_reply_created_at),
    priority: found.priority,
    waiting_since: seconds(found.waiting_since),
    agent_last_seen_at: seconds(found.agent_last_seen_at),
    contact_last_seen_at: seconds(found.contact_last_seen_at),
    last_activity_at: seconds(found.last_activity_at),
    timestamp: seconds(found.last_activity_at),
    created_at: seconds(found.created_at),
    updated_at: fraction(found.updated_at),
  };
}

/** Beside a list of messages. */
function messagesMeta(desk: Desk, found: Conversation): Json {
  const user = desk.state.get('user', found.assignee_id);
  return {
    labels: found.labels,
    additional_attributes: found.additional_attributes,
    contact: pushContact(desk.contactOf(found)),
    ...(user ? { assignee: pushUser(user, desk.statusOf(user), desk.baseUrl()) } : {}),
    agent_last_seen_at: isoOrNull(found.agent_last_seen_at),
    assignee_last_seen_at: isoOrNull(found.assignee_last_seen_at),
  };
}

export const messageList = (desk: Desk, found: Conversation, listed: Parameters<typeof message>[1][]): Json => ({
  meta: messagesMeta(desk, found),
  payload: listed.map((one) => message(desk, one)),
});

/** What the visitor's own API shows, with every public message. */
export const publicConversation = (desk: Desk, found: Conversation): Json => ({
  id: found.id,
  uuid: found.uuid,
  inbox_id: found.inbox_id,
  contact_last_seen_at: seconds(found.contact_last_seen_at),
  status: found.status,
  agent_last_seen_at: seconds(found.agent_last_seen_at),
  messages: desk.state
    .messagesOf(found.id)
    .filter((one) => !one.private && one.message_type !== 'activity')
    .map((one) => publicMessage(desk, one)),
  contact: rawContact(desk.contactOf(found)),
});
