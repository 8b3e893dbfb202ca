import type { Router } from 'express';
import { ApiError, empty, endpoint, person, refuse, unwrap } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Team, User } from '../model.ts';
import { agent, team } from '../shapes/people.ts';
import { asFlag, asId, asIds, asText } from '../values.ts';

const account = '/api/v1/accounts/:account';

/** The teams of the account. @see the recordings of scenes 01 and 07 */
export function teams(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;

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
}

/** Who is in a team. @see the recordings of scenes 01 and 07 */
export function teamMembers(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const list = (users: User[]) => users.map((user) => agent(user, desk.statusOf(user), desk.baseUrl()));
  const users = (ids: number[]) => ids.map((id) => state.get('user', id)).filter((user) => user !== undefined);
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
