/* A skill is named `Organization.Project.Skill`; the organization itself may hold dots, and missing parts are empty. */

/**
 * Whether a rule's pattern covers a skill, in any letter case:
 * `me.test` the name itself and all beneath it, but not `me.testing`; `me.test.*` one part more, `me.test.**` any
 * number of them; `*.Refund` by the last part, for bots that send short names; `*` everything.
 */
export function coversSkill(pattern: string, name: string): boolean {
  const wanted = pattern.trim().toLowerCase();
  const given = name.trim().toLowerCase();
  if (!wanted || !given) return false;
  if (wanted === '*' || wanted === '**') return true;
  if (!wanted.includes('*')) return given === wanted || given.startsWith(`${wanted}.`);
  if (wanted.startsWith('*.') && !wanted.slice(2).includes('*')) {
    return given === wanted.slice(2) || given.endsWith(wanted.slice(1));
  }
  return coversParts(wanted.split('.'), given.split('.'));
}

function coversParts(pattern: string[], name: string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return name.length === 0;
  if (first === '**')
    return rest.length === 0 ? name.length > 0 : name.some((_, at) => coversParts(rest, name.slice(at + 1)));
  return name.length > 0 && (first === '*' || first === name[0]) && coversParts(rest, name.slice(1));
}

/** Whether the first pattern certainly covers all that the second one could: then the second never decides. */
export function shadows(above: string, below: string): boolean {
  const upper = above.trim().toLowerCase();
  const lower = below.trim().toLowerCase();
  if (upper === lower || upper === '*' || upper === '**') return true;
  return !upper.includes('*') && coversSkill(upper, lower.replace(/\*+/g, '?'));
}
