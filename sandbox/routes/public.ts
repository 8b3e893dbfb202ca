import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { empty, endpoint, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Contact, ContactInbox, Conversation, Inbox } from '../model.ts';
import { identify } from '../identify.ts';
import { submit } from '../ratings.ts';
import { saw, signTyping } from '../seen.ts';
import { publicContact, rawContact } from '../shapes/contact.ts';
import { publicConversation } from '../shapes/conversation.ts';
import { publicMessage } from '../shapes/message.ts';
import { asId, asObject, asText } from '../values.ts';
import { blank, inventedName } from './contacts.ts';
import { createMessage } from './new-message.ts';

/** What the visitor may do as itself, without a token: who knows the inbox identifier and the source id. @see the recordings of scene 10 */
export function publicApi(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const base = '/public/api/v1/inboxes/:inbox';
  const one = `${base}/contacts/:source`;
  const talk = `${one}/conversations/:id`;
  const asVisitor = (call: Call): Call => ({ ...call, actor: { kind: 'contact', contact: visitor(call).contact } });

  router.get(
    base,
    endpoint(parts, 'anyone', (call) => {
      const found = inboxOf(call);
      const { timezone, working_hours, working_hours_enabled, greeting_enabled } = found.settings;
      return {
        identifier: found.identifier,
        identity_validation_enabled: found.hmac_mandatory,
        name: found.name,
        timezone,
        working_hours,
        working_hours_enabled,
        csat_survey_enabled: found.csat_survey_enabled,
        greeting_enabled,
      };
    }),
  );
  router.post(
    `${base}/contacts`,
    endpoint(parts, 'anyone', (call) => {
      const inbox = inboxOf(call);
      const source = asText(call.body['source_id']) ?? randomUUID();
      const known = state.all('contactInbox').find((each) => each.inbox_id === inbox.id && each.source_id === source);
      const contact = state.get('contact', known?.contact_id) ?? findOrMake(call);
      const link = known ?? desk.link(contact, inbox, source);
      if (!link) throw refuse.crash();
      return publicContact(contact, link);
    }),
  );
  router.get(
    one,
    endpoint(parts, 'anyone', (call) => publicContact(visitor(call).contact, visitor(call).link)),
  );
  router.patch(
    one,
    endpoint(parts, 'anyone', (call) =>
      rawContact(identify(desk, visitor(call).contact, { ...call.body, identifier: undefined })),
    ),
  );
  router.get(
    `${one}/conversations`,
    endpoint(parts, 'anyone', (call) => ownConversations(call).map((each) => publicConversation(desk, each))),
  );
  router.post(
    `${one}/conversations`,
    endpoint(parts, 'anyone', (call) => {
      const { link, inbox, contact } = visitor(call);
      const last = inbox.lock_to_single_conversation ? ownConversations(call).at(-1) : undefined;
      const wanted = { custom_attributes: asObject(call.body['custom_attributes']), additional_attributes: {} };
      const nobody = { snoozed_until: null, assignee_id: null, team_id: null };
      const by = { kind: 'contact' as const, contact };
      const made = last ?? desk.createConversation({ inbox, link, status: 'open', ...nobody, ...wanted }, by);
      return publicConversation(desk, made);
    }),
  );
  router.get(
    talk,
    endpoint(parts, 'anyone', (call) => publicConversation(desk, conversationOf(call))),
  );
  router.post(
    `${talk}/toggle_status`,
    endpoint(parts, 'anyone', (call) => {
      const { actor } = asVisitor(call);
      return publicConversation(desk, desk.change(conversationOf(call), { status: 'resolved' }, actor));
    }),
  );
  router.post(
    `${talk}/toggle_typing`,
    endpoint(parts, 'anyone', (call) => {
      const { actor } = asVisitor(call);
      if (actor) signTyping(desk, conversationOf(call), actor, call.body);
      return empty;
    }),
  );
  router.post(
    `${talk}/update_last_seen`,
    endpoint(parts, 'anyone', (call) => {
      saw(desk, conversationOf(call));
      return empty;
    }),
  );
  router.get(
    `${talk}/messages`,
    endpoint(parts, 'anyone', (call) => {
      const shown = state
        .messagesOf(conversationOf(call).id)
        .filter((each) => !each.private && each.message_type !== 'activity');
      const before = asId(call.query.get('before'));
      const kept = before === undefined ? shown : shown.filter((each) => each.id < before);
      return kept.slice(-20).map((each) => publicMessage(desk, each));
    }),
  );
  router.post(
    `${talk}/messages`,
    endpoint(parts, 'anyone', (call) => {
      const { content, echo_id, attachments } = call.body;
      const body = { content, echo_id, attachments, message_type: 'incoming' };
      return publicMessage(desk, createMessage({ ...asVisitor(call), body }, conversationOf(call)));
    }),
  );
  router.patch(
    `${talk}/messages/:message`,
    endpoint(parts, 'anyone', (call) => {
      const found = state.get('message', asId(call.params['message']));
      if (found?.conversation_id !== conversationOf(call).id) throw refuse.publicNotFound();
      return publicMessage(desk, submit(desk, found, call.body['submitted_values']));
    }),
  );
}

function inboxOf({ desk, params }: Call): Inbox {
  const found = desk.state.all('inbox').find((each) => each.identifier === params['inbox']);
  if (!found) throw refuse.publicNotFound();
  return found;
}

function visitor(call: Call): { inbox: Inbox; link: ContactInbox; contact: Contact } {
  const { state } = call.desk;
  const inbox = inboxOf(call);
  const source = call.params['source'];
  const link = state.all('contactInbox').find((each) => each.inbox_id === inbox.id && each.source_id === source);
  const contact = state.get('contact', link?.contact_id);
  if (!link || !contact) throw refuse.publicNotFound();
  return { inbox, link, contact };
}

function ownConversations(call: Call): Conversation[] {
  const { link } = visitor(call);
  return call.desk.state.all('conversation').filter((each) => each.contact_inbox_id === link.id);
}

function conversationOf(call: Call): Conversation {
  const found = ownConversations(call).find((each) => each.id === asId(call.params['id']));
  if (!found) throw refuse.publicNotFound();
  return found;
}

/** Linked by identifier, e-mail or phone number without any proof: so it does. */
function findOrMake({ desk, body }: Call): Contact {
  const { state } = desk;
  const keys = ['identifier', 'email', 'phone_number'] as const;
  for (const key of keys) {
    const value = asText(body[key]);
    const found = value === null ? undefined : state.all('contact').find((each) => each[key] === value);
    if (found) return found;
  }
  const id = state.nextId('contact');
  const made = state.put('contact', {
    ...blank(id, desk.now()),
    name: asText(body['name']) ?? inventedName(id),
    email: asText(body['email']),
    phone_number: asText(body['phone_number']),
    identifier: asText(body['identifier']),
    custom_attributes: asObject(body['custom_attributes']),
  });
  desk.emit({ event: 'contact.created', contact: made.id, by: undefined });
  return made;
}
