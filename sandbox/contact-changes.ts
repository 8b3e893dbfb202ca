import type { Desk } from './desk.ts';
import type { Actor, Contact } from './model.ts';
import type { Changed } from './rules.ts';
import { asText, isoOrNull, sameJson } from './values.ts';

/* What becomes of visitors' records, and who hears of it. @see the recordings of scene 33 */

/** A visitor who can be written to. */
export const contactType = ({ email, phone_number }: Contact) =>
  email === null && phone_number === null ? 'visitor' : 'lead';

/** Does nothing, and tells nobody, if nothing would be different. */
export function changeContact(desk: Desk, before: Contact, patch: Partial<Contact>, by: Actor | undefined): Contact {
  const after = { ...before, ...patch };
  const changed = changesOf(before, after, desk.now());
  if (!changed) return before;
  desk.state.put('contact', after);
  desk.emit({ event: 'contact.updated', contact: after.id, changed, by });
  return after;
}

// The order of the columns in Chatwoot's table.
const columns = [
  'name',
  'email',
  'phone_number',
  'updated_at',
  'additional_attributes',
  'identifier',
  'custom_attributes',
  'last_activity_at',
  'contact_type',
  'location',
  'blocked',
  'label_list',
] as const;

function changesOf(before: Contact, after: Contact, now: number): Changed | undefined {
  const was = written(before, before.last_activity_at ?? before.created_at);
  const is = written(after, now);
  const changed: Changed = columns
    .filter((column) => column === 'updated_at' || !sameJson(was[column], is[column]))
    .map((column) => ({ [column]: { previous_value: was[column], current_value: is[column] } }));
  return changed.length > 1 ? changed : undefined;
}

const written = (contact: Contact, at: number): Record<(typeof columns)[number], unknown> => ({
  name: contact.name,
  email: contact.email,
  phone_number: contact.phone_number,
  updated_at: isoOrNull(at),
  additional_attributes: contact.additional_attributes,
  identifier: contact.identifier,
  custom_attributes: contact.custom_attributes,
  last_activity_at: isoOrNull(contact.last_activity_at),
  contact_type: contactType(contact),
  location: asText(contact.additional_attributes['city']),
  blocked: contact.blocked,
  label_list: contact.labels,
});

/**
 * Everything of the second goes to the first, whose own fields win; the second's labels are lost. Conversations keep their
 * numbers. Webhooks only hear of the visitor's messages, one by one.
 */
export function mergeContacts(desk: Desk, base: Contact, mergee: Contact, by: Actor | undefined): Contact {
  const { state } = desk;
  if (base.id === mergee.id) return base;
  desk.emit({ event: 'contact.merged', contact: base.id, by });
  for (const one of state.all('contactInbox'))
    if (one.contact_id === mergee.id) state.put('contactInbox', { ...one, contact_id: base.id });
  for (const one of state.all('contactNote'))
    if (one.contact_id === mergee.id) state.put('contactNote', { ...one, contact_id: base.id });
  for (const one of state.all('conversation')) {
    if (one.contact_id !== mergee.id) continue;
    state.put('conversation', { ...one, contact_id: base.id });
    desk.emit({ event: 'conversation.contact_changed', conversation: one.id, by: undefined });
  }
  for (const one of state.all('message')) {
    if (one.sender?.type !== 'Contact' || one.sender.id !== mergee.id) continue;
    const sender = { type: 'Contact' as const, id: base.id };
    state.put('message', { ...one, sender, updated_at: desk.now() });
    desk.emit({
      event: 'message.updated',
      message: one.id,
      previous: { sender_id: [mergee.id, base.id] },
      by: undefined,
    });
  }
  removeContact(desk, mergee, undefined);
  const fields = {
    email: base.email ?? mergee.email,
    phone_number: base.phone_number ?? mergee.phone_number,
    identifier: base.identifier ?? mergee.identifier,
    additional_attributes: { ...mergee.additional_attributes, ...base.additional_attributes },
    custom_attributes: { ...mergee.custom_attributes, ...base.custom_attributes },
  };
  return changeContact(desk, base, fields, by);
}

/** Takes a visitor's own record away; only the websocket hears of it. */
export function removeContact({ state, emit }: Desk, contact: Contact, by: Actor | undefined): void {
  state.remove('contact', contact.id);
  emit({ event: 'contact.deleted', gone: contact, by });
}
