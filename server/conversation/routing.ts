import type { Topic } from '../../shared/handoff.ts';
import { mostChoices } from '../../shared/limits.ts';
import { isSameTeam, teamOf, type DeskTeam, type TeamName } from '../desks/team-name.ts';
import { fold, inLanguage, type InLanguages } from '../words.ts';
import { coversSkill } from '../skill-name.ts';
import type { Route } from '../stores/conversation-state.ts';

/*
 * From a wish for a person to a team, and why. What is unfinished decides, by the order of the rules, never by the
 * order in which the visitor opened things. Everything that was considered is in the trail, in English, for the
 * private note.
 */

/** Some skills belong to one team. `skills` are names and patterns, see `coversSkill`. */
interface Rule {
  team: TeamName;
  /** For people, in the site's first language: what the log and the desk hold. */
  label: string;
  /** The same in the languages that visitors read; without them it is one for all. */
  labels?: InLanguages<string>;
  skills: string[];
}

export interface Routing {
  rules: Rule[];
  /** Where everything else goes; without a team the desk decides. */
  default: { team: TeamName | null; label: string | null; labels?: InLanguages<string> };
  /** Whether the visitor is asked what it is about when nothing is unfinished. */
  ask: boolean;
}

export interface RoutingRequest {
  /** The names of the unfinished skills. */
  skills: string[];
  /** What the bot named. A skill stands for the unfinished ones; a team counts only if a rule or the default has it. */
  wanted?: { team?: TeamName | undefined; skill?: string | undefined } | undefined;
  /** The answer to "What is it about?": a topic's id, null for "Something else", undefined if it was not asked. */
  topic?: string | null | undefined;
}

/**
 * Decides where a visitor goes, or that they are asked first.
 * @param teams the desk's, for a team that the rule calls by number and the bot by name, or the other way round
 */
export function decide(
  routing: Routing,
  request: RoutingRequest,
  teams: readonly DeskTeam[] = [],
): { ask: Topic[] } | { route: Route } {
  const trail: string[] = [];
  const to = (team: TeamName | null, label: string | null, why: string) => ({
    route: { team, label, trail: [...trail, why] },
  });
  const byDefault = (why: string) =>
    to(routing.default.team, routing.default.label, `${why}: ${nameDefault(routing)}.`);

  const named = request.wanted?.team;
  if (named !== undefined) {
    const allowed = [...routing.rules, routing.default].find(
      ({ team }) => team !== null && isSameTeam(team, named, teams),
    );
    if (allowed) return to(allowed.team, allowed.label, `The bot named the team ${quote(allowed.label ?? named)}.`);
    // A bot can be talked into naming any team, so only those that the operator wrote down are open to it.
    trail.push(`The bot named the team ${quote(named)}, which no rule and no default has: refused.`);
  }

  const skills = request.wanted?.skill ? [request.wanted.skill] : request.skills;
  if (skills.length > 0) {
    const is = request.wanted?.skill ? 'was named by the bot' : 'is unfinished';
    const fits = routing.rules.flatMap((rule, at) => {
      const skill = skills.find((each) => rule.skills.some((pattern) => coversSkill(pattern, each)));
      return skill === undefined ? [] : [{ rule, at, skill }];
    });
    const [first, ...others] = fits;
    if (!first) return byDefault(`No rule has ${skills.map(clean).join(', ')}`);
    const also = others.map(({ rule, at }) => ` Rule ${at + 1} (${rule.label}) fits, too, and stands lower.`).join('');
    return to(
      first.rule.team,
      first.rule.label,
      `Rule ${first.at + 1} (${first.rule.label}): the skill ${clean(first.skill)} ${is}.${also}`,
    );
  }

  if (request.topic === null) return byDefault('The visitor chose something else');
  if (request.topic !== undefined) {
    const at = routing.rules.findIndex((rule) => topicOf(rule).id === request.topic);
    const rule = routing.rules[at];
    if (rule) return to(rule.team, rule.label, `Rule ${at + 1} (${rule.label}): the visitor chose it.`);
    return byDefault('What the visitor chose is no longer a rule');
  }
  if (routing.ask && routing.rules.length > 0) return { ask: routing.rules.slice(0, mostChoices).map(topicOf) };
  return byDefault('No skill is unfinished');
}

/** The topic that somebody wrote instead of choosing it, in any language; undefined where none or several are meant. */
export function matchTopic(routing: Routing, text: string, topics: readonly Topic[]): Topic | undefined {
  const said = fold(text);
  if (!said) return undefined;
  const only = (fits: (label: string) => boolean) => {
    const found = topics.filter(({ label }) =>
      [label, ...inAllLanguages(routing, label)].some((one) => fits(fold(one))),
    );
    return found.length === 1 ? found[0] : undefined;
  };
  return (
    only((label) => label === said) ??
    only((label) => label !== '' && ` ${said} `.includes(` ${label} `)) ??
    (said.length > 3 ? only((label) => ` ${label} `.includes(` ${said} `)) : undefined)
  );
}

/**
 * What people call a team of the desk; null where no rule and no default speaks of it. Where several do, the label that
 * the visitor reads already stays; else it is the default's, which says the least of what it is about.
 */
export function labelOf(routing: Routing, team: DeskTeam, current: string | null = null): string | null {
  const labels = [routing.default, ...routing.rules].flatMap((each) =>
    each.label !== null && each.team !== null && teamOf([team], each.team, ({ key }) => Number(key))
      ? [each.label]
      : [],
  );
  return current !== null && labels.includes(current) ? current : (labels[0] ?? null);
}

const labelled = ({ rules, default: otherwise }: Routing, label: string) =>
  [...rules, otherwise].find((each) => each.label === label);

const inAllLanguages = (routing: Routing, label: string): string[] =>
  Object.values(labelled(routing, label)?.labels ?? {});

/** A label for a visitor's eyes. One that the routing does not have (any more) stays as it is. @param language BCP 47 */
export function labelIn(routing: Routing, label: string, language: string): string {
  return inLanguage(labelled(routing, label)?.labels ?? {}, language) ?? label;
}

/** The label makes the id: it stays the same when rules are moved, and no two rules share one. */
function topicOf({ label }: Rule): Topic {
  return { id: fold(label).replaceAll(' ', '-').slice(0, 100) || label.slice(0, 100), label };
}

function nameDefault({ default: { team, label } }: Routing): string {
  return team === null ? 'nobody in particular' : `the default team (${label ?? team})`;
}

/** Names that a bot made up stay on one line, and short. */
const clean = (name: string): string => name.replace(/\s+/g, ' ').trim().slice(0, 200);
const quote = (name: TeamName): string => `“${clean(String(name))}”`;
