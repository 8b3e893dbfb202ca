import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { empty, endpoint, noContent, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import { identify } from '../identify.ts';
import type { Contact, ContactInbox, Conversation, Inbox, Website } from '../model.ts';
import { submit } from '../ratings.ts';
import { saw, signTyping } from '../seen.ts';
import { rawContact } from '../shapes/contact.ts';
import { publicMessage } from '../shapes/message.ts';
import { unknownBrowser, widgetConfig, widgetContact, widgetConversation, widgetMessage } from '../shapes/widget.ts';
import { asId, asObject, asText, isObject, seconds } from '../values.ts';
import { blank, inventedName } from './contacts.ts';
import { createMessage } from './new-message.ts';

/**
 * What Chatwoot's own widget asks for its visitor, on a website's inbox. The visitor is known by a token that the first
 * answer holds. @see the recordings of scene 24
 */
export function widgetApi(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const base = '/api/v1/widget';
  const asVisitor = (call: Call): Call => ({ ...call, actor: { kind: 'contact', contact: visitor(call).contact } });
  const identified = (call: Call) => widgetContact(identify(desk, visitor(call).contact, call.body));

  router.post(
    `${base}/config`,
    endpoint(parts, 'anyone', (call) => {
      const found = siteOf(call);
      const link = knownLink(call) ?? newVisitor(call, found.inbox);
      const contact = state.get('contact', link.contact_id);
      if (!contact) throw refuse.notFound();
      return widgetConfig({ ...found, link, contact, token: tokenOf(link), base: desk.baseUrl() });
    }),
  );
  router.post(
    `${base}/events`,
    endpoint(parts, 'anyone', (call) => {
      const { link } = visitor(call);
      const known = { widget_language: null, browser_language: '*', browser: unknownBrowser };
      const info = { ...asObject(call.body['event_info']), ...known };
      if (call.body['name'] === 'webwidget.triggered')
        desk.emit({ event: 'webwidget.triggered', link: link.id, info, by: undefined });
      return noContent;
    }),
  );
  router.post(
    `${base}/conversations`,
    endpoint(parts, 'anyone', (call) => {
      const { email, name, phone_number } = asObject(call.body['contact']);
      const said = { email, phone_number, name: asText(name) ?? nameFrom(email) };
      const contact = identify(desk, visitor(call).contact, said);
      const made = begin(call, asObject(call.body['message']));
      speak(asVisitor(call), made);
      return widgetConversation(desk, made, contact);
    }),
  );
  router.get(
    `${base}/messages`,
    endpoint(parts, 'anyone', (call) => {
      const found = latest(call);
      const said = found ? state.messagesOf(found.id) : [];
      const shown = said.filter((one) => !one.private && one.message_type !== 'activity').slice(-20);
      const meta = found ? { contact_last_seen_at: seconds(found.contact_last_seen_at) } : {};
      return { payload: shown.map((one) => publicMessage(desk, one)), meta };
    }),
  );
  router.post(
    `${base}/messages`,
    endpoint(parts, 'anyone', (call) => {
      const found = latest(call) ?? begin(call, asObject(call.body['message']));
      return widgetMessage(desk, speak(asVisitor(call), found));
    }),
  );
  router.patch(
    `${base}/messages/:message`,
    endpoint(parts, 'anyone', (call) => {
      const message = state.get('message', asId(call.params['message']));
      if (!message || message.conversation_id !== latest(call)?.id) throw refuse.notFound();
      const { contact } = visitor(call);
      if (message.content_type !== 'input_email') {
        submit(desk, message, asObject(call.body['message'])['submitted_values']);
        return { contact: rawContact(contact) };
      }
      const { email, name } = asObject(call.body['contact']);
      const content_attributes = { ...message.content_attributes, submitted_email: email };
      desk.updateMessage(message, { content_attributes }, undefined);
      const known = identify(desk, contact, { email, name: asText(name) ?? nameFrom(email) });
      return { contact: rawContact(known) };
    }),
  );
  router.patch(`${base}/contact`, endpoint(parts, 'anyone', identified));
  router.patch(`${base}/contact/set_user`, endpoint(parts, 'anyone', identified));
  router.post(
    `${base}/conversations/toggle_typing`,
    endpoint(parts, 'anyone', (call) => {
      const found = latest(call);
      const { actor } = asVisitor(call);
      if (found && actor) signTyping(desk, found, actor, call.body);
      return empty;
    }),
  );
  router.post(
    `${base}/conversations/update_last_seen`,
    endpoint(parts, 'anyone', (call) => {
      const found = latest(call);
      if (found) saw(desk, found);
      return empty;
    }),
  );
}

const tokenOf = ({ source_id, inbox_id }: ContactInbox) =>
  Buffer.from(JSON.stringify({ source_id, inbox_id })).toString('base64url');

const nameFrom = (email: unknown) => (typeof email === 'string' ? (email.split('@')[0] ?? '') : undefined);

function siteOf({ desk, query, body }: Call): { inbox: Inbox; website: Website } {
  const token = query.get('website_token') ?? body['website_token'];
  const inbox = desk.state.all('inbox').find(({ website }) => website?.website_token === token);
  if (!inbox?.website) throw refuse.notFound();
  return { inbox, website: inbox.website };
}

function knownLink(call: Call): ContactInbox | undefined {
  const { inbox } = siteOf(call);
  return call.desk.state.all('contactInbox').find((one) => one.inbox_id === inbox.id && tokenOf(one) === call.visitor);
}

function newVisitor({ desk }: Call, inbox: Inbox): ContactInbox {
  const { state } = desk;
  const id = state.nextId('contact');
  const contact = state.put('contact', { ...blank(id, desk.now()), name: inventedName(id) });
  desk.emit({ event: 'contact.created', contact: contact.id, by: undefined });
  const link = desk.link(contact, inbox, randomUUID());
  if (!link) throw refuse.crash();
  return link;
}

function visitor(call: Call): { link: ContactInbox; contact: Contact; inbox: Inbox } {
  const link = knownLink(call);
  const contact = call.desk.state.get('contact', link?.contact_id);
  if (!link || !contact) throw refuse.notFound();
  return { link, contact, inbox: siteOf(call).inbox };
}

/** The visitor goes on in the last one, whatever its status. */
function latest(call: Call): Conversation | undefined {
  const { link } = visitor(call);
  return call.desk.state.all('conversation').findLast((one) => one.contact_inbox_id === link.id);
}

function begin(call: Call, { timestamp, referer_url: referer }: Record<string, unknown>): Conversation {
  const { inbox, link, contact } = visitor(call);
  const additional_attributes = {
    browser: unknownBrowser,
    referer: referer ?? null,
    initiated_at: { timestamp },
    browser_language: '*',
  };
  const custom_attributes = asObject(call.body['custom_attributes']);
  const nobody = { snoozed_until: null, assignee_id: null, team_id: null };
  const wanted = { inbox, link, status: 'open' as const, ...nobody, custom_attributes, additional_attributes };
  return call.desk.createConversation(wanted, { kind: 'contact', contact });
}

function speak(call: Call, conversation: Conversation) {
  const said = isObject(call.body['message']) ? call.body['message'] : {};
  const { content, echo_id, reply_to } = said;
  const body = { content, echo_id, message_type: 'incoming', content_attributes: { in_reply_to: reply_to ?? null } };
  return createMessage({ ...call, body }, call.desk.current(conversation));
}
