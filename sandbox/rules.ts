/**
 * What Chatwoot does when something is done to it: pure functions from what is there and what is asked for to what becomes
 * of it. `desk.ts` carries it out. The order of the steps is Chatwoot's own (before save, after save, after commit), for
 * that is where its surprises come from.
 */
import type { Conversation, Inbox, Message, Status, Team, Version } from './model.ts';
import { isoOrNull, sameJson } from './values.ts';

/** The columns of a conversation that can be changed by a request. */
export type Patch = Partial<
  Pick<
    Conversation,
    | 'status'
    | 'assignee_id'
    | 'assignee_agent_bot_id'
    | 'team_id'
    | 'priority'
    | 'labels'
    | 'custom_attributes'
    | 'snoozed_until'
    | 'waiting_since'
    | 'first_reply_created_at'
  >
>;

/** What a change depends on besides the conversation. `team` is the one it will have. */
export interface Setting {
  now: number;
  version: Version;
  inbox: Pick<Inbox, 'members' | 'queue' | 'enable_auto_assignment'>;
  team: Pick<Team, 'members' | 'allow_auto_assign'> | undefined;
  isAvailable: (user: number) => boolean;
}

/** `changed_attributes` of a `conversation_updated`. */
export type Changed = Record<string, { previous_value: unknown; current_value: unknown }>[];

/** One save, and what it sets off. */
export interface Save {
  before: Conversation;
  after: Conversation;
  /** Whether `conversation_status_changed` is sent. */
  statusTold: boolean;
  /** For `conversation_updated`; undefined: it is not sent. */
  changed: Changed | undefined;
  assigneeChanged: boolean;
  teamChanged: boolean;
}

interface Change {
  saves: Save[];
  after: Conversation;
  /** The inbox's round robin afterwards. */
  queue: number[];
}

/** The status a new conversation gets, whatever was asked for. */
export function firstStatus(asked: Status, { hasBot, blocked }: { hasBot: boolean; blocked: boolean }): Status {
  if (blocked) return 'resolved';
  return hasBot ? 'pending' : asked;
}

/** Saves a change of a conversation, assignment by team and by the inbox's round robin included. */
export function change(before: Conversation, patch: Patch, setting: Setting): Change {
  const after: Conversation = { ...before, ...patch };
  let { queue } = setting.inbox;
  if (after.status !== 'snoozed') after.snoozed_until = null;

  if (after.team_id !== before.team_id && setting.team) {
    if (after.assignee_id !== null && !setting.team.members.includes(after.assignee_id)) after.assignee_id = null;
    if (after.assignee_id === null && setting.team.allow_auto_assign) {
      const picked = pick(setting, setting.team.members);
      after.assignee_id = picked.user;
      queue = picked.queue;
    }
  }
  if (sameConversation(before, after)) return { saves: [], after: before, queue };

  after.updated_at = setting.now;
  const first = save(before, after);
  const robin =
    after.status === 'open' && before.status !== 'open'
      ? roundRobin(after, { ...setting, inbox: { ...setting.inbox, queue } })
      : undefined;
  if (!robin) return { saves: [quiet(first)], after: quiet(first).after, queue };

  const assigned: Conversation = { ...after, assignee_id: robin.user };
  const second = save(after, assigned);
  // 4.10 saves the assignee inside the first save: the status is forgotten, and only the assignee is told
  const saves = setting.version === '4.10' ? [second] : [first, second];
  return { saves, after: assigned, queue: robin.queue };
}

/** A resolved conversation waits for nobody; that column is cleared without a word. */
function quiet(saved: Save): Save {
  const resolved = saved.after.status === 'resolved' && saved.before.status !== 'resolved';
  return resolved ? { ...saved, after: { ...saved.after, waiting_since: null } } : saved;
}

/** Who is next in the inbox's turn; undefined where the inbox has none, or nobody is there. */
export function roundRobin(
  conversation: Conversation,
  setting: Setting,
): { user: number | null; queue: number[] } | undefined {
  const { inbox, team, version } = setting;
  if (!inbox.enable_auto_assignment) return undefined;
  if (conversation.assignee_id !== null && inbox.members.includes(conversation.assignee_id)) return undefined;
  const allowed = version === '4.10' || !team ? inbox.members : team.allow_auto_assign ? team.members : [];
  const picked = pick(setting, allowed);
  return picked.user === null ? undefined : picked;
}

/** The member of the inbox who is allowed, available and longest without a new conversation. */
function pick({ inbox, isAvailable }: Setting, allowed: number[]): { user: number | null; queue: number[] } {
  const fresh = [...inbox.queue].sort((a, b) => a - b).join() === [...inbox.members].sort((a, b) => a - b).join();
  const queue = fresh ? inbox.queue : [...inbox.members].reverse();
  const user = queue.filter((id) => allowed.includes(id) && isAvailable(id)).at(-1) ?? null;
  return { user, queue: user === null ? queue : [user, ...queue.filter((id) => id !== user)] };
}

// The order of the columns in Chatwoot's table, which is the order in which a change lists them.
const columns = [
  'status',
  'assignee_id',
  'updated_at',
  'snoozed_until',
  'custom_attributes',
  'first_reply_created_at',
  'priority',
  'waiting_since',
  'cached_label_list',
  'assignee_agent_bot_id',
  'team_id',
  'label_list',
] as const;

function save(before: Conversation, after: Conversation): Save {
  const was = written(before);
  const is = written(after);
  const changed: Changed = columns
    .filter((column) => column === 'updated_at' || !sameJson(was[column], is[column]))
    .map((column) => ({ [column]: { previous_value: was[column], current_value: is[column] } }));
  return {
    before,
    after,
    statusTold: before.status !== after.status,
    changed: changed.length > 1 ? changed : undefined,
    assigneeChanged: before.assignee_id !== after.assignee_id,
    teamChanged: before.team_id !== after.team_id,
  };
}

function written(conversation: Conversation): Record<(typeof columns)[number], unknown> {
  return {
    status: conversation.status,
    assignee_id: conversation.assignee_id,
    updated_at: isoOrNull(conversation.updated_at),
    snoozed_until: isoOrNull(conversation.snoozed_until),
    custom_attributes: conversation.custom_attributes,
    first_reply_created_at: isoOrNull(conversation.first_reply_created_at),
    priority: conversation.priority,
    waiting_since: isoOrNull(conversation.waiting_since),
    cached_label_list: conversation.labels.join(', '),
    assignee_agent_bot_id: conversation.assignee_agent_bot_id,
    team_id: conversation.team_id,
    label_list: conversation.labels,
  };
}

const sameConversation = (a: Conversation, b: Conversation) => sameJson(written(a), written(b));

/** What a visitor's message does to the conversation's status, before anyone hears of the message. */
export function reopening(
  conversation: Conversation,
  message: Pick<Message, 'message_type'>,
  { hasBot, blocked }: { hasBot: boolean; blocked: boolean },
): Status | undefined {
  if (message.message_type !== 'incoming' || blocked) return undefined;
  if (conversation.status === 'snoozed') return 'open';
  if (conversation.status === 'resolved') return hasBot ? 'pending' : 'open';
  return undefined;
}

/**
 * What a message does to who waits for whom, after it has been told.
 * @param earlier the public messages that people at the desk wrote in this conversation before
 */
export function answering(
  conversation: Conversation,
  message: Message,
  earlier: number,
): { patch: Patch; firstReply: boolean } | undefined {
  const outgoing = message.message_type === 'outgoing' && !message.private;
  const byPerson = outgoing && message.sender?.type === 'User';
  if (byPerson && conversation.first_reply_created_at === null && earlier === 0)
    return { patch: { first_reply_created_at: message.created_at, waiting_since: null }, firstReply: true };
  if (conversation.waiting_since !== null && (byPerson || (outgoing && message.sender?.type === 'AgentBot')))
    return { patch: { waiting_since: null }, firstReply: false };
  if (message.message_type === 'incoming' && conversation.waiting_since === null)
    return { patch: { waiting_since: message.created_at }, firstReply: false };
  return undefined;
}

/** Messages of every kind count, those that Chatwoot writes by itself too. */
export const messagesPerMinute = 200;
const longestMessage = 150_000;

/** Why a message cannot be created, in Chatwoot's words; undefined if it can. */
export function refusal(
  message: { content: string | null; content_type: string; items: unknown },
  lately: number,
): string | undefined {
  if (!contentTypes.has(message.content_type)) return `'${message.content_type}' is not a valid content_type`;
  if ((message.content?.length ?? 0) > longestMessage)
    return `Validation failed: Content is too long (maximum is ${longestMessage} characters)`;
  if (lately >= messagesPerMinute) return 'Validation failed: Too many messages';
  const needsItems = ['input_select', 'cards', 'form', 'article'].includes(message.content_type);
  if (needsItems && !(Array.isArray(message.items) && message.items.length > 0))
    return 'Validation failed: Content attributes At least one item is required.';
  const isCard = (item: unknown) => typeof item === 'object' && item !== null && 'actions' in item;
  if (message.content_type === 'cards' && Array.isArray(message.items) && !message.items.every(isCard))
    return 'Validation failed: Content attributes contains items missing actions';
  return undefined;
}

const contentTypes = new Set([
  'text',
  'input_text',
  'input_textarea',
  'input_email',
  'input_select',
  'cards',
  'form',
  'article',
  'incoming_email',
  'input_csat',
  'integrations',
  'sticker',
  'voice_call',
]);

/** The people a private note names: `(mention://user/3/…)`, and the members of `(mention://team/2/…)`. */
export function mentioned(content: string, membersOf: (team: number) => number[]): number[] {
  const found = [...content.matchAll(/\(mention:\/\/(user|team)\/(\d+)\/[^)]*\)/g)];
  return [...new Set(found.flatMap(([, kind, id]) => (kind === 'team' ? membersOf(Number(id)) : [Number(id)])))];
}
