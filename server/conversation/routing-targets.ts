import type { DeskAgent, Looked, TeamState } from '../desks/desk.ts';
import { isSameTeam, teamOf, type DeskTeam, type TeamName } from '../desks/team-name.ts';
import type { Route, Target } from '../stores/conversation-state.ts';
import { clean, type NamedHandoff, type Otherwise, type Routing, type Rule } from './routing-rules.ts';

/* The chain of targets, and which of them gets a visitor once the desk has said who is there. */

/** The teams of a rule, a handoff or the default, in their order. */
export function targetsOf({ team, label, skipIf, then = [] }: Rule | Otherwise | NamedHandoff): Target[] {
  const all = team === null ? [] : [{ team, skipIf }, ...then];
  return all.map(({ team, skipIf }) => ({ team, label, ...(skipIf ? { skipIf } : {}) }));
}

/** Every team that a visitor may come to. */
export function teamsIn({ rules, default: otherwise, handoffs = {} }: Routing): TeamName[] {
  return [...rules, otherwise, ...Object.values(handoffs)].flatMap((each) => targetsOf(each).map(({ team }) => team));
}

/** One after the other, each team once; the default's come last. */
export function chainOf(routing: Routing, first: readonly Target[], teams: readonly DeskTeam[]): Target[] {
  const chain: Target[] = [];
  for (const target of [...first, ...targetsOf(routing.default)]) {
    if (!chain.some(({ team }) => isSameTeam(team, target.team, teams))) chain.push(target);
  }
  return chain;
}

/**
 * Whether the desk has to be asked who is there, before it is known where a visitor goes.
 * @param teams the desk's, as they were last read: one that is not among them may be missing
 */
export function needsLook([first, second]: readonly Target[], teams: readonly DeskTeam[]): boolean {
  if (!first || !second) return false;
  const isKnown = teams.length === 0 || teamOf(teams, first.team, ({ key }) => Number(key)) !== undefined;
  return !isKnown || first.skipIf !== undefined;
}

/** What is said of a team in that state. */
const said: Record<TeamState, (name: string) => string> = {
  ok: (name) => `somebody of ${name} is there`,
  unknown: (name) => `who is in ${name} is not known`,
  missing: (name) => `there is no team ${name}`,
  empty: (name) => `nobody is in ${name}`,
  no_access: (name) => `nobody of ${name} sees this inbox`,
  closed: (name) => `${name} is closed`,
  nobody_online: (name) => `nobody of ${name} is online`,
};

/** Nobody would ever answer there, so it is passed over whatever the operator says. */
const isUnusable = (state: TeamState): boolean => ['missing', 'empty', 'no_access'].includes(state);

const isSkipped = ({ skipIf = [] }: Target, state: TeamState): boolean =>
  isUnusable(state) || skipIf.some((each) => each === state);

/** A route that is decided, and the person who is asked for first. */
export interface Settled {
  route: Route;
  person: DeskAgent | null;
}

/**
 * Takes the first target that is not passed over. Where all are, the last one with anybody in it gets the visitor, who
 * waits there; where there is none, nobody in particular does.
 * @param looked what the desk said; what it did not say is not known, and keeps nobody away
 * @param person who helped this visitor last, where that counts
 */
export function settle(route: Route, looked: Looked, person: DeskAgent | null = null): Settled {
  const { chain = [], ...rest } = route;
  const states = chain.map((target) => ({
    target,
    state: looked.teams.find(({ team }) => team === target.team)?.state ?? ('unknown' as const),
  }));
  const passed: string[] = [];
  const free = states.find(({ target, state }) => {
    if (!isSkipped(target, state)) return true;
    passed.push(sentence(target, state));
    return false;
  });
  const chosen = free ?? states.findLast(({ state }) => !isUnusable(state));
  const trail = [...route.trail];
  if (passed.length > 0) {
    const to = chosen ? clean(String(chosen.target.label ?? chosen.target.team)) : 'nobody in particular';
    trail.push(`${capital(passed.join(', '))}: ${(free ?? !chosen) ? to : `${to} all the same`}.`);
  }
  const team = chosen?.target.team ?? (states.length > 0 ? null : route.team);
  const isThere =
    person !== null && looked.person !== null && (team === null || looked.person.teams.some((one) => one === team));
  if (person && isThere) trail.push(`${clean(person.name)} helped last, and is there.`);
  const alerts = states.flatMap(({ target, state }) => (isUnusable(state) ? [sentence(target, state)] : []));
  const label = chosen ? chosen.target.label : route.label;
  return {
    route: { ...rest, team, label, trail, ...(alerts.length > 0 ? { alerts } : {}) },
    person: isThere ? person : null,
  };
}

const sentence = ({ team }: Target, state: TeamState): string => said[state](clean(String(team)));
const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
