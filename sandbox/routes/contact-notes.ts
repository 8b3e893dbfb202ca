import type { Router } from 'express';
import { endpoint, person } from '../http.ts';
import type { Parts } from '../http.ts';
import type { ContactNote, Json } from '../model.ts';
import { agent } from '../shapes/people.ts';
import { asText, seconds } from '../values.ts';
import { contactOf } from './contacts.ts';

/** What agents write down about a visitor. @see the recordings of scene 33 */
export function contactNotes(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const path = '/api/v1/accounts/:account/contacts/:contact/notes';
  const show = (note: ContactNote): Json => {
    const user = state.get('user', note.user_id);
    return {
      id: note.id,
      content: note.content,
      account_id: null,
      contact_id: null,
      user: user ? agent(user, desk.statusOf(user), desk.baseUrl()) : null,
      created_at: seconds(note.created_at),
      updated_at: seconds(note.updated_at),
    };
  };
  router.get(
    path,
    endpoint(parts, 'person', (call) => {
      const { id } = contactOf(call);
      return state
        .all('contactNote')
        .filter((note) => note.contact_id === id)
        .map(show);
    }),
  );
  router.post(
    path,
    endpoint(parts, 'person', (call) => {
      const at = desk.now();
      const made = {
        id: state.nextId('contactNote'),
        contact_id: contactOf(call).id,
        user_id: person(call).id,
        content: asText(call.body['content']) ?? '',
        created_at: at,
        updated_at: at,
      };
      return show(state.put('contactNote', made));
    }),
  );
}
