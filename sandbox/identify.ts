import { changeContact, mergeContacts } from './contact-changes.ts';
import type { Desk } from './desk.ts';
import type { Contact, Json } from './model.ts';
import { asText, isObject } from './values.ts';

/**
 * A visitor says who they are, without any proof. Whoever has that identifier, e-mail address or phone number already is taken
 * for the same person, and the two become one. @see the recordings of scenes 24 and 33
 */
export function identify(desk: Desk, visitor: Contact, said: Json): Contact {
  const { state } = desk;
  const identifier = asText(said['identifier']);
  const fields: Partial<Contact> = {};
  let known = visitor;
  for (const key of ['identifier', 'email', 'phone_number'] as const) {
    const value = key === 'email' ? (asText(said[key])?.toLowerCase() ?? null) : asText(said[key]);
    if (value === null) continue;
    const other = state.all('contact').find((one) => one[key] === value && one.id !== known.id);
    const isAnother =
      key !== 'identifier' && identifier !== null && other?.identifier && other.identifier !== identifier;
    if (isAnother) continue; // somebody with an identifier of their own keeps the address
    if (other) known = mergeContacts(desk, other, known, undefined);
    fields[key] = value;
  }
  const name = asText(said['name']);
  if (name !== null) fields.name = name;
  for (const key of ['custom_attributes', 'additional_attributes'] as const)
    if (isObject(said[key])) fields[key] = { ...known[key], ...said[key] };
  return changeContact(desk, known, fields, undefined);
}
