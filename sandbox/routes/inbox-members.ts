import type { Router } from 'express';
import { empty, endpoint, inboxOf } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import { agent } from '../shapes/people.ts';
import { asIds } from '../values.ts';

/** Who answers in an inbox. @see the recordings of scenes 01 and 23 */
export function inboxMembers(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const account = '/api/v1/accounts/:account';

  const listed = (ids: number[]) => ({
    payload: ids.flatMap((id) => {
      const user = state.get('user', id);
      return user ? [agent(user, desk.statusOf(user), desk.baseUrl())] : [];
    }),
  });
  const changeMembers = (call: Call, next: (now: number[], named: number[]) => number[]) => {
    const found = inboxOf(call, call.body['inbox_id']);
    const named = asIds(call.body['user_ids']).filter((id) => state.get('user', id));
    const members = [...new Set(next(found.members, named))];
    desk.emit({ event: 'account.cache_invalidated', by: call.actor });
    // those who join are asked last
    const joined = members.filter((id) => !found.queue.includes(id)).reverse();
    const queue = [...joined, ...found.queue.filter((id) => members.includes(id))];
    return state.put('inbox', { ...found, members, queue }).members;
  };
  const members = `${account}/inbox_members`;
  router.get(
    `${members}/:inbox`,
    endpoint(parts, 'person', (call) => listed(inboxOf(call, call.params['inbox']).members)),
  );
  router.post(
    members,
    endpoint(parts, 'administrator', (call) => listed(changeMembers(call, (now, named) => [...now, ...named]))),
  );
  router.patch(
    members,
    endpoint(parts, 'administrator', (call) => listed(changeMembers(call, (_now, named) => named))),
  );
  router.delete(
    members,
    endpoint(parts, 'administrator', (call) => {
      changeMembers(call, (now, named) => now.filter((id) => !named.includes(id)));
      return empty;
    }),
  );
  router.get(
    `${account}/assignable_agents`,
    endpoint(parts, 'person', (call) => {
      const asked = call.query.getAll('inbox_ids[]').map((id) => inboxOf(call, id).members);
      const common = (asked[0] ?? []).filter((id) => asked.every((ids) => ids.includes(id)));
      const administrators = state.all('user').filter((user) => user.role === 'administrator');
      return listed([...new Set([...common, ...administrators.map(({ id }) => id)])]);
    }),
  );
}
