import { refuse } from '../http.ts';
import type { Contact, Json } from '../model.ts';
import { isObject } from '../values.ts';

/** Those with an identity: all that lists and filters know. */
export const isResolved = ({ email, phone_number, identifier }: Contact) =>
  email !== null || phone_number !== null || identifier !== null;

/** The words of `GET …/search`. */
export function matches({ name, email, phone_number, identifier }: Contact, wanted: string): boolean {
  const low = wanted.toLowerCase();
  const loosely = [name, email, phone_number].some((value) => value?.toLowerCase().includes(low));
  return loosely || identifier?.includes(wanted) === true;
}

/** `POST …/filter`: the few keys and operators that find one contact. */
export function filter(body: Json): (contact: Contact) => boolean {
  const conditions = Array.isArray(body['payload']) ? body['payload'].filter(isObject) : [];
  if (conditions.length === 0) throw refuse.error('No filters were given');
  const tests = conditions.map((one) => condition(one));
  return (contact) =>
    tests.reduce((so_far, test, index) => {
      const or = String(conditions[index - 1]?.['query_operator'] ?? 'AND').toUpperCase() === 'OR';
      return or ? so_far || test(contact) : so_far && test(contact);
    }, true);
}

function condition({ attribute_key, filter_operator, values }: Json): (contact: Contact) => boolean {
  const key = String(attribute_key);
  const read = (contact: Contact): string => {
    const own =
      (contact as unknown as Json)[key] ?? contact.custom_attributes[key] ?? contact.additional_attributes[key];
    return own === null || own === undefined ? '' : String(own).toLowerCase();
  };
  const wanted = (Array.isArray(values) ? values : [values]).map((value) => String(value).toLowerCase());
  switch (filter_operator) {
    case 'equal_to':
      return (contact) => wanted.includes(read(contact));
    case 'not_equal_to':
      return (contact) => !wanted.includes(read(contact));
    case 'contains':
      return (contact) => wanted.some((value) => read(contact).includes(value));
    case 'does_not_contain':
      return (contact) => !wanted.some((value) => read(contact).includes(value));
    case 'is_present':
      return (contact) => read(contact) !== '';
    case 'is_not_present':
      return (contact) => read(contact) === '';
    default:
      throw refuse.error(`Invalid operator. The allowed operators for ${key} are [equal_to,not_equal_to].`);
  }
}
