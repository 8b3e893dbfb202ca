import type { Topic } from '../../shared/handoff.ts';
import { mostChoices } from '../../shared/limits.ts';
import { isSameTeam, type DeskTeam, type TeamName } from '../desks/team-name.ts';
import type { BotMistake } from '../bots/bot.ts';
import type { Route, RoutingRequest, Target, Wanted } from '../stores/conversation-state.ts';
import {
  clean,
  fitting,
  nameRule,
  rulesFor,
  skillsThatCount,
  type Fit,
  type NamedHandoff,
  type Routing,
  type Rule,
} from './routing-rules.ts';
import { chainOf, needsLook, targetsOf } from './routing-targets.ts';
import { topicOf } from './topics.ts';

/*
 * From a wish for a person to a chain of teams, and why. What is unfinished decides, by the order of the rules (or as the
 * strategy says), never by the order in which the visitor opened things. What decided is in the trail, in English, for
 * the private note; what was tried before it is for the log. Who is there is asked later, see `routing-targets.ts`.
 */

/** What is wanted where nothing was named: the handoff for all who ask there, if there is one. */
export function withDefault(wanted: Wanted | undefined, handoff: string | undefined): Wanted | undefined {
  const { team, skill, skills = [] } = wanted ?? {};
  const names = wanted?.handoff !== undefined || team !== undefined || skill !== undefined || skills.length > 0;
  return names || handoff === undefined ? wanted : { ...wanted, handoff, isDefault: true };
}

/** Where a visitor goes, or what they are asked first; and what the bot named that there is not. */
export type Decided = ({ ask: Topic[] } | { route: Route }) & { errors?: BotMistake[] };

/**
 * Decides where a visitor goes, or that they are asked first.
 * @param teams the desk's, for a team that the rule calls by number and the bot by name, or the other way round
 */
export function decide(routing: Routing, request: RoutingRequest, teams: readonly DeskTeam[] = []): Decided {
  const trail: string[] = [];
  const errors: BotMistake[] = [];
  const named = findHandoff(routing, request);
  if (named && 'code' in named) {
    const { code, name } = named;
    errors.push({ code, name });
    trail.push(
      `The bot named the handoff ${quote(name)}, ${code === 'unknown_handoff' ? 'which there is not' : 'which is not active'}: refused.`,
    );
  }
  const handoff = named && 'handoff' in named ? named : undefined;
  const decided = decideTeam(routing, request, teams, { trail, errors, handoff });
  if ('route' in decided && handoff) {
    decided.route.handoff = handoff.name;
    if (handoff.handoff.carries) decided.route.carries = handoff.handoff.carries;
  }
  return errors.length > 0 ? { ...decided, errors } : decided;
}

/** The handoff that is named; or why there is none. */
function findHandoff(
  { handoffs = {} }: Routing,
  { wanted, facts }: RoutingRequest,
): { name: string; handoff: NamedHandoff } | { name: string; code: BotMistake['code'] } | undefined {
  const name = wanted?.handoff;
  if (name === undefined) return undefined;
  const handoff = Object.hasOwn(handoffs, name) ? handoffs[name] : undefined;
  if (!handoff || (handoff.bots && !handoff.bots.includes(facts?.bot ?? '')))
    return { name: clean(name), code: 'unknown_handoff' };
  return handoff.state === 'active' ? { name, handoff } : { name, code: 'inactive_handoff' };
}

interface Before {
  trail: string[];
  errors: BotMistake[];
  handoff: { name: string; handoff: NamedHandoff } | undefined;
}

function decideTeam(
  routing: Routing,
  request: RoutingRequest,
  teams: readonly DeskTeam[],
  { trail, errors, handoff }: Before,
): { ask: Topic[] } | { route: Route } {
  const { open, tried } = rulesFor(routing, request.facts ?? {});
  const to = (first: readonly Target[], why: string) => {
    const chain = chainOf(routing, first, teams);
    const [target] = chain;
    return {
      route: {
        team: target?.team ?? null,
        label: target ? target.label : routing.default.label,
        trail: [...trail, why],
        ...(tried.length > 0 ? { tried } : {}),
        ...(needsLook(chain, teams) ? { chain } : {}),
        request,
      },
    };
  };
  const byDefault = (why: string) => to([], `${why}: ${nameDefault(routing)}.`);
  const byRule = (fits: readonly Fit[], why: string) => {
    // The rules that fit come one after the other, until one of them does not hand on.
    const end = fits.findIndex(({ rule }) => !rule.continue);
    return to(
      fits.slice(0, end < 0 ? fits.length : end + 1).flatMap(({ rule }) => targetsOf(rule)),
      why,
    );
  };

  if (handoff && handoff.handoff.team !== null)
    return to(targetsOf(handoff.handoff), `The handoff ${quote(handoff.name)} was asked for.`);
  const named = request.wanted?.team;
  if (named !== undefined) {
    const allowed = findTarget(routing, named, teams);
    if (allowed) return to(allowed, `The bot named the team ${quote(allowed[0]?.label ?? named)}.`);
    // A bot can be talked into naming any team, so only those that the operator wrote down are open to it.
    trail.push(`The bot named the team ${quote(named)}, which no rule and no default has: refused.`);
    errors.push({ code: 'unknown_team', name: clean(String(named)) });
  }

  const { skill, skills: listed = [] } = request.wanted ?? {};
  const several = listed.length > 0 ? listed : skill ? [skill] : undefined;
  const skills = several ?? skillsThatCount(routing, request.skills);
  const fits = fitting(routing, open, skills);
  const [first, ...others] = fits;
  if (skills.length > 0) {
    if (!first) return byDefault(`No rule has ${skills.map(clean).join(', ')}`);
    const also = others.map(({ rule, at }) => ` ${nameRule(rule, at)} fits, too, and stands lower.`).join('');
    return byRule(fits, `${because(first, several ? 'was named by the bot' : 'is unfinished')}${also}`);
  }

  if (request.topic === null)
    return first ? byRule(fits, because(first)) : byDefault('The visitor chose something else');
  if (request.topic !== undefined) {
    const chosen = open.find(({ rule }) => topicOf(rule).id === request.topic);
    if (chosen) return to(targetsOf(chosen.rule), `${nameRule(chosen.rule, chosen.at)}: the visitor chose it.`);
    return byDefault('What the visitor chose is no longer a rule');
  }
  const topics = choices(open, first);
  if (routing.ask && topics.length > 0) return { ask: topics.slice(0, mostChoices).map(topicOf) };
  return first ? byRule(fits, because(first)) : byDefault('No skill is unfinished');
}

/** Why a rule decides. */
function because({ rule, at, skill }: Fit, is = 'is unfinished'): string {
  const why = skill === null ? 'all that it asks for is so' : `the skill ${clean(skill)} ${is}`;
  return `${nameRule(rule, at)}: ${why}.`;
}

/** What the visitor may choose: the rules with skills, above the first that needs none, for that one takes the rest. */
function choices(open: readonly { rule: Rule; at: number }[], first: Fit | undefined): Rule[] {
  return open.flatMap(({ rule, at }) => (rule.skills.length > 0 && (!first || at < first.at) ? [rule] : []));
}

/** A team that some rule or the default has, with what comes after it there. */
function findTarget(routing: Routing, named: TeamName, teams: readonly DeskTeam[]): Target[] | undefined {
  const active = Object.values(routing.handoffs ?? {}).filter(({ state }) => state === 'active');
  for (const each of [...routing.rules.filter(({ enabled }) => enabled !== false), routing.default, ...active]) {
    const targets = targetsOf(each);
    const at = targets.findIndex(({ team }) => isSameTeam(team, named, teams));
    if (at >= 0) return targets.slice(at);
  }
  return undefined;
}

function nameDefault({ default: { team, label } }: Routing): string {
  return team === null ? 'nobody in particular' : `the default team (${label ?? team})`;
}

const quote = (name: TeamName): string => `“${clean(String(name))}”`;
