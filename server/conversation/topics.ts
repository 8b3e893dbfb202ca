import type { Topic } from '../../shared/handoff.ts';
import { teamOf, type DeskTeam } from '../desks/team-name.ts';
import { fold, inLanguage } from '../words.ts';
import type { Routing, Rule } from './routing-rules.ts';
import { targetsOf } from './routing-targets.ts';

/* What teams and topics are called, for people and in their languages. */

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
  const labels = speaking(routing).flatMap((each) =>
    each.label !== null && targetsOf(each).some((target) => teamOf([team], target.team, ({ key }) => Number(key)))
      ? [each.label]
      : [],
  );
  return current !== null && labels.includes(current) ? current : (labels[0] ?? null);
}

/** All that gives teams a label. */
const speaking = ({ default: otherwise, rules, handoffs = {} }: Routing) => [
  otherwise,
  ...rules,
  ...Object.values(handoffs),
];

const labelled = (routing: Routing, label: string) => speaking(routing).find((each) => each.label === label);

const inAllLanguages = (routing: Routing, label: string): string[] =>
  Object.values(labelled(routing, label)?.labels ?? {});

/** A label for a visitor's eyes. One that the routing does not have (any more) stays as it is. @param language BCP 47 */
export function labelIn(routing: Routing, label: string, language: string): string {
  return inLanguage(labelled(routing, label)?.labels ?? {}, language) ?? label;
}

/** The label makes the id: it stays the same when rules are moved, and no two rules share one. */
export function topicOf({ label }: Pick<Rule, 'label'>): Topic {
  return { id: fold(label).replaceAll(' ', '-').slice(0, 100) || label.slice(0, 100), label };
}
