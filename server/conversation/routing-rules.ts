import type { TeamName } from '../desks/team-name.ts';
import { coversSkill } from '../skill-name.ts';
import type { Carried, Facts, SkipReason } from '../stores/conversation-state.ts';
import type { InLanguages } from '../words.ts';

/* The rules of routing, and which of them fit a wish. */

/** The teams of a rule, a handoff or the default, in order. `team` is the first. */
interface Chain {
  skipIf?: SkipReason[];
  then?: { team: TeamName; skipIf?: SkipReason[] }[];
}

/** All of these have to hold. What is not there always does. */
export interface Conditions {
  /** `de` is `de-AT`, too. */
  language?: string[];
  /** Addresses or, from a slash on, paths; a `*` stands for anything. */
  page?: string[];
  /** Within the hours of the site, or outside of them. */
  hours?: 'open' | 'closed';
  /** What the bot said of the visitor, by name: one of these values. */
  attributes?: Record<string, string[]>;
}

/** Some skills, some visitors, or both, belong to one team. `skills` are names and patterns, see `coversSkill`. */
export interface Rule extends Chain {
  team: TeamName;
  /** For people, in the site's first language: what the log and the desk hold. */
  label: string;
  /** The same in the languages that visitors read; without them it is one for all. */
  labels?: InLanguages<string>;
  /** None: the conditions alone decide. */
  skills: string[];
  when?: Conditions;
  /** The bots it is for; without them it is for all. */
  bots?: string[];
  /** False: it is as if it were not there. */
  enabled?: boolean;
  /** The rules below that fit, too, come after its own teams. */
  continue?: boolean;
}

/** Where everything else goes; without a team the desk decides. */
export interface Otherwise extends Chain {
  team: TeamName | null;
  label: string | null;
  labels?: InLanguages<string>;
}

/** A way to people that has a name: for a bot to ask for, or for all of a site. */
export interface NamedHandoff extends Chain {
  /** Only an active one is used. */
  state: 'draft' | 'active' | 'inactive';
  /** Null: the rules decide. */
  team: TeamName | null;
  label: string | null;
  labels?: InLanguages<string>;
  /** What the visitor is told. */
  words?: InLanguages<string>;
  /** What people are told; without it, all. */
  carries?: Carried[];
  /** The bots it is for; without them it is for all. */
  bots?: string[];
}

/** Which rule leads where several fit. */
export type Strategy = 'rule_order' | 'most_specific' | 'innermost';

export interface Routing {
  rules: Rule[];
  default: Otherwise;
  /** Whether the visitor is asked what it is about when nothing is unfinished. */
  ask: boolean;
  strategy?: Strategy;
  /** Skills that never count, such as those of a bot's own engine. */
  ignore?: string[];
  /** How long the person who helped last comes first, milliseconds; without it nobody does. */
  lastPerson?: number;
  handoffs?: Readonly<Record<string, NamedHandoff>>;
}

/** A rule that fits, and the skill for which it does; without skills of its own, none. */
export interface Fit {
  rule: Rule;
  at: number;
  skill: string | null;
  /** How many parts the name has that covers the skill. */
  parts: number;
}

/** The rules, with their places, that are for such a visitor; of each of the others, why it is not. */
export function rulesFor({ rules }: Routing, facts: Facts): { open: { rule: Rule; at: number }[]; tried: string[] } {
  const tried: string[] = [];
  const open = rules.flatMap((rule, at) => {
    const why = unfit(rule, facts);
    if (why === undefined) return [{ rule, at }];
    tried.push(`${nameRule(rule, at)}: ${why}.`);
    return [];
  });
  return { open, tried };
}

/** What keeps a rule from fitting, whatever the skill; undefined where nothing does. */
function unfit({ enabled, bots, when = {} }: Rule, facts: Facts): string | undefined {
  if (enabled === false) return 'it is switched off';
  if (bots && !bots.includes(facts.bot ?? '')) return 'it is for another bot';
  if (when.language && !when.language.some((each) => isLanguage(each, facts.language ?? '')))
    return `the language is ${clean(facts.language || 'not known')}`;
  if (when.page && !when.page.some((each) => isPage(each, facts.page ?? ''))) return 'the page is another one';
  const { isOpen = true } = facts;
  if (when.hours && (when.hours === 'open') !== isOpen) return `the site is ${isOpen ? 'open' : 'closed'}`;
  const other = Object.entries(when.attributes ?? {}).find(([name, values]) => {
    const value = facts.attributes?.[name];
    return value === undefined || !values.some((each) => each.toLowerCase() === value.trim().toLowerCase());
  });
  return other && `${other[0]} is ${facts.attributes?.[other[0]] === undefined ? 'not known' : 'something else'}`;
}

const isLanguage = (wanted: string, language: string): boolean =>
  `${language.toLowerCase()}-`.startsWith(`${wanted.toLowerCase()}-`);

/** What a page's address is compared with: all of it, or from the path on, without what is behind a `?` or `#`. */
function isPage(pattern: string, page: string): boolean {
  const path = URL.canParse(page) ? new URL(page).pathname : page;
  const bare = page.replace(/[?#].*$/s, '');
  return matchesStars(pattern, pattern.startsWith('/') ? path : bare);
}

/** Whether the text is the pattern, in which a `*` stands for anything. It never goes back further than one star. */
function matchesStars(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** The skills that count, as the strategy has it. */
export function skillsThatCount({ ignore = [], strategy }: Routing, skills: readonly string[]): string[] {
  const counted = skills.filter((skill) => !ignore.some((pattern) => coversSkill(pattern, skill)));
  // The newest is the last one.
  return strategy === 'innermost' ? counted.slice(-1) : counted;
}

/** The rules that fit, the one that decides first. */
export function fitting(
  routing: Routing,
  open: readonly { rule: Rule; at: number }[],
  skills: readonly string[],
): Fit[] {
  const fits = open.flatMap(({ rule, at }): Fit[] => {
    if (rule.skills.length === 0) return [{ rule, at, skill: null, parts: 0 }];
    const found = skills.flatMap((skill) =>
      rule.skills.flatMap((pattern) => (coversSkill(pattern, skill) ? [{ skill, parts: partsIn(pattern) }] : [])),
    );
    const best = found.reduce((most, each) => (most && most.parts >= each.parts ? most : each), found[0]);
    return best ? [{ rule, at, ...best }] : [];
  });
  return routing.strategy === 'most_specific' ? fits.sort((one, other) => other.parts - one.parts) : fits;
}

const partsIn = (pattern: string): number => pattern.split('.').filter((part) => !part.includes('*')).length;

export const nameRule = ({ label }: Pick<Rule, 'label'>, at: number): string => `Rule ${at + 1} (${label})`;

/** Names that a bot made up stay on one line, and short. */
export const clean = (name: string): string => name.replace(/\s+/g, ' ').trim().slice(0, 200);
