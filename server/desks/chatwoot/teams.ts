import type { Api } from './http/api.ts';
import { teamOf, type TeamName } from '../team-name.ts';
import { readTeams } from './http/calls.ts';
import type { Team } from './http/shapes.ts';
import type { Failure } from './http/answer.ts';

/** The account's teams, kept for a minute: they change seldom, and a name must be found at every handover. */
export interface Teams {
  /** @returns undefined where there is no such team */
  find(name: TeamName): Promise<Team | undefined | Failure>;
  /** As they were last read. */
  known(): readonly Team[];
  /** They were read anyway. */
  saw(teams: Team[]): void;
}

const freshMs = 60_000;

export function createTeams(api: Api, now: () => number): Teams {
  let known: Team[] = [];
  let readAt = -Infinity;

  async function read(): Promise<Failure | undefined> {
    const answer = await readTeams(api);
    if (!answer.ok) return answer;
    known = answer.body;
    readAt = now();
    return undefined;
  }

  return {
    known: () => known,
    saw(teams) {
      known = teams;
      readAt = now();
    },
    async find(name) {
      const stale = now() - readAt > freshMs;
      const found = stale ? undefined : findTeam(known, name);
      if (found) return found;
      return (await read()) ?? findTeam(known, name);
    },
  };
}

export const findTeam = (teams: readonly Team[], name: TeamName): Team | undefined =>
  teamOf(teams, name, ({ id }) => id);
