import { readMembers, readTeamMembers } from '../http/calls.ts';
import { Members, type Agent, type Inbox, type Team } from '../http/shapes.ts';
import { findTeam } from '../teams.ts';
import { need, type Setup } from './need.ts';

/**
 * The people who are to answer must see the inbox: in one that we made, the members of the routed teams become its members; in
 * any other it is said who is missing. A team that is not there is named, with those that are.
 */
export async function inviteTeams(setup: Setup, inbox: Inbox, teams: Team[]): Promise<void> {
  const { api, options, memory, log, user, changes } = setup;
  const members = need(await readMembers(api, inbox.id));
  const wanted = new Map<number, Agent>();
  for (const name of options.teams ?? []) {
    const team = findTeam(teams, name);
    if (!team) {
      const there = teams.map((one) => one.name);
      log.warn({ team: name, there }, 'the desk has no such team; without it, a handover goes to the whole inbox');
      continue;
    }
    for (const agent of need(await readTeamMembers(api, team.id))) wanted.set(agent.id, agent);
  }
  const missing = [...wanted.values()].filter(({ id }) => !members.some((member) => member.id === id));
  if (missing.length > 0 && memory.saved.made) {
    const user_ids = missing.map(({ id }) => id);
    const body = { inbox_id: inbox.id, user_ids };
    need(await api.ask({ method: 'POST', path: 'inbox_members', body, answer: Members }));
    changes.addedAgents = user_ids;
  } else if (missing.length > 0) {
    const agents = missing.map(({ available_name, name }) => available_name ?? name);
    log.warn({ inbox: inbox.id, agents }, 'members of the teams do not see the inbox; add them in its settings');
  }
  const inTeam = teams.some((team) => team.is_member) || wanted.has(user.id);
  if (inTeam || members.some(({ id }) => id === user.id)) {
    log.warn({}, 'the token’s user is in a team or in the inbox: the desk may give conversations to them');
  }
  if (inbox.enable_auto_assignment) {
    log.warn({ inbox: inbox.id }, 'the inbox assigns by itself, whatever the team; switch that off in its settings');
  }
}
