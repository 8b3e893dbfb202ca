import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { conversationOf, empty, endpoint, inboxOf, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Contact, ContactInbox, Inbox } from '../model.ts';
import { asFlag, asId, asObject, asText, isObject } from '../values.ts';
import { readPriority, readStatus, readTime, shownTo } from './conversation-fields.ts';
import { listing } from './listing.ts';
import { tellOfAssignee } from '../conversations.ts';
import { createMessage } from './new-message.ts';

/** Conversations: begun, shown, changed, removed. @see the recordings of scenes 02, 04 and 06 */
export function conversations(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const path = '/api/v1/accounts/:account/conversations';
  const one = `${path}/:id`;
  const show = shownTo(parts);

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
      // the first message saves the conversation once more, and that tells of the assignment
      if (isObject(body['message']) && !last) tellOfAssignee(desk, desk.current(found), call.actor);
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
