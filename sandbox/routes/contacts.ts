import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { empty, endpoint, inboxOf, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Desk } from '../desk.ts';
import type { Contact, Inbox, Json } from '../model.ts';
import { changeContact, removeContact } from '../contact-changes.ts';
import { contactWithInboxes } from '../shapes/contact.ts';
import { rawInbox } from '../shapes/inbox.ts';
import { asFlag, asId, asObject, asText } from '../values.ts';
import { filter, isResolved, matches } from './contact-search.ts';

const perPage = 15;

/** Visitors. @see the recordings of scenes 02 and 17 */
export function contacts(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const account = '/api/v1/accounts/:account';
  const path = `${account}/contacts`;

  const page = (call: Call, found: Contact[], counted: 'all' | 'page') => {
    const current = asId(call.query.get('page')) ?? 1;
    const shown = found.slice((current - 1) * perPage, current * perPage);
    const meta = { count: counted === 'all' ? found.length : shown.length, current_page: current };
    const more = counted === 'page' ? { has_more: found.length > current * perPage } : {};
    return { meta: { ...meta, ...more }, payload: shown.map((one) => full(desk, one)) };
  };

  router.get(
    path,
    endpoint(parts, 'person', (call) => page(call, state.all('contact').filter(isResolved), 'all')),
  );
  router.get(
    `${path}/search`,
    endpoint(parts, 'person', (call) => {
      const wanted = call.query.get('q');
      if (wanted === null || wanted === '') throw refuse.error('Specify search string with parameter q');
      const newer = desk.switches.chatwoot === '4.14';
      const pool = newer ? state.all('contact') : state.all('contact').filter(isResolved);
      return page(
        call,
        pool.filter((one) => matches(one, wanted)),
        newer ? 'page' : 'all',
      );
    }),
  );
  router.post(
    `${path}/filter`,
    endpoint(parts, 'person', (call) =>
      page(call, state.all('contact').filter(isResolved).filter(filter(call.body)), 'all'),
    ),
  );
  router.post(
    path,
    endpoint(parts, 'person', (call) => {
      const { body } = call;
      const fields = written(desk, body);
      const inbox = body['inbox_id'] === undefined ? undefined : inboxOf(call, body['inbox_id']);
      const source = asText(body['source_id']) ?? randomUUID();
      if (inbox && state.all('contactInbox').some((one) => one.inbox_id === inbox.id && one.source_id === source))
        throw refuse.crash(); // the unique index, after the whole creation was rolled back
      const made = state.put('contact', { ...blank(state.nextId('contact'), desk.now()), ...fields });
      const link = inbox && desk.link(made, inbox, source);
      desk.emit({ event: 'contact.created', contact: made.id, by: call.actor });
      const contact_inbox = { inbox: inbox ? rawInbox(inbox) : null, source_id: link?.source_id ?? null };
      return { payload: { contact: full(desk, made), contact_inbox } };
    }),
  );
  router.get(
    `${path}/:contact`,
    endpoint(parts, 'person', (call) => ({ payload: full(desk, contactOf(call)) })),
  );
  const update = endpoint(parts, 'person', (call) => {
    const found = contactOf(call);
    const next = changeContact(desk, found, written(desk, call.body, found), call.actor);
    return { payload: full(desk, next) };
  });
  router.patch(`${path}/:contact`, update);
  router.put(`${path}/:contact`, update);
  router.delete(
    `${path}/:contact`,
    endpoint(parts, 'administrator', (call) => {
      const found = contactOf(call);
      const { id } = found;
      desk.removeConversations(state.all('conversation').filter((one) => one.contact_id === id));
      for (const link of state.all('contactInbox')) if (link.contact_id === id) state.remove('contactInbox', link.id);
      removeContact(desk, found, call.actor);
      return empty;
    }),
  );
  router.get(
    `${path}/:contact/labels`,
    endpoint(parts, 'person', (call) => ({ payload: contactOf(call).labels })),
  );
  router.post(
    `${path}/:contact/labels`,
    endpoint(parts, 'person', (call) => {
      const labels = Array.isArray(call.body['labels']) ? call.body['labels'].map(String) : [];
      return { payload: changeContact(desk, contactOf(call), { labels }, call.actor).labels };
    }),
  );
  router.post(
    `${path}/:contact/destroy_custom_attributes`,
    endpoint(parts, 'person', (call) => {
      const found = contactOf(call);
      const gone = Array.isArray(call.body['custom_attributes']) ? call.body['custom_attributes'] : [];
      const kept = Object.entries(found.custom_attributes).filter(([key]) => !gone.includes(key));
      return { payload: full(desk, state.put('contact', { ...found, custom_attributes: Object.fromEntries(kept) })) };
    }),
  );
}

export function contactOf({ desk, params }: Call): Contact {
  const found = desk.state.get('contact', asId(params['contact']));
  if (!found) throw refuse.notFound();
  return found;
}

export const linksOf = ({ state }: Desk, found: Contact) =>
  state
    .all('contactInbox')
    .filter((link) => link.contact_id === found.id)
    .flatMap((link) => {
      const inbox: Inbox | undefined = state.get('inbox', link.inbox_id);
      return inbox ? [{ link, inbox }] : [];
    });

export const full = (desk: Desk, found: Contact): Json => contactWithInboxes(found, linksOf(desk, found));

/** An empty text stays one. */
const kept = (value: unknown) => (typeof value === 'string' ? value : null);

/** What a visitor is called who gave no name. */
export const inventedName = (id: number): string => `quiet-visitor-${id}`;

/** A contact as a request leaves it blank. */
export const blank = (id: number, now: number): Contact => ({
  id,
  name: '',
  email: null,
  phone_number: null,
  identifier: null,
  blocked: false,
  additional_attributes: {},
  custom_attributes: {},
  last_activity_at: null,
  created_at: now,
  labels: [],
});

/** The fields a request sets, checked as Chatwoot checks them. Attributes are merged key by key. */
function written({ state }: Desk, body: Json, found?: Contact): Partial<Contact> {
  const fields: Partial<Contact> = {};
  if ('name' in body) fields.name = asText(body['name']) ?? '';
  if ('email' in body) fields.email = asText(body['email'])?.toLowerCase() ?? null;
  if ('phone_number' in body) fields.phone_number = asText(body['phone_number']);
  if ('identifier' in body)
    fields.identifier = typeof body['identifier'] === 'number' ? String(body['identifier']) : kept(body['identifier']);
  if ('blocked' in body) fields.blocked = asFlag(body['blocked']);
  for (const name of ['additional_attributes', 'custom_attributes'] as const)
    if (name in body) fields[name] = { ...found?.[name], ...asObject(body[name]) };

  const problems: [string, string][] = [];
  const others = state.all('contact').filter((one) => one.id !== found?.id);
  const labels = { email: 'Email', phone_number: 'Phone number', identifier: 'Identifier' } as const;
  for (const name of ['email', 'identifier', 'phone_number'] as const) {
    const value = fields[name];
    if (value && others.some((one) => one[name] === value))
      problems.push([name, `${labels[name]} has already been taken`]);
  }
  if (fields.email && !/^[^@\s]+@[^@\s]+$/.test(fields.email)) problems.push(['email', 'Email Invalid email']);
  if (fields.phone_number && !/^\+[1-9]\d{1,14}$/.test(fields.phone_number))
    problems.push(['phone_number', 'Phone number should be in e164 format']);
  if ((fields.name?.length ?? 0) > 255) problems.push(['name', 'Name is too long (maximum is 255 characters)']);
  if (problems.length > 0)
    throw refuse.invalid(
      problems.map(([, text]) => text).join(', '),
      problems.map(([name]) => name),
    );
  return fields;
}
