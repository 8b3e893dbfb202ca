import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { empty, endpoint, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Contact, ContactInbox, Conversation, Inbox, Message } from '../model.ts';
import { contact as contactShape, publicContact } from '../shapes/contact.ts';
import { publicConversation } from '../shapes/conversation.ts';
import { publicMessage } from '../shapes/message.ts';
import { asId, asObject, asText, isObject, iso } from '../values.ts';
import { blank } from './contacts.ts';
import { createMessage } from './messages.ts';

/** What the visitor may do as itself, without a token: who knows the inbox identifier and the source id. @see chatwoot.md §9 */
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
      const event = call.body['typing_status'] === 'on' ? 'conversation.typing_on' : 'conversation.typing_off';
      if (actor) desk.emit({ event, conversation: conversationOf(call).id, by: actor, isPrivate: false });
      return empty;
    }),
  );
  router.post(
    `${talk}/update_last_seen`,
    endpoint(parts, 'anyone', (call) => {
      const found = conversationOf(call);
      state.put('conversation', { ...found, contact_last_seen_at: desk.now() });
      for (const message of state.messagesOf(found.id))
        if (seen(message)) desk.updateMessage(message, { status: 'read' }, undefined);
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
      const { content, echo_id } = call.body;
      const body = { content, echo_id, message_type: 'incoming' };
      return publicMessage(desk, createMessage({ ...asVisitor(call), body }, conversationOf(call)));
    }),
  );
  router.patch(
    `${talk}/messages/:message`,
    endpoint(parts, 'anyone', (call) => {
      const found = state.get('message', asId(call.params['message']));
      if (found?.conversation_id !== conversationOf(call).id) throw refuse.notFound();
      return publicMessage(desk, submit(call, found, call.body['submitted_values']));
    }),
  );

  const survey = '/public/api/v1/csat_survey/:uuid';
  const surveyOf = (call: Call) => {
    const found = state.all('conversation').find((each) => each.uuid === call.params['uuid']);
    const message = found && state.messagesOf(found.id).find((each) => each.content_type === 'input_csat');
    if (!found || !message) throw refuse.notFound();
    return { conversation: found, message };
  };
  const showSurvey = (call: Call, before?: unknown) => {
    const { conversation, message } = surveyOf(call);
    return {
      id: message.id,
      csat_survey_response: before === undefined ? rating(call, message) : before,
      display_type: 'emoji',
      content: null,
      inbox_avatar_url: '',
      inbox_name: state.get('inbox', conversation.inbox_id)?.name ?? '',
      locale: 'en',
      conversation_id: conversation.id,
      created_at: iso(message.created_at),
    };
  };
  const rate = endpoint(parts, 'anyone', (call) => {
    const { message } = surveyOf(call);
    const before = rating(call, message);
    submit(call, message, asObject(asObject(call.body['message'])['submitted_values']));
    return showSurvey(call, before); // the rating is written by a background job: the answer still shows the old one
  });
  router.get(
    survey,
    endpoint(parts, 'anyone', (call) => showSurvey(call)),
  );
  router.put(survey, rate);
  router.patch(survey, rate);

  const rating = ({ desk: { state } }: Call, message: Message) => {
    const found = state.all('rating').find((each) => each.message_id === message.id);
    if (!found) return null;
    const conversation = state.get('conversation', found.conversation_id);
    return {
      ...found,
      account_id: 1,
      contact_id: conversation?.contact_id ?? null,
      assigned_agent_id: conversation?.assignee_id ?? null,
      created_at: iso(found.created_at),
      updated_at: iso(found.updated_at),
      csat_review_notes: null,
      review_notes_updated_at: null,
      review_notes_updated_by_id: null,
    };
  };
  router.get(
    '/api/v1/accounts/:account/csat_survey_responses',
    endpoint(parts, 'administrator', () =>
      state.all('rating').map((each) => ({
        id: each.id,
        rating: each.rating,
        feedback_message: each.feedback_message,
        account_id: 1,
        message_id: each.message_id,
        csat_review_notes: null,
        review_notes_updated_at: null,
        contact: contactOf(each.conversation_id),
        conversation_id: each.conversation_id,
        created_at: Math.floor(each.created_at / 1000),
      })),
    ),
  );
  const contactOf = (id: number) => {
    const found = state.get('conversation', id);
    return found ? contactShape(desk.contactOf(found)) : null;
  };
}

/** Notes and surveys too: so it does. What failed stays failed. */
const seen = ({ message_type, status }: Message) =>
  (message_type === 'outgoing' || message_type === 'template') && (status === 'sent' || status === 'delivered');

function submit({ desk }: Call, message: Message, submitted: unknown): Message {
  const { state } = desk;
  const content_attributes = { ...message.content_attributes, submitted_values: submitted };
  const answer = isObject(submitted) ? asObject(submitted['csat_survey_response']) : {};
  if (typeof answer['rating'] === 'number') {
    const found = state.all('rating').find((each) => each.message_id === message.id);
    state.put('rating', {
      id: found?.id ?? state.nextId('rating'),
      conversation_id: message.conversation_id,
      message_id: message.id,
      rating: answer['rating'],
      feedback_message: asText(answer['feedback_message']),
      created_at: found?.created_at ?? desk.now(),
      updated_at: desk.now(),
    });
  }
  return desk.updateMessage(message, { content_attributes }, undefined);
}

function inboxOf({ desk, params }: Call): Inbox {
  const found = desk.state.all('inbox').find((each) => each.identifier === params['inbox']);
  if (!found) throw refuse.notFound();
  return found;
}

function visitor(call: Call): { inbox: Inbox; link: ContactInbox; contact: Contact } {
  const { state } = call.desk;
  const inbox = inboxOf(call);
  const source = call.params['source'];
  const link = state.all('contactInbox').find((each) => each.inbox_id === inbox.id && each.source_id === source);
  const contact = state.get('contact', link?.contact_id);
  if (!link || !contact) throw refuse.notFound();
  return { inbox, link, contact };
}

function ownConversations(call: Call): Conversation[] {
  const { link } = visitor(call);
  return call.desk.state.all('conversation').filter((each) => each.contact_inbox_id === link.id);
}

function conversationOf(call: Call): Conversation {
  const found = ownConversations(call).find((each) => each.id === asId(call.params['id']));
  if (!found) throw refuse.notFound();
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
  const made = state.put('contact', {
    ...blank(state.nextId('contact'), desk.now()),
    name: asText(body['name']) ?? 'quiet-visitor',
    email: asText(body['email']),
    phone_number: asText(body['phone_number']),
    identifier: asText(body['identifier']),
    custom_attributes: asObject(body['custom_attributes']),
  });
  desk.emit({ event: 'contact.created', contact: made.id, by: undefined });
  return made;
}
