/** A team as configuration names it: the desk's number, or a name in any letter case. */
export type TeamName = string | number;

/** A team as the desk knows it. `key` is the desk's own number. */
export interface DeskTeam {
  key: string;
  name: string;
}

/** Where a team stands in the address of a desk's page. */
const inAddress = /\/(?:settings\/teams(?:\/new)?|team)\/(\d+)(?=\/|$)/;

/** Reads a team as people write it: its number, its name in any letter case, or the address of its page. */
export function readTeamName(written: TeamName): TeamName {
  if (typeof written === 'number') return written;
  const text = written.trim();
  const id = /^\d{1,10}$/.test(text)
    ? text
    : URL.canParse(text)
      ? inAddress.exec(new URL(text).pathname)?.[1]
      : undefined;
  return id === undefined ? text.toLowerCase() : Number(id);
}

/** The team that is meant; undefined where there is none of that name or number. */
export function teamOf<T extends { name: string }>(
  teams: readonly T[],
  written: TeamName,
  idOf: (team: T) => number,
): T | undefined {
  const wanted = readTeamName(written);
  const text = typeof written === 'string' ? written.trim().toLowerCase() : undefined; // a name may be of digits
  return teams.find(({ name }) => name.toLowerCase() === text) ?? teams.find((team) => idOf(team) === wanted);
}

/** Whether both are the same team. Where one is a number and the other a name, the desk's teams tell. */
export function isSameTeam(one: TeamName, other: TeamName, teams: readonly DeskTeam[]): boolean {
  if (readTeamName(one) === readTeamName(other)) return true;
  const found = (written: TeamName) => teamOf(teams, written, ({ key }) => Number(key));
  const team = found(one);
  return team !== undefined && team === found(other);
}
