import { randomUUID } from 'node:crypto';
import { must, nameOf, type Desk, type How, type NewConversation } from './desk.ts';
import type { Actor, Conversation, Inbox } from './model.ts';
import { tellAssigned } from './notify.ts';
import { askForRating } from './ratings.ts';
import { change, firstStatus, roundRobin, type Save, type Setting, type Patch } from './rules.ts';
import { activities } from './words.ts';

/** Makes conversations, changes them, and says what the rules set off. */

export function createConversation(
  desk: Desk,
  { inbox, link, status, ...wanted }: NewConversation,
  by: Actor | undefined,
): Conversation {
  const { state, now } = desk;
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
  const patch = { status: empty.status, team_id: wanted.team_id };
  // in 4.14 the round robin is a job of its own
  const isLater = desk.switches.chatwoot === '4.14' && inbox.enable_auto_assignment;
  const asked = isLater ? { ...inbox, enable_auto_assignment: false } : inbox;
  const assigned = change(before, patch, setting(desk, asked, wanted.team_id));
  state.put('inbox', { ...inbox, queue: assigned.queue });
  const made = state.put('conversation', { ...assigned.after, updated_at: at });
  if (isLater) desk.afterwards(() => assignByTurn(desk, made));
  return made;
}

/** Gives an open conversation that nobody has to whoever's turn it is. */
function assignByTurn(desk: Desk, { id }: Conversation): void {
  const conversation = desk.state.get('conversation', id);
  const inbox = desk.state.get('inbox', conversation?.inbox_id);
  if (!conversation || !inbox || conversation.status !== 'open' || conversation.assignee_id !== null) return;
  const picked = roundRobin(conversation, setting(desk, inbox, conversation.team_id));
  if (!picked) return;
  desk.state.put('inbox', { ...inbox, queue: picked.queue });
  desk.change(conversation, { assignee_id: picked.user }, undefined);
}

export function changeConversation(
  desk: Desk,
  conversation: Conversation,
  patch: Patch,
  by: Actor | undefined,
  how: How = {},
): Conversation {
  const { state } = desk;
  const inbox = must(state.get('inbox', conversation.inbox_id));
  const team = patch.team_id === undefined ? conversation.team_id : patch.team_id;
  const result = change(desk.current(conversation), patch, setting(desk, inbox, team));
  if (result.saves.length === 0) return result.after;
  state.put('inbox', { ...inbox, queue: result.queue });
  state.put('conversation', result.after);
  for (const save of result.saves) tell(desk, save, by, how);
  return desk.current(conversation);
}

export function removeConversations({ state }: Desk, conversations: Conversation[]): void {
  for (const { id } of conversations) {
    for (const message of state.messagesOf(id)) state.remove('message', message.id);
    for (const note of state.all('notification'))
      if (note.conversation_id === id) state.remove('notification', note.id);
    state.remove('conversation', id);
  }
}

const setting = (desk: Desk, inbox: Inbox, team: number | null): Setting => ({
  now: desk.now(),
  version: desk.switches.chatwoot,
  inbox,
  team: desk.state.get('team', team),
  isAvailable: (id: number) => {
    const user = desk.state.get('user', id);
    return user !== undefined && desk.statusOf(user) === 'online';
  },
});

/** Says who has a conversation that was given to somebody as it was made. */
export function tellOfAssignee(desk: Desk, after: Conversation, by: Actor | undefined): void {
  if (after.assignee_id === null) return;
  const before = { ...after, assignee_id: null };
  const save = { before, after, statusTold: false, changed: undefined, assigneeChanged: true, teamChanged: false };
  tell(desk, save, by, {});
}

function tell(desk: Desk, save: Save, by: Actor | undefined, how: How): void {
  const { state } = desk;
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
  if (save.assigneeChanged) tellAssigned(desk, desk.current(after), by);
  if (save.statusTold && after.status === 'resolved')
    desk.afterwards(() => {
      const resolved = state.get('conversation', id);
      if (resolved) askForRating(desk, resolved);
    });
}
