import type { Router } from 'express';
import { empty, endpoint, person, refuse, unwrap } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Definition, Json, Notification, Webhook } from '../model.ts';
import { notificationJson, notificationsOf } from '../notify.ts';
import { asFlag, asId, asText, iso, newToken } from '../values.ts';

const account = '/api/v1/accounts/:account';

/** A person's notifications. @see recordings of scenes 19 and 20 */
export function notifications(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const path = `${account}/notifications`;
  const own = (call: Call) => notificationsOf(desk, person(call).id);
  const unread = (found: Notification[]) => found.filter((one) => one.read_at === null);

  router.get(
    path,
    endpoint(parts, 'person', (call) => {
      const all = own(call);
      const found = call.query.getAll('includes[]').includes('read') ? all : unread(all);
      const page = asId(call.query.get('page')) ?? 1;
      const shown = found.slice((page - 1) * 15, page * 15);
      const meta = { unread_count: unread(found).length, count: found.length, current_page: page };
      return { data: { meta, payload: shown.map((one) => notificationJson(desk, one)) } };
    }),
  );
  router.get(
    `${path}/unread_count`,
    endpoint(parts, 'person', (call) => unread(own(call)).length),
  );
  router.post(
    `${path}/read_all`,
    endpoint(parts, 'person', (call) => {
      const { primary_actor_type: type, primary_actor_id: id } = call.body;
      const read = own(call).filter((one) => type !== 'Conversation' || one.conversation_id === asId(id));
      for (const one of unread(read)) state.put('notification', { ...one, read_at: desk.now() });
      return empty;
    }),
  );
  const one = (call: Call) => {
    const found = own(call).find(({ id }) => id === asId(call.params['notification']));
    if (!found) throw refuse.notFound();
    return found;
  };
  const read = endpoint(parts, 'person', (call) =>
    notificationJson(desk, state.put('notification', { ...one(call), read_at: desk.now() })),
  );
  router.patch(`${path}/:notification`, read);
  router.put(`${path}/:notification`, read);
  router.delete(
    `${path}/:notification`,
    endpoint(parts, 'person', (call) => {
      state.remove('notification', one(call).id);
      return empty;
    }),
  );
  router.get(
    `${account}/notification_settings`,
    endpoint(parts, 'person', (call) => {
      const user = person(call).id;
      return { id: user, user_id: user, account_id: 1, ...flags('email'), ...flags('push') };
    }),
  );
}

const flags = (way: 'email' | 'push'): Json => ({
  [`all_${way}_flags`]: [
    'conversation_creation',
    'conversation_assignment',
    'assigned_conversation_new_message',
    'conversation_mention',
    'participating_conversation_new_message',
    'sla_missed_first_response',
    'sla_missed_next_response',
    'sla_missed_resolution',
  ].map((flag) => `${way}_${flag}`),
  [`selected_${way}_flags`]: [`${way}_conversation_assignment`],
});

/** Labels and the definitions of custom attributes. @see the recordings of scenes 01 and 23 */
export function labels(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  router.get(
    `${account}/labels`,
    endpoint(parts, 'person', () => ({ payload: state.all('label') })),
  );
  router.post(
    `${account}/labels`,
    endpoint(parts, 'administrator', ({ body }) => {
      const wanted = unwrap(body, 'label');
      const title = asText(wanted['title'])?.toLowerCase();
      if (title === undefined) throw refuse.invalid("Title can't be blank", ['title']);
      if (!/^[\p{L}\p{N}_-]+$/u.test(title)) throw refuse.invalid('Title is invalid', ['title']);
      if (state.all('label').some((one) => one.title === title))
        throw refuse.invalid('Title has already been taken', ['title']);
      return state.put('label', {
        id: state.nextId('label'),
        title,
        description: typeof wanted['description'] === 'string' ? wanted['description'] : null,
        color: asText(wanted['color']) ?? '#1f93ff',
        show_on_sidebar: asFlag(wanted['show_on_sidebar'] ?? false),
      });
    }),
  );

  const path = `${account}/custom_attribute_definitions`;
  const types = ['text', 'number', 'currency', 'percent', 'link', 'date', 'list', 'checkbox'];
  const models = ['conversation_attribute', 'contact_attribute'];
  const named = (names: string[], value: unknown) =>
    (typeof value === 'string' && names.includes(value) ? value : names[asId(value) ?? 0]) ?? '';
  router.get(
    path,
    endpoint(parts, 'person', ({ query }) => {
      const model = query.get('attribute_model');
      const all = state.all('definition');
      const found = model === null ? all : all.filter((one) => one.attribute_model === named(models, model));
      return found.map((one) => definition(one));
    }),
  );
  router.post(
    path,
    endpoint(parts, 'person', ({ body }) => {
      const wanted = unwrap(body, 'custom_attribute_definition');
      const key = asText(wanted['attribute_key']);
      const model = named(models, wanted['attribute_model']);
      if (key === null) throw refuse.invalid("Attribute key can't be blank", ['attribute_key']);
      if (state.all('definition').some((one) => one.attribute_key === key && one.attribute_model === model))
        throw refuse.invalid('Attribute key has already been taken', ['attribute_key']);
      const made = state.put('definition', {
        id: state.nextId('definition'),
        attribute_display_name: asText(wanted['attribute_display_name']) ?? '',
        attribute_display_type: named(types, wanted['attribute_display_type']),
        attribute_description: asText(wanted['attribute_description']),
        attribute_key: key,
        attribute_values: Array.isArray(wanted['attribute_values']) ? wanted['attribute_values'] : [],
        attribute_model: model,
        created_at: desk.now(),
        updated_at: desk.now(),
      });
      return definition(made);
    }),
  );
  router.delete(
    `${path}/:definition`,
    endpoint(parts, 'person', ({ params }) => {
      const found = state.get('definition', asId(params['definition']));
      if (!found) throw refuse.notFound();
      state.remove('definition', found.id);
      return empty;
    }),
  );
}

const definition = ({ created_at, updated_at, ...fields }: Definition): Json => ({
  ...fields,
  regex_pattern: null,
  regex_cue: null,
  default_value: null,
  created_at: iso(created_at),
  updated_at: iso(updated_at),
});

const subscriptions = [
  'conversation_created',
  'conversation_status_changed',
  'conversation_updated',
  'message_created',
  'message_updated',
  'contact_created',
  'contact_updated',
  'webwidget_triggered',
  'inbox_created',
  'inbox_updated',
  'conversation_typing_on',
  'conversation_typing_off',
];

/** Webhooks of the whole account. */
export function webhooks(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const path = `${account}/webhooks`;
  const show = ({ secret, ...found }: Webhook): Json => ({
    ...found,
    account_id: 1,
    ...(desk.switches.chatwoot === '4.14' ? { secret } : {}),
  });
  const checked = (body: Json, found?: Webhook): Omit<Webhook, 'id' | 'secret'> => {
    const wanted = unwrap(body, 'webhook');
    const url = asText(wanted['url']) ?? found?.url ?? '';
    if (!/^https?:\/\//.test(url)) throw refuse.invalid('Url is invalid', ['url']);
    if (state.all('webhook').some((one) => one.url === url && one.id !== found?.id))
      throw refuse.invalid('Url has already been taken', ['url']);
    const asked = wanted['subscriptions'] ?? found?.subscriptions ?? subscriptions.slice(0, 8);
    const list = Array.isArray(asked) ? asked.map(String) : [];
    if (list.length === 0 || list.some((one) => !subscriptions.includes(one)))
      throw refuse.invalid('Subscriptions Invalid events', ['subscriptions']);
    return { url, name: asText(wanted['name']) ?? found?.name ?? null, subscriptions: list };
  };
  const one = ({ params }: Call) => {
    const found = state.get('webhook', asId(params['webhook']));
    if (!found) throw refuse.notFound();
    return found;
  };

  router.get(
    path,
    endpoint(parts, 'administrator', () => ({ payload: { webhooks: state.all('webhook').map(show) } })),
  );
  router.post(
    path,
    endpoint(parts, 'administrator', ({ body }) => {
      const made = { ...checked(body), id: state.nextId('webhook'), secret: newToken() };
      return { payload: { webhook: show(state.put('webhook', made)) } };
    }),
  );
  router.patch(
    `${path}/:webhook`,
    endpoint(parts, 'administrator', (call) => {
      const found = one(call);
      return { payload: { webhook: show(state.put('webhook', { ...found, ...checked(call.body, found) })) } };
    }),
  );
  router.delete(
    `${path}/:webhook`,
    endpoint(parts, 'administrator', (call) => {
      state.remove('webhook', one(call).id);
      return empty;
    }),
  );
}
