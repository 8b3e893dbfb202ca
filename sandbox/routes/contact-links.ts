import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { ApiError, empty, endpoint, inboxOf, refuse, sees } from '../http.ts';
import type { Parts } from '../http.ts';
import type { ContactInbox, Inbox } from '../model.ts';
import { mergeContacts } from '../contact-changes.ts';
import { contact as shape } from '../shapes/contact.ts';
import { conversation } from '../shapes/conversation.ts';
import { slimInbox } from '../shapes/inbox.ts';
import { asFlag, asId, asText } from '../values.ts';
import { contactOf, full } from './contacts.ts';

/** What belongs to a visitor: conversations, entries in inboxes, and another visitor who was the same. @see the recordings of scenes 02 and 17 */
export function contactLinks(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const account = '/api/v1/accounts/:account';
  const path = `${account}/contacts`;

  router.get(
    `${path}/:contact/conversations`,
    endpoint(parts, 'person', (call) => {
      const { id } = contactOf(call);
      const found = state.all('conversation').filter((one) => one.contact_id === id && sees(desk, call.actor, one));
      const latest = found.sort((a, b) => b.last_activity_at - a.last_activity_at).slice(0, 20);
      const reader = call.actor?.kind === 'user' ? call.actor.user : undefined;
      return { payload: latest.map((one) => conversation(desk, one, reader)) };
    }),
  );
  router.post(
    `${path}/:contact/contact_inboxes`,
    endpoint(parts, 'person', (call) => {
      const inbox = inboxOf(call, call.body['inbox_id']);
      const link = desk.link(contactOf(call), inbox, asText(call.body['source_id']) ?? randomUUID());
      if (!link) throw refuse.crash();
      if (asFlag(call.body['hmac_verified'])) state.put('contactInbox', { ...link, hmac_verified: true });
      return { source_id: link.source_id, inbox: slimInbox(inbox) };
    }),
  );
  router.get(
    `${path}/:contact/contactable_inboxes`,
    endpoint(parts, 'person', (call) => {
      const { id } = contactOf(call);
      const latest = (inbox: Inbox) =>
        state.all('contactInbox').findLast((link) => link.contact_id === id && link.inbox_id === inbox.id);
      const spoke = (link: ContactInbox) => state.all('conversation').some((one) => one.contact_inbox_id === link.id);
      // a website's visitor can only be answered, and only the first time
      const reachable = state.all('inbox').flatMap((inbox) => {
        const link = latest(inbox);
        if (inbox.website && (!link || spoke(link))) return [];
        return [{ inbox: slimInbox(inbox), source_id: link?.source_id ?? randomUUID() }];
      });
      return { payload: reachable };
    }),
  );
  router.post(
    `${account}/contact_inboxes/filter`,
    endpoint(parts, 'person', (call) => {
      const inbox = inboxOf(call, call.body['inbox_id']);
      const source = call.body['source_id'];
      const link = state.all('contactInbox').find((one) => one.inbox_id === inbox.id && one.source_id === source);
      const found = state.get('contact', link?.contact_id);
      if (!found) throw new ApiError(404, empty);
      return full(desk, found);
    }),
  );
  router.post(
    `${account}/actions/contact_merge`,
    endpoint(parts, 'person', ({ body, actor }) => {
      const base = state.get('contact', asId(body['base_contact_id']));
      const mergee = state.get('contact', asId(body['mergee_contact_id']));
      if (!base || !mergee) throw refuse.notFound();
      return shape(mergeContacts(desk, base, mergee, actor));
    }),
  );
}
