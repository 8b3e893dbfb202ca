import type { DeskOp, Outcome, TeamState } from '../../desk.ts';
import type { TeamName } from '../../team-name.ts';
import { type Failure, isFailure } from '../http/answer.ts';
import { readMembers, readTeamMembers } from '../http/calls.ts';
import type { Agent } from '../http/shapes.ts';
import type { Provisioned, Shared } from '../shared.ts';
import type { Teams } from '../teams.ts';
import { outcomeOfLookUp } from './outcome.ts';

/*
 * Who is there, for a handoff that may go to one of several teams. Chatwoot picks among those of a team who are members of
 * the inbox, too, and online. Our own websocket makes the token's user look online, so nothing is made of that.
 */

type Look = Extract<DeskOp, { kind: 'look' }>;

export async function look(
  { api }: Shared,
  { inbox, user }: Provisioned,
  teams: Teams,
  { teams: names, person }: Look,
): Promise<Outcome> {
  const listed = await readMembers(api, inbox);
  if (!listed.ok && !isForGood(listed)) return outcomeOfLookUp(listed);
  const members = listed.ok ? listed.body : undefined;
  const sees = ({ id }: Agent) => !members || members.some((member) => member.id === id);
  const isThem = (one: Agent) => String(one.id) === person?.key && isOnline(one) && one.id !== user.id && sees(one);

  const states: { team: TeamName; state: TeamState }[] = [];
  const of: TeamName[] = [];
  for (const name of names) {
    const found = await people(name);
    if (isFailure(found)) {
      if (!isForGood(found)) return outcomeOfLookUp(found);
      states.push({ team: name, state: 'unknown' });
      continue;
    }
    states.push({ team: name, state: found ? stateOf(found, sees, user.id) : 'missing' });
    if (found?.some(isThem)) of.push(name);
  }
  const isHere = of.length > 0 || (members?.some(isThem) ?? false);
  return { result: 'done', looked: { teams: states, person: isHere ? { teams: of } : null } };

  async function people(name: TeamName): Promise<Agent[] | undefined | Failure> {
    const team = await teams.find(name);
    if (!team || isFailure(team)) return team;
    const members = await readTeamMembers(api, team.id);
    if (members.ok) return members.body;
    // It was deleted since the teams were read.
    return members.gone ? undefined : members;
  }
}

/** Asking again soon would be in vain: what the desk does not let us see keeps no visitor waiting. */
const isForGood = ({ result, denied }: Failure): boolean => result === 'refused' || denied !== undefined;

const isOnline = ({ availability_status }: Agent): boolean => availability_status === 'online';

/** @param ourUser the token's, of whom nobody knows whether they are there */
function stateOf(team: readonly Agent[], sees: (one: Agent) => boolean, ourUser: number): TeamState {
  if (team.length === 0) return 'empty';
  const here = team.filter(sees);
  if (here.length === 0) return 'no_access';
  const told = here.filter((one) => one.id !== ourUser && one.availability_status != null);
  if (told.length === 0) return 'unknown';
  return told.some(isOnline) ? 'ok' : 'nobody_online';
}
