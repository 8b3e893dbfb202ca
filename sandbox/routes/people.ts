import type { Router } from 'express';
import { endpoint, person, refuse, unwrap } from '../http.ts';
import type { Parts } from '../http.ts';
import type { Availability, User } from '../model.ts';
import { agent, profile } from '../shapes/people.ts';
import { asFlag, asId, asText, newToken } from '../values.ts';

/** The token's owner, the agents of the account. @see the recordings of scenes 01 and 07 */
export function people(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const list = (users: User[]) => users.map((user) => agent(user, desk.statusOf(user), desk.baseUrl()));
  const mine = (user: User) =>
    profile(user, {
      account: desk.account(),
      status: desk.statusOf(user),
      version: desk.switches.chatwoot,
      base: desk.baseUrl(),
    });
  const account = '/api/v1/accounts/:account';

  router.get(
    '/api/v1/profile',
    endpoint(parts, 'person', (call) => mine(person(call))),
  );
  router.post(
    '/api/v1/profile/availability',
    endpoint(parts, 'person', (call) => {
      const availability = unwrap(call.body, 'profile')['availability'];
      if (!isAvailability(availability)) throw refuse.crash();
      return mine(state.put('user', { ...person(call), availability }));
    }),
  );
  router.post(
    '/api/v1/profile/auto_offline',
    endpoint(parts, 'person', (call) => {
      const auto_offline = asFlag(unwrap(call.body, 'profile')['auto_offline'] ?? false);
      return mine(state.put('user', { ...person(call), auto_offline }));
    }),
  );
  router.post(
    '/api/v1/profile/reset_access_token',
    endpoint(parts, 'person', (call) => mine(state.put('user', { ...person(call), token: newToken() }))),
  );

  router.get(
    `${account}/agents`,
    endpoint(parts, 'person', () => list(byName(state.all('user')))),
  );
  router.post(
    `${account}/agents`,
    endpoint(parts, 'administrator', ({ body }) => {
      const wanted = unwrap(body, 'agent');
      const email = asText(wanted['email'])?.toLowerCase();
      if (email === undefined) throw refuse.error('param is missing or the value is empty: email');
      if (state.all('user').some((user) => user.email === email))
        throw refuse.invalid('User has already been taken', ['user']);
      const availability = wanted['availability'];
      const made = state.put('user', {
        id: state.nextId('user'),
        name: asText(wanted['name']) ?? email,
        email,
        role: wanted['role'] === 'administrator' ? 'administrator' : 'agent',
        token: newToken(),
        pubsub_token: newToken(),
        availability: isAvailability(availability) ? availability : 'online',
        auto_offline: asFlag(wanted['auto_offline'] ?? true),
      });
      return agent(made, desk.statusOf(made), desk.baseUrl());
    }),
  );

  router.patch(
    `${account}/agents/:agent`,
    endpoint(parts, 'administrator', ({ body, params }) => {
      const found = state.get('user', asId(params['agent']));
      if (!found) throw refuse.notFound();
      const { role } = unwrap(body, 'agent');
      const changed: User = role === 'administrator' || role === 'agent' ? { ...found, role } : found;
      return agent(state.put('user', changed), desk.statusOf(changed), desk.baseUrl());
    }),
  );
}

const isAvailability = (value: unknown): value is Availability =>
  value === 'online' || value === 'busy' || value === 'offline';

export const byName = <T extends { name: string; id: number }>(records: T[]): T[] =>
  [...records].sort((a, b) => a.name.toLowerCase().localeCompare(b.name.toLowerCase()) || a.id - b.id);
