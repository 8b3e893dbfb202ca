import type { Router } from 'express';
import { conversationOf, empty, endpoint, person, refuse } from '../http.ts';
import type { Parts } from '../http.ts';
import { signTyping } from '../seen.ts';
import { asText } from '../values.ts';
import { shownTo } from './conversation-fields.ts';

/** Typing, what was read, and who is not heard. @see the recordings of scenes 02, 04 and 06 */
export function conversationSigns(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const one = '/api/v1/accounts/:account/conversations/:id';
  const show = shownTo(parts);

  router.post(
    `${one}/toggle_typing_status`,
    endpoint(parts, 'bot since 4.14', (call) => {
      if (call.actor) signTyping(desk, conversationOf(call), call.actor, call.body);
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
  router.post(
    `${one}/transcript`,
    endpoint(parts, 'person', (call) => {
      conversationOf(call);
      if (asText(call.body['email']) === null) throw refuse.error('email param missing');
      return empty; // nothing is sent
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
}
