/** What Chatwoot writes by itself, in its own English. Clients must not parse it; it has no structure beside the text. */
import type { Conversation, NotificationType, Status } from './model.ts';
import type { Save } from './rules.ts';

/** Names a change is told with. `actor` is undefined where nobody in particular did it. */
interface Names {
  actor: string | undefined;
  actorId: number | undefined;
  user: (id: number | null) => string | undefined;
  team: (id: number | null) => string | undefined;
  /** The visitor's message reopened it, and no bot is connected. */
  reopenedByContact: boolean;
  /** The visitor did it through the public API. */
  byContact: boolean;
}

/** The activity messages that a save leaves in the conversation, in their order. */
export function activities({ before, after, ...save }: Save, names: Names): string[] {
  const texts: (string | undefined)[] = [];
  if (save.statusTold) texts.push(statusText(after.status, names));
  const who = names.actor;
  if (who === undefined) return texts.filter((text) => text !== undefined);
  if (after.priority !== before.priority) texts.push(priorityText(before, after, who));
  const added = after.labels.filter((label) => !before.labels.includes(label));
  const removed = before.labels.filter((label) => !after.labels.includes(label));
  if (added.length > 0) texts.push(`${who} added ${added.join(', ')}`);
  if (removed.length > 0) texts.push(`${who} removed ${removed.join(', ')}`);
  if (save.teamChanged) texts.push(teamText(before, after, names, who));
  else if (save.assigneeChanged) texts.push(assigneeText(after, names, who));
  return texts.filter((text) => text !== undefined);
}

function statusText(status: Status, { actor, reopenedByContact, byContact }: Names): string | undefined {
  if (reopenedByContact && status === 'open') return 'System reopened the conversation due to a new incoming message.';
  if (actor === undefined) return undefined;
  if (byContact && status === 'resolved') return `Conversation was resolved by ${capitalized(actor)}`;
  const done = { open: 'reopened', resolved: 'marked resolved', pending: 'marked as pending', snoozed: 'snoozed' };
  return `Conversation was ${done[status]} by ${actor}`;
}

/** As Ruby does it: Ana Csat becomes Ana csat. */
const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();

function priorityText(before: Conversation, after: Conversation, who: string): string {
  if (after.priority === null) return `${who} removed the priority`;
  if (before.priority === null) return `${who} set the priority to ${after.priority}`;
  return `${who} changed the priority from ${before.priority} to ${after.priority}`;
}

function teamText(before: Conversation, after: Conversation, names: Names, who: string): string {
  if (after.team_id === null) return `Unassigned from ${names.team(before.team_id) ?? ''} by ${who}`;
  const team = names.team(after.team_id) ?? '';
  const picked = after.assignee_id !== before.assignee_id ? names.user(after.assignee_id) : undefined;
  return picked === undefined ? `Assigned to ${team} by ${who}` : `Assigned to ${picked} via ${team} by ${who}`;
}

function assigneeText(after: Conversation, names: Names, who: string): string {
  if (after.assignee_id === null) return `Conversation unassigned by ${who}`;
  if (after.assignee_id === names.actorId) return `${who} self-assigned this conversation`;
  return `Assigned to ${names.user(after.assignee_id) ?? ''} by ${who}`;
}

export const botFailedText = 'Conversation was marked open by system due to an error with the agent bot.';
export const deletedText = 'This message was deleted';
export const surveyText = 'Please rate the conversation';

/** A website's visitor without an e-mail address is asked for it. */
export const emailRequest = 'Give the team a way to reach you.';
export const emailQuestion = 'Get notified by email';

/** What a delivery says instead of the stored text of a survey. */
export const surveyLink = (base: string, uuid: string, message: string | null) =>
  `${message ?? 'Please rate this conversation,'} ${base}/survey/responses/${uuid}`;

export function notificationTitle(type: NotificationType, conversation: number): string {
  const titles: Record<NotificationType, string> = {
    conversation_assignment: `A conversation (#${conversation}) has been assigned to you`,
    conversation_mention: `You have been mentioned in conversation (#${conversation})`,
    assigned_conversation_new_message: `A new message is created in conversation (#${conversation})`,
    participating_conversation_new_message: `A new message is created in conversation (#${conversation})`,
  };
  return titles[type];
}

/** A mention is shown as its words: `[@support](mention://team/2/support)` reads `@support`. */
export const plainMentions = (text: string) => text.replace(/\[([^\]]+)\]\(mention:\/\/[^)]*\)/g, '$1');
