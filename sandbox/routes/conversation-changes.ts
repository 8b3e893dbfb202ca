import type { Router } from 'express';
import { conversationOf, empty, endpoint, person, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Conversation } from '../model.ts';
import { agent, rawTeam, slimBot } from '../shapes/people.ts';
import { asId, asObject, asText, isoOrNull } from '../values.ts';
import { readPriority, readerOf, readStatus, readTime } from './conversation-fields.ts';

/** What is changed of a conversation: status, priority, who has it, attributes, labels. @see the recordings of scenes 02, 04 and 06 */
export function conversationChanges(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const one = '/api/v1/accounts/:account/conversations/:id';

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
      if (status === 'open' && readerOf(call)?.role === 'agent')
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
      const long = Object.keys(custom_attributes).find((key) => isLong(custom_attributes[key]));
      if (long !== undefined)
        throw refuse.invalid(`Custom attributes ${long} length should be < 1500`, ['custom_attributes']);
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
      // any words are taken, and what is no list takes all of them away
      const sent = Array.isArray(call.body['labels']) ? call.body['labels'].map(String) : [];
      const labels = sent.flatMap((label) => label.split(',').map((one) => one.trim())).filter((label) => label !== '');
      return { payload: desk.change(conversationOf(call), { labels: [...new Set(labels)] }, call.actor).labels };
    }),
  );
}

/** Texts only; numbers have a limit of their own. */
const isLong = (value: unknown) => typeof value === 'string' && value.length > 1500;

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
