import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { conversationOf, empty, endpoint, inboxOf, person, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Contact, ContactInbox, Conversation, Inbox, Priority, Status, User } from '../model.ts';
import { conversation as shape } from '../shapes/conversation.ts';
import { agent, rawTeam, slimBot } from '../shapes/people.ts';
import { asFlag, asId, asIds, asObject, asText, isObject, isoOrNull } from '../values.ts';
import { listing } from './listing.ts';
import { createMessage } from './messages.ts';

/** Conversations and what is done to them. @see the recordings of scenes 02, 04 and 06 */
export function conversations(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const path = '/api/v1/accounts/:account/conversations';
  const one = `${path}/:id`;
  const reader = (call: Call): User | undefined => (call.actor?.kind === 'user' ? call.actor.user : undefined);
  const show = (call: Call, found: Conversation) => shape(desk, found, reader(call));

  listing(router, parts);

  router.post(
    path,
    endpoint(parts, 'bot', (call) => {
      const { body } = call;
      const { inbox, link } = place(call);
      const own = state.all('conversation').filter((each) => each.contact_inbox_id === link.id);
      const last = inbox.lock_to_single_conversation ? own.at(-1) : undefined;
      const found =
        last ??
        desk.createConversation(
          {
            inbox,
            link,
            status: 'status' in body ? readStatus(body['status']) : 'open',
            snoozed_until: body['status'] === 'snoozed' ? readTime(body['snoozed_until']) : null,
            assignee_id: asId(body['assignee_id']) ?? null,
            team_id: asId(body['team_id']) ?? null,
            custom_attributes: asObject(body['custom_attributes']),
            additional_attributes: asObject(body['additional_attributes']),
          },
          call.actor,
        );
      if (isObject(body['message'])) createMessage({ ...call, body: body['message'] }, found);
      return show(call, state.get('conversation', found.id) ?? found);
    }),
  );
  router.get(
    one,
    endpoint(parts, 'person', (call) => show(call, conversationOf(call))),
  );
  router.patch(
    one,
    endpoint(parts, 'bot', (call) => {
      const found = conversationOf(call);
      const wished = 'priority' in call.body ? { priority: readPriority(call.body['priority']) } : {};
      return show(call, desk.change(found, wished, call.actor));
    }),
  );
  router.delete(
    one,
    endpoint(parts, 'administrator', (call) => {
      desk.removeConversations([conversationOf(call)]);
      return empty;
    }),
  );

  router.post(
    `${one}/toggle_status`,
    endpoint(parts, 'bot', (call) => {
      const found = conversationOf(call);
      const asked = asText(call.body['status']);
      const status = asked === null ? (found.status === 'open' ? 'resolved' : 'open') : readStatus(asked);
      const handoff = call.actor?.kind === 'bot' && found.status === 'pending' && status === 'open';
      if (handoff && desk.switches.chatwoot === '4.14' && found.waiting_since === null)
        desk.change(found, { waiting_since: desk.now() }, call.actor);
      const snoozed_until = status === 'snoozed' ? readTime(call.body['snoozed_until']) : null;
      let after = desk.change(found, { status, snoozed_until }, call.actor);
      // an agent who opens a conversation takes it
      if (status === 'open' && reader(call)?.role === 'agent')
        after = desk.change(after, { assignee_id: person(call).id, assignee_agent_bot_id: null }, call.actor);
      return {
        payload: {
          success: handoff ? null : true,
          conversation_id: found.id,
          current_status: after.status,
          snoozed_until: isoOrNull(after.snoozed_until),
        },
      };
    }),
  );
  router.post(
    `${one}/toggle_priority`,
    endpoint(parts, 'bot', (call) => {
      desk.change(conversationOf(call), { priority: readPriority(call.body['priority'] ?? null) }, call.actor);
      return empty;
    }),
  );
  router.post(
    `${one}/assignments`,
    endpoint(parts, 'bot', (call) => {
      const { body } = call;
      const found = conversationOf(call);
      if ('assignee_id' in body) return assign(call, found);
      const team = state.get('team', asId(body['team_id']));
      desk.change(found, { team_id: team?.id ?? null }, call.actor); // an unknown team takes the team away
      return team ? rawTeam(team) : null;
    }),
  );
  router.post(
    `${one}/custom_attributes`,
    endpoint(parts, 'bot', (call) => {
      const custom_attributes = asObject(call.body['custom_attributes']);
      desk.change(conversationOf(call), { custom_attributes }, call.actor);
      return { custom_attributes };
    }),
  );
  router.get(
    `${one}/labels`,
    endpoint(parts, 'person', (call) => ({ payload: conversationOf(call).labels })),
  );
  router.post(
    `${one}/labels`,
    endpoint(parts, 'person', (call) => {
      const labels = (Array.isArray(call.body['labels']) ? call.body['labels'] : []).map((label) =>
        String(label).toLowerCase(),
      );
      return { payload: desk.change(conversationOf(call), { labels: [...new Set(labels)] }, call.actor).labels };
    }),
  );
  router.post(
    `${one}/toggle_typing_status`,
    endpoint(parts, 'bot since 4.14', (call) => {
      const { id } = conversationOf(call);
      const event = call.body['typing_status'] === 'on' ? 'conversation.typing_on' : 'conversation.typing_off';
      if (call.actor)
        desk.emit({ event, conversation: id, by: call.actor, isPrivate: asFlag(call.body['is_private']) });
      return empty;
    }),
  );
  router.post(
    `${one}/update_last_seen`,
    endpoint(parts, 'person', (call) => {
      const found = conversationOf(call);
      const now = desk.now();
      const lately = found.agent_last_seen_at !== null && now - found.agent_last_seen_at < 3_600_000;
      if (desk.switches.chatwoot === '4.14' && lately && desk.unread(found) === 0) return show(call, found);
      const mine = found.assignee_id === person(call).id;
      const seen = { agent_last_seen_at: now, ...(mine ? { assignee_last_seen_at: now } : {}) };
      return show(call, state.put('conversation', { ...found, ...seen }));
    }),
  );
  router.post(
    `${one}/unread`,
    endpoint(parts, 'person', (call) => {
      const found = conversationOf(call);
      const last = state.messagesOf(found.id).findLast((message) => message.message_type === 'incoming');
      const agent_last_seen_at = last ? last.created_at - 1000 : null;
      return show(call, state.put('conversation', { ...found, agent_last_seen_at }));
    }),
  );
  for (const [action, blocked] of [
    ['mute', true],
    ['unmute', false],
  ] as const)
    router.post(
      `${one}/${action}`,
      endpoint(parts, 'person', (call) => {
        const found = conversationOf(call);
        if (blocked) desk.change(found, { status: 'resolved' }, call.actor);
        state.put('contact', { ...desk.contactOf(found), blocked });
        desk.addActivity(found, `${person(call).name} has ${action}d the conversation`);
        return empty;
      }),
    );

  const participants = `${one}/participants`;
  const people = (ids: number[]) =>
    ids.flatMap((id) => {
      const user = state.get('user', id);
      return user ? [agent(user, desk.statusOf(user), desk.baseUrl())] : [];
    });
  const change = (next: (now: number[], named: number[]) => number[]) => (call: Call) => {
    const found = conversationOf(call);
    const named = asIds(call.body['user_ids']);
    const kept = [...new Set(next(found.participants, named))];
    return state.put('conversation', { ...found, participants: kept }).participants;
  };
  const add = change((now, named) => [...now, ...named]);
  const replace = change((_now, named) => named);
  const remove = change((now, named) => now.filter((id) => !named.includes(id)));
  router.get(
    participants,
    endpoint(parts, 'person', (call) => people(conversationOf(call).participants)),
  );
  router.post(
    participants,
    endpoint(parts, 'person', (call) => people(add(call))),
  );
  router.patch(
    participants,
    endpoint(parts, 'person', (call) => people(replace(call))),
  );
  router.delete(
    participants,
    endpoint(parts, 'person', (call) => {
      remove(call);
      return empty;
    }),
  );
}

function assign(call: Call, found: Conversation): unknown {
  const { desk, body, actor } = call;
  const { state } = desk;
  if (body['assignee_type'] === 'AgentBot') {
    const bot = state.get('bot', asId(body['assignee_id']));
    desk.change(found, { assignee_id: null, assignee_agent_bot_id: bot?.id ?? null }, actor);
    return bot ? slimBot(bot) : null;
  }
  const user = state.get('user', asId(body['assignee_id']));
  desk.change(found, { assignee_id: user?.id ?? null, assignee_agent_bot_id: null }, actor);
  return user ? agent(user, desk.statusOf(user), desk.baseUrl()) : null;
}

/** The inbox and the contact's entry in it, which a creation makes where it is missing. */
function place(call: Call): { inbox: Inbox; link: ContactInbox } {
  const { desk, body } = call;
  const { state } = desk;
  const source = asText(body['source_id']);
  if (body['inbox_id'] === undefined || body['contact_id'] === undefined) {
    const link = state.all('contactInbox').find((each) => each.source_id === source);
    const inbox = state.get('inbox', link?.inbox_id);
    if (!link || !inbox) throw refuse.notFound();
    return { inbox: inboxOf(call, inbox.id), link };
  }
  const inbox = inboxOf(call, body['inbox_id']);
  const contact: Contact | undefined = state.get('contact', asId(body['contact_id']));
  if (!contact) throw refuse.notFound();
  const link = desk.link(contact, inbox, source ?? randomUUID());
  if (!link) throw refuse.error('source_id should be unique');
  return {
    inbox,
    link: asFlag(body['hmac_verified']) ? state.put('contactInbox', { ...link, hmac_verified: true }) : link,
  };
}

/** An unknown one is an unhandled error there. */
function readStatus(value: unknown): Status {
  if (value === 'open' || value === 'resolved' || value === 'pending' || value === 'snoozed') return value;
  throw refuse.crash();
}

function readPriority(value: unknown): Priority | null {
  if (value === null || value === '' || value === 'nil') return null;
  if (value === 'low' || value === 'medium' || value === 'high' || value === 'urgent') return value;
  throw refuse.crash();
}

/** Unix seconds, or ISO 8601. */
function readTime(value: unknown): number | null {
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds === 'number') return seconds * 1000;
  const parsed = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(parsed) ? null : parsed;
}
