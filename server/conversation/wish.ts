import type { DeskAgent, DeskState } from '../desks/desk.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Facts, Route, Wish } from '../stores/conversation-state.ts';

/* What a wish for a person says: why, for which skills, and which team. */

export function openSkills(draft: Draft): string[] {
  return draft.state.bot.skills.map((skill) => skill.name);
}

/** Where a visitor goes who was asked what it is about and did not say. */
export function defaultRoute(draft: Draft, context: Context): Route {
  return routeOf(draft, context, null);
}

/** Where the visitor's answer leads, under the wish that is being asked about. */
export function routeOf(draft: Draft, context: Context, topic: string | null): Route {
  const { handoff } = draft.seen;
  const { attributes, wanted } = ('wish' in handoff && handoff.wish) || {};
  const decided = context.route({
    skills: [],
    topic,
    ...(wanted ? { wanted: { handoff: wanted.handoff, isDefault: wanted.isDefault } } : {}),
    facts: factsOf(draft, context, attributes),
  });
  return 'route' in decided ? decided.route : { team: null, label: null, trail: [] };
}

/** What conditions of the routing look at. */
export function factsOf(
  draft: Draft,
  context: Context,
  attributes: Readonly<Record<string, string>> | undefined,
): Facts {
  const { language, page } = draft.seen;
  const isClosed = context.awayAt(draft.at)?.why === 'hours';
  return {
    language,
    page: page?.url ?? null,
    ...(isClosed ? { isOpen: false } : {}),
    ...(attributes ? { attributes } : {}),
  };
}

/** The person who helped this visitor last, as long as they come first. */
export function lastHelper(draft: Draft, context: Context): DeskAgent | null {
  const { helper } = draft.seen;
  return helper && draft.at - helper.at < context.lastPersonMs ? { ...helper.agent } : null;
}

/** The wish behind a person who came without being asked for. */
export function wishOfAgent(
  draft: Draft,
  context: Context,
  reason: 'agent_answered' | 'agent_assigned' | 'agent_opened',
): Wish {
  const team = draft.state.desk?.team;
  const label = team ? context.labelOf(team) : null;
  return {
    id: context.newId(),
    by: 'agent',
    reason,
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
