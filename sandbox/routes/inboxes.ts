import type { Router } from 'express';
import { empty, endpoint, inboxOf, isAdministrator, person, refuse, unwrap } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import { isTimezone, NoHours, withHours } from '../hours.ts';
import type { Inbox, Json, Website } from '../model.ts';
import { inbox as shape, plainSettings } from '../shapes/inbox.ts';
import { agentBot } from '../shapes/people.ts';
import { asFlag, asId, asObject, asText, isObject, newToken } from '../values.ts';
import { byName } from './people.ts';

/** Inboxes of programs and websites, and the bots that answer in them. @see the recordings of scenes 01, 23 and 24 */
export function inboxes(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state, switches } = desk;
  const account = '/api/v1/accounts/:account';
  const show = (call: Call, found: Inbox) =>
    shape(found, switches.chatwoot, isAdministrator(call.actor), desk.baseUrl());

  router.get(
    `${account}/inboxes`,
    endpoint(parts, 'person', (call) => {
      const all = state
        .all('inbox')
        .filter((one) => isAdministrator(call.actor) || one.members.includes(person(call).id));
      const sorted = switches.chatwoot === '4.10' ? all : byName(all); // 4.10 gives them by id
      return { payload: sorted.map((one) => show(call, one)) };
    }),
  );
  router.get(
    `${account}/inboxes/:inbox`,
    endpoint(parts, 'person', (call) => show(call, inboxOf(call, call.params['inbox']))),
  );
  router.post(
    `${account}/inboxes`,
    endpoint(parts, 'administrator', (call) => {
      const name = asText(call.body['name']);
      if (name === null) throw refuse.invalid("Name can't be blank", ['name']);
      const made: Inbox = {
        id: state.nextId('inbox'),
        name,
        webhook_url: null,
        hmac_mandatory: false,
        channel_attributes: {},
        identifier: newToken(),
        hmac_token: newToken(),
        secret: newToken(),
        settings: plainSettings,
        enable_auto_assignment: true,
        csat_survey_enabled: false,
        lock_to_single_conversation: false,
        members: [],
        queue: [],
        agent_bot_id: null,
        ...(asObject(call.body['channel'])['type'] === 'web_widget' ? { website: newWebsite() } : {}),
        created_at: desk.now(),
        updated_at: desk.now(),
      };
      desk.emit({ event: 'account.cache_invalidated', by: call.actor });
      return show(call, state.put('inbox', written(made, call.body, false)));
    }),
  );
  router.patch(
    `${account}/inboxes/:inbox`,
    endpoint(parts, 'administrator', (call) => {
      const found = inboxOf(call, call.params['inbox']);
      desk.emit({ event: 'account.cache_invalidated', by: call.actor });
      return show(call, state.put('inbox', { ...written(found, call.body, true), updated_at: desk.now() }));
    }),
  );
  router.delete(
    `${account}/inboxes/:inbox`,
    endpoint(parts, 'administrator', (call) => {
      const { id } = inboxOf(call, call.params['inbox']);
      desk.removeConversations(state.all('conversation').filter((one) => one.inbox_id === id));
      for (const link of state.all('contactInbox')) if (link.inbox_id === id) state.remove('contactInbox', link.id);
      state.remove('inbox', id);
      return { message: 'Your inbox deletion request will be processed in some time.' };
    }),
  );
  router.post(
    `${account}/inboxes/:inbox/reset_secret`,
    endpoint(parts, 'administrator', (call) => {
      if (switches.chatwoot === '4.10') throw refuse.notFound();
      return show(call, state.put('inbox', { ...inboxOf(call, call.params['inbox']), secret: newToken() }));
    }),
  );

  router.post(
    `${account}/inboxes/:inbox/set_agent_bot`,
    endpoint(parts, 'administrator', (call) => {
      const found = inboxOf(call, call.params['inbox']);
      const wanted = asId(call.body['agent_bot']);
      if (wanted !== undefined && !state.get('bot', wanted)) throw refuse.notFound();
      state.put('inbox', { ...found, agent_bot_id: wanted ?? null });
      return empty;
    }),
  );
  router.get(
    `${account}/inboxes/:inbox/agent_bot`,
    endpoint(parts, 'person', (call) => {
      const bot = state.get('bot', inboxOf(call, call.params['inbox']).agent_bot_id);
      return bot ? { agent_bot: agentBot(bot, switches.chatwoot, isAdministrator(call.actor), true) } : {};
    }),
  );
}

/** An inbox with what a request sends; what it does not name stays. */
function written(found: Inbox, body: Json, isUpdate: boolean): Inbox {
  const channel = unwrap(isObject(body['channel']) ? body['channel'] : {}, 'channel');
  const nulled = (value: unknown) => (value === 'null' ? null : value);
  const sent = Object.keys(plainSettings).filter((name) => name in body && name !== 'working_hours');
  if ('timezone' in body && !isTimezone(body['timezone']))
    throw refuse.invalid('Timezone is not included in the list', ['timezone']);
  const flag = (name: 'enable_auto_assignment' | 'csat_survey_enabled' | 'lock_to_single_conversation') =>
    name in body ? asFlag(body[name]) : found[name];
  return {
    ...found,
    ...(found.website ? { website: writtenWebsite(found.website, channel) } : {}),
    name: asText(body['name']) ?? found.name,
    settings: {
      ...found.settings,
      ...Object.fromEntries(sent.map((name) => [name, nulled(body[name])])),
      ...('csat_config' in body ? { csat_config: writtenSurvey(body['csat_config'], isUpdate) } : {}),
      ...('working_hours' in body ? { working_hours: writtenHours(found.settings['working_hours'], body) } : {}),
    },
    enable_auto_assignment: flag('enable_auto_assignment'),
    csat_survey_enabled: flag('csat_survey_enabled'),
    lock_to_single_conversation: flag('lock_to_single_conversation'),
    webhook_url: 'webhook_url' in channel ? webhookUrl(channel['webhook_url']) : found.webhook_url,
    hmac_mandatory: 'hmac_mandatory' in channel ? asFlag(channel['hmac_mandatory']) : found.hmac_mandatory,
    // replaced, not merged
    channel_attributes:
      'additional_attributes' in channel ? asObject(channel['additional_attributes']) : found.channel_attributes,
  };
}

/** An update fills in what it lacks. */
const writtenSurvey = (config: unknown, isUpdate: boolean): Json =>
  isUpdate ? { button_text: 'Please rate us', language: 'en', ...asObject(config) } : asObject(config);

function writtenHours(before: unknown, body: Json): unknown {
  try {
    return withHours(before, body['working_hours']);
  } catch (error) {
    if (error instanceof NoHours) throw refuse.crash();
    throw error;
  }
}

const newWebsite = (): Website => ({
  website_token: newToken(),
  website_url: null,
  widget_color: '#1f93ff',
  welcome_title: null,
  welcome_tagline: null,
});

const writtenWebsite = (found: Website, channel: Json): Website => {
  const text = (name: keyof Website) => (name in channel ? asText(channel[name]) : found[name]);
  return {
    ...found,
    website_url: text('website_url'),
    widget_color: text('widget_color') ?? found.widget_color,
    welcome_title: text('welcome_title'),
    welcome_tagline: text('welcome_tagline'),
  };
};

// Chatwoot does not look at it: any string is taken, and a blank one turns the webhook off.
const webhookUrl = (value: unknown): string | null => (typeof value === 'string' ? value : null);
