import type { z } from 'zod';
import { shadows } from '../skill-name.ts';
import { isMap } from './environment.ts';
import { nearest } from './nearest.ts';
import type { Settings as Schema } from './schema.ts';
import type { Problem } from './yaml-file.ts';

/* What is wrong with the routing as a whole: names that nothing has, rules that never fit, chains that end nowhere. */

type Settings = z.output<typeof Schema>;
type Rule = Settings['routing']['rules'][number];

/** What keeps it from being used. It looks at the values as they are written. */
export function routingProblems(value: Record<string, unknown>): Problem[] {
  const routing = isMap(value['routing']) ? value['routing'] : {};
  const rules = listOf(routing['rules']);
  const problems: Problem[] = [];
  rules.forEach((rule, at) => {
    const path = ['routing', 'rules', at];
    problems.push(...unknownNames(rule['bots'], value['bots'], [...path, 'bots'], 'bots'));
    if (isNothing(rule['skills']) && isNothing(rule['when']) && isNothing(rule['bots']) && rule['team'] !== undefined) {
      const sentence = 'is missing: write skills, or conditions under when; what fits everybody is the default';
      problems.push({ path: [...path, 'skills'], sentence });
    }
  });
  problems.push(...handoffProblems(value));
  const last = listOf(isMap(routing['default']) ? routing['default']['then'] : undefined).length - 1;
  const end = isMap(routing['default']) ? routing['default'] : {};
  const ending = last < 0 ? end : (listOf(end['then'])[last] ?? {});
  if (!isNothing(ending['skip_if'])) {
    problems.push({
      path: ['routing', 'default', ...(last < 0 ? [] : ['then', last]), 'skip_if'],
      sentence: 'ends nowhere: no team comes after this one, so leave it out, or write another team under then',
    });
  }
  return problems;
}

/** Handoffs that are named and not there, bots that they name, labels that they share. */
function handoffProblems(value: Record<string, unknown>): Problem[] {
  const handoffs = isMap(value['handoffs']) ? value['handoffs'] : {};
  const problems = Object.entries(handoffs).flatMap(([name, handoff]): Problem[] => {
    const path = ['handoffs', name];
    const own = isMap(handoff) ? handoff : {};
    const isOff: Problem[] =
      name === 'off' ? [{ path, sentence: 'is a word that means no handoff: give it another name' }] : [];
    const alone: Problem[] =
      own['team'] === undefined && !isNothing(own['then'])
        ? [{ path: [...path, 'then'], sentence: 'comes after no team: write the first one as team' }]
        : [];
    return [...isOff, ...alone, ...unknownNames(own['bots'], value['bots'], [...path, 'bots'], 'bots')];
  });
  const named = (['sites', 'bots'] as const).flatMap((kind) =>
    Object.entries(isMap(value[kind]) ? value[kind] : {}).flatMap(([name, each]) => {
      const handoff = isMap(each) ? each['handoff'] : undefined;
      return handoff === 'off' ? [] : unknownNames(handoff, handoffs, [kind, name, 'handoff'], 'handoffs');
    }),
  );
  return [...problems, ...named];
}

/** Names that are not under a setting, each with the one that was probably meant. */
export function unknownNames(written: unknown, there: unknown, path: PropertyKey[], under: string): Problem[] {
  const known = Object.keys(isMap(there) ? there : {});
  const names = Array.isArray(written) ? written : [written];
  return names.flatMap((name: unknown, at): Problem[] => {
    if (typeof name !== 'string' || name === '' || known.includes(name)) return [];
    const meant = nearest(name, known) ?? (known.length > 0 ? known.join(', ') : '');
    const sentence = `names ${name}, which is not under ${under}${meant ? `: did you mean ${meant}?` : ''}`;
    return [{ path: Array.isArray(written) ? [...path, at] : path, sentence }];
  });
}

/** What is allowed and never happens. */
export function routingWarnings({
  routing,
  sites,
  handoffs,
  bots,
}: Pick<Settings, 'routing' | 'sites' | 'handoffs' | 'bots'>): Problem[] {
  return [...rulesInVain({ routing, sites }), ...handoffsInVain({ sites, handoffs, bots })];
}

/** Handoffs for all who ask, which are not used. */
function handoffsInVain({ sites, handoffs, bots }: Pick<Settings, 'sites' | 'handoffs' | 'bots'>): Problem[] {
  const own = [
    ...Object.entries(sites).map(([name, { handoff, bot }]) => ({ path: ['sites', name], handoff, used: [bot] })),
    ...Object.entries(bots).map(([name, { handoff }]) => ({ path: ['bots', name], handoff, used: [name] })),
  ];
  return own.flatMap(({ path, handoff: name, used }): Problem[] => {
    const handoff = name === undefined ? undefined : handoffs[name];
    if (!handoff) return [];
    const isTheirs = !handoff.bots || used.some((bot) => handoff.bots?.includes(bot));
    const why = handoff.state !== 'active' ? `is ${handoff.state}` : isTheirs ? '' : 'is for other bots';
    return why === '' ? [] : [{ path: [...path, 'handoff'], sentence: `(${name}) ${why}: the rules decide instead` }];
  });
}

function rulesInVain({ routing, sites }: Pick<Settings, 'routing' | 'sites'>): Problem[] {
  const { rules } = routing;
  return rules.flatMap((rule, at): Problem[] => {
    const path = ['routing', 'rules', at];
    const never = (why: string): Problem[] => [{ path, sentence: `(${rule.label}) can never fit: ${why}` }];
    if (rule.enabled === false) return [];
    const served = Object.values(sites).filter(({ bot }) => !rule.bots || rule.bots.includes(bot));
    if (served.length === 0) return never(`no site has ${rule.bots?.join(' or ')} as its bot`);
    const pages = rule.when?.page ?? [];
    const reached = pages.filter((page) => isOnASite(page, served));
    if (pages.length > 0 && reached.length === 0) return never(`no site of these is at ${pages.join(' or ')}`);
    if (rule.when?.hours === 'closed' && served.every(({ hours }) => hours === undefined))
      return never('no site of these has hours, so none is ever closed');
    const ignored = rule.skills.filter((skill) => routing.ignore.some((pattern) => shadows(pattern, skill)));
    const inVain = rule.skills.flatMap((skill, which) => {
      const above = rules.findIndex((other, its) => its < at && takesAll(other, rule, skill, routing.strategy));
      return above < 0 ? [] : [{ skill, which, above }];
    });
    const [first] = inVain;
    if (rule.skills.length > 0 && ignored.length === rule.skills.length)
      return never('all its skills are under routing.ignore');
    const all = rules.findIndex((other, its) => its < at && other.skills.length === 0 && isWider(other, rule));
    if (all >= 0) return never(`rule ${all + 1} (${rules[all]?.label}) above it takes every skill`);
    if (first && inVain.length === rule.skills.length && rule.skills.length > 1)
      return never(
        `rules above it, such as rule ${first.above + 1} (${rules[first.above]?.label}), have all its skills`,
      );
    return inVain.map(({ skill, which, above }) => ({
      path: [...path, 'skills', which],
      sentence: `(${skill}) never decides, for rule ${above + 1} (${rules[above]?.label}) has it already`,
    }));
  });
}

/** Whether a rule decides before another one whenever that skill is there. */
function takesAll(above: Rule, below: Rule, skill: string, strategy: Settings['routing']['strategy']): boolean {
  if (!isWider(above, below)) return false;
  if (strategy === 'most_specific') return above.skills.some((each) => each.toLowerCase() === skill.toLowerCase());
  return above.skills.some((pattern) => shadows(pattern, skill));
}

/** Whether a rule is for all the visitors that another one is for, and hands none of them on. */
function isWider({ when, bots, ...above }: Rule, below: Rule): boolean {
  if (above.enabled === false || above.continue) return false;
  if (when && JSON.stringify(when) !== JSON.stringify(below.when)) return false;
  return !bots || (below.bots?.every((bot) => bots.includes(bot)) ?? false);
}

/** Whether a page with such an address may be on one of these sites, as far as the pattern tells. */
function isOnASite(page: string, sites: readonly Settings['sites'][string][]): boolean {
  const origin = /^https?:\/\/[^/*]+(?=\/)/.exec(page)?.[0];
  return origin === undefined || sites.some(({ allowsOrigin }) => allowsOrigin(origin));
}

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map((each: unknown) => (isMap(each) ? each : {})) : [];

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0);
