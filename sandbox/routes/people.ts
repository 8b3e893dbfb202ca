import type { Router } from 'express';
import { ApiError, empty, endpoint, person, refuse, unwrap } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Availability, Team, User } from '../model.ts';
import { agent, profile, team } from '../shapes/people.ts';
import { asFlag, asId, asIds, asText, newToken } from '../values.ts';

/** The token's owner, the agents of the account, and their teams. @see the recordings of scenes 01 and 07 */
export function people(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const list = (users: User[]) => users.map((user) => agent(user, desk.statusOf(user), desk.baseUrl()));
  const users = (ids: number[]) => ids.map((id) => state.get('user', id)).filter((user) => user !== undefined);
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

  router.get(
    `${account}/teams`,
    endpoint(parts, 'person', (call) => state.all('team').map((one) => team(one, person(call)))),
  );
  router.get(
    `${account}/teams/:team`,
    endpoint(parts, 'person', (call) => team(teamOf(call), person(call))),
  );
  router.post(
    `${account}/teams`,
    endpoint(parts, 'administrator', (call) => {
      const wanted = unwrap(call.body, 'team');
      const name = asText(wanted['name'])?.toLowerCase();
      if (name === undefined) throw refuse.invalid("Name can't be blank", ['name']);
      if (state.all('team').some((one) => one.name === name))
        throw refuse.invalid('Name has already been taken', ['name']);
      const made = state.put('team', {
        id: state.nextId('team'),
        name,
        description: asText(wanted['description']),
        allow_auto_assign: asFlag(wanted['allow_auto_assign'] ?? true),
        members: [],
        created_at: desk.now(),
        updated_at: desk.now(),
      });
      return team(made, person(call));
    }),
  );
  router.patch(
    `${account}/teams/:team`,
    endpoint(parts, 'administrator', (call) => {
      const found = teamOf(call);
      const wanted = unwrap(call.body, 'team');
      const changed = state.put('team', {
        ...found,
        name: asText(wanted['name'])?.toLowerCase() ?? found.name,
        description: 'description' in wanted ? asText(wanted['description']) : found.description,
        allow_auto_assign: asFlag(wanted['allow_auto_assign'] ?? found.allow_auto_assign),
        updated_at: desk.now(),
      });
      return team(changed, person(call));
    }),
  );
  router.delete(
    `${account}/teams/:team`,
    endpoint(parts, 'administrator', (call) => {
      const { id } = teamOf(call);
      state.remove('team', id);
      for (const one of state.all('conversation'))
        if (one.team_id === id) state.put('conversation', { ...one, team_id: null }); // told to nobody
      return empty;
    }),
  );

  const members = `${account}/teams/:team/team_members`;
  const checked = ({ body }: Call) => {
    const ids = asIds(body['user_ids']);
    if (ids.some((id) => !state.get('user', id))) throw new ApiError(401, { error: 'Invalid User IDs' });
    return ids;
  };
  router.get(
    members,
    endpoint(parts, 'person', (call) => list(users(teamOf(call).members))),
  );
  router.post(
    members,
    endpoint(parts, 'administrator', (call) => {
      const found = teamOf(call);
      const added = checked(call).filter((id) => !found.members.includes(id));
      state.put('team', { ...found, members: [...found.members, ...added] });
      return list(users(added));
    }),
  );
  router.patch(
    members,
    endpoint(parts, 'administrator', (call) => {
      const ids = checked(call);
      state.put('team', { ...teamOf(call), members: ids });
      return list(users(ids));
    }),
  );
  router.delete(
    members,
    endpoint(parts, 'administrator', (call) => {
      const found = teamOf(call);
      const gone = asIds(call.body['user_ids']);
      state.put('team', { ...found, members: found.members.filter((id) => !gone.includes(id)) });
      return empty;
    }),
  );
}

function teamOf({ desk, params }: Call): Team {
  const found = desk.state.get('team', asId(params['team']));
  if (!found) throw refuse.notFound();
  return found;
}

const isAvailability = (value: unknown): value is Availability =>
  value === 'online' || value === 'busy' || value === 'offline';

export const byName = <T extends { name: string; id: number }>(records: T[]): T[] =>
  [...records].sort((a, b) => a.name.toLowerCase().localeCompare(b.name.toLowerCase()) || a.id - b.id);
