import type { Router } from 'express';
import { empty, endpoint, isAdministrator, refuse, unwrap } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Bot } from '../model.ts';
import { agentBot } from '../shapes/people.ts';
import { asId, asObject, newToken } from '../values.ts';

/** Agent bots: identities with a token; their own webhooks are not imitated. @see the recordings of scene 01 */
export function bots(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state, switches } = desk;
  const path = '/api/v1/accounts/:account/agent_bots';
  const show = (call: Call, found: Bot) => agentBot(found, switches.chatwoot, isAdministrator(call.actor));
  const text = (value: unknown) => (typeof value === 'string' ? value : null);

  router.get(
    path,
    endpoint(parts, 'person', (call) => state.all('bot').map((one) => show(call, one))),
  );
  router.get(
    `${path}/:bot`,
    endpoint(parts, 'person', (call) => show(call, botOf(call))),
  );
  router.post(
    path,
    endpoint(parts, 'administrator', (call) => {
      const wanted = unwrap(call.body, 'agent_bot');
      const made: Bot = {
        id: state.nextId('bot'),
        name: text(wanted['name']) ?? '',
        description: text(wanted['description']),
        outgoing_url: text(wanted['outgoing_url']),
        bot_config: asObject(wanted['bot_config']),
        token: newToken(),
        secret: newToken(),
        created_at: desk.now(),
      };
      return show(call, state.put('bot', made));
    }),
  );
  router.patch(
    `${path}/:bot`,
    endpoint(parts, 'administrator', (call) => {
      const found = botOf(call);
      const wanted = unwrap(call.body, 'agent_bot');
      const next: Bot = {
        ...found,
        name: text(wanted['name']) ?? found.name,
        description: 'description' in wanted ? text(wanted['description']) : found.description,
        outgoing_url: 'outgoing_url' in wanted ? text(wanted['outgoing_url']) : found.outgoing_url,
      };
      return show(call, state.put('bot', next));
    }),
  );
  router.delete(
    `${path}/:bot`,
    endpoint(parts, 'administrator', (call) => {
      const { id } = botOf(call);
      for (const inbox of state.all('inbox'))
        if (inbox.agent_bot_id === id) state.put('inbox', { ...inbox, agent_bot_id: null });
      state.remove('bot', id);
      return empty;
    }),
  );
  router.post(
    `${path}/:bot/reset_access_token`,
    endpoint(parts, 'administrator', (call) => show(call, state.put('bot', { ...botOf(call), token: newToken() }))),
  );
}

function botOf({ desk, params }: Call): Bot {
  const found = desk.state.get('bot', asId(params['bot']));
  if (!found) throw refuse.notFound();
  return found;
}
