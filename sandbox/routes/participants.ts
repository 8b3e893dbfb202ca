import type { Router } from 'express';
import { conversationOf, empty, endpoint } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import { agent } from '../shapes/people.ts';
import { asIds } from '../values.ts';

/** Who is told of a conversation beside the one who has it. @see the recordings of scenes 02, 04 and 06 */
export function participants(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const path = '/api/v1/accounts/:account/conversations/:id/participants';
  const people = (ids: number[]) =>
    ids.flatMap((id) => {
      const user = state.get('user', id);
      return user ? [agent(user, desk.statusOf(user), desk.baseUrl())] : [];
    });
  const change = (next: (now: number[], named: number[]) => number[]) => (call: Call) => {
    const found = conversationOf(call);
    const named = asIds(call.body['user_ids']);
    const kept = [...new Set(next(found.participants, named))];
    return state.put('conversation', { ...found, participants: kept }).participants;
  };
  const add = change((now, named) => [...now, ...named]);
  const replace = change((_now, named) => named);
  const remove = change((now, named) => now.filter((id) => !named.includes(id)));
  router.get(
    path,
    endpoint(parts, 'person', (call) => people(conversationOf(call).participants)),
  );
  router.post(
    path,
    endpoint(parts, 'person', (call) => people(add(call))),
  );
  router.patch(
    path,
    endpoint(parts, 'person', (call) => people(replace(call))),
  );
  router.delete(
    path,
    endpoint(parts, 'person', (call) => {
      remove(call);
      return empty;
    }),
  );
}
