/** JSON of visitors. @see the recordings of scenes 02 and 10 */
import type { Account, Contact, ContactInbox, Inbox, Json } from '../model.ts';
import { contactType } from '../contact-changes.ts';
import { asText, iso, isoOrNull, seconds } from '../values.ts';
import { slimInbox } from './inbox.ts';

/** In REST answers and inside conversations there. */
export const contact = (found: Contact): Json => ({
  additional_attributes: found.additional_attributes,
  availability_status: 'offline',
  email: found.email,
  id: found.id,
  name: found.name,
  phone_number: found.phone_number,
  blocked: found.blocked,
  identifier: found.identifier,
  thumbnail: '',
  custom_attributes: found.custom_attributes,
  ...(found.last_activity_at === null ? {} : { last_activity_at: seconds(found.last_activity_at) }),
  created_at: seconds(found.created_at),
});

export const contactWithInboxes = (found: Contact, links: { link: ContactInbox; inbox: Inbox }[]): Json => ({
  ...contact(found),
  contact_inboxes: links.map(({ link, inbox }) => ({ source_id: link.source_id, inbox: slimInbox(inbox) })),
});

/** In messages, frames and `meta`. */
export const pushContact = (found: Contact): Json => ({
  additional_attributes: found.additional_attributes,
  custom_attributes: found.custom_attributes,
  email: found.email,
  id: found.id,
  identifier: found.identifier,
  name: found.name,
  phone_number: found.phone_number,
  thumbnail: '',
  blocked: found.blocked,
  type: 'contact',
});

/** As `sender` and `user` of deliveries: the only one without a `type`. */
export const hookContact = (found: Contact, account: Account): Json => ({
  account: { id: account.id, name: account.name },
  additional_attributes: found.additional_attributes,
  avatar: '',
  custom_attributes: found.custom_attributes,
  email: found.email,
  id: found.id,
  identifier: found.identifier,
  name: found.name,
  phone_number: found.phone_number,
  thumbnail: '',
  blocked: found.blocked,
});

export const contactInbox = (link: ContactInbox): Json => ({
  id: link.id,
  contact_id: link.contact_id,
  inbox_id: link.inbox_id,
  source_id: link.source_id,
  created_at: iso(link.created_at),
  updated_at: iso(link.updated_at),
  hmac_verified: link.hmac_verified,
  pubsub_token: link.pubsub_token,
});

/** The record with all its columns. */
export const rawContact = (found: Contact): Json => ({
  id: found.id,
  name: found.name,
  email: found.email,
  phone_number: found.phone_number,
  account_id: 1,
  created_at: iso(found.created_at),
  updated_at: iso(found.last_activity_at ?? found.created_at),
  additional_attributes: found.additional_attributes,
  identifier: found.identifier,
  custom_attributes: found.custom_attributes,
  last_activity_at: isoOrNull(found.last_activity_at),
  contact_type: contactType(found),
  middle_name: '',
  last_name: '',
  location: asText(found.additional_attributes['city']),
  country_code: asText(found.additional_attributes['country_code']),
  blocked: found.blocked,
  company_id: null,
  label_list: found.labels,
});

/** What the public API tells the visitor about itself. */
export const publicContact = (found: Contact, link: ContactInbox): Json => ({
  source_id: link.source_id,
  pubsub_token: link.pubsub_token,
  id: found.id,
  name: found.name,
  email: found.email,
  phone_number: found.phone_number,
});
