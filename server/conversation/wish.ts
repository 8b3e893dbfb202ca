import type { DeskState } from '../desks/desk.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Route, Wish } from '../stores/conversation-state.ts';

/* What a wish for a person says: why, for which skills, and which team. */

export function openSkills(draft: Draft): string[] {
  return draft.state.bot.skills.map((skill) => skill.name);
}

export function defaultRoute(context: Context): Route {
  const decided = context.route({ skills: [], topic: null });
  return 'route' in decided ? decided.route : { team: null, label: null, trail: [] };
}

/** The wish behind a person who came without being asked for. */
export function wishOfAgent(draft: Draft, context: Context): Wish {
  const team = draft.state.desk?.team;
  const label = team ? context.labelOf(team) : null;
  return {
    id: context.newId(),
    by: 'agent',
    reason: 'agent_took_over',
    summary: null,
    skills: openSkills(draft),
    chosen: null,
    route: { team: null, label, trail: [] },
    at: draft.at,
  };
}

/**
 * After a read: the team's label follows what agents made of it.
 * @param before what the desk said last, where it did
 * @returns whether another team has the visitor now
 */
export function updateTeamLabel(draft: Draft, context: Context, before: DeskState | null): boolean {
  const { handoff, desk } = draft.state;
  if (!('wish' in handoff) || !desk) return false;
  // Without a team nobody in particular knows of the visitor, and nobody is promised.
  const previous = handoff.wish.route?.label ?? null;
  // A person who was quicker than our step that names the team there answers for the one that was asked for.
  const isQuicker = handoff.phase === 'human' && !before?.team;
  const label = desk.team ? context.labelOf(desk.team, previous) : isQuicker ? previous : null;
  handoff.wish.route = { team: null, trail: [], ...handoff.wish.route, label };
  // Whose team it is was not known before, or comes with the person who took it up: nobody was passed on.
  if (!desk.team || before === null || (handoff.wish.by === 'agent' && previous === null)) return false;
  return label !== previous || before.team?.key !== desk.team.key;
}
