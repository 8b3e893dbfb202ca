/*
 * Compares what was said with what is there in the end, for one visitor: what was acknowledged is there once, in the
 * order it was sent in; what was not may be there or not, but not twice; what an agent said is seen once.
 */

export interface Evidence {
  /** The visitor's words in the order they were sent in; each is unlike all others. */
  sent: readonly { text: string; acknowledged: boolean }[];
  /** The agent's words in the order they were said in; `certain`: the desk has answered that it has them. */
  spoken: readonly { text: string; certain: boolean }[];
  /** All that the visitor sees, in its order. */
  view: readonly string[];
  /** All that stands at the desk, in its order, threads after one another. */
  desk: readonly string[];
}

export interface Violation {
  kind: 'lost' | 'doubled' | 'reordered';
  where: 'visitor' | 'desk';
  text: string;
}

export function judge({ sent, spoken, view, desk }: Evidence): Violation[] {
  const own = sent.map(({ text, acknowledged }) => ({ text, must: acknowledged }));
  const theirs = spoken.map(({ text, certain }) => ({ text, must: certain }));
  return [
    ...compare(own, view, 'visitor'),
    ...compare(theirs, view, 'visitor'),
    ...compare(own, desk, 'desk'),
    ...compare(theirs, desk, 'desk'),
  ];
}

/** @param expected in their order, each unlike all others; what is in `there` beside them does not matter */
export function compare<Where extends string>(
  expected: readonly { text: string; must: boolean }[],
  there: readonly string[],
  where: Where,
): { kind: Violation['kind']; where: Where; text: string }[] {
  const place = new Map(expected.map(({ text }, index) => [text, index]));
  const counts = new Map<string, number>();
  const violations: { kind: Violation['kind']; where: Where; text: string }[] = [];
  let furthest = -1;
  for (const text of there) {
    const index = place.get(text);
    if (index === undefined) continue;
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    if (count === 2) violations.push({ kind: 'doubled', where, text });
    // Only the first of two tells of an order.
    if (count > 1) continue;
    if (index < furthest) violations.push({ kind: 'reordered', where, text });
    furthest = Math.max(furthest, index);
  }
  for (const { text, must } of expected) if (must && !counts.has(text)) violations.push({ kind: 'lost', where, text });
  return violations;
}

/** In a few words: `2 lost (desk: w7, w8)`. */
export function describeViolations(violations: readonly Violation[]): string {
  if (violations.length === 0) return '0 lost, 0 doubled, 0 reordered';
  return (['lost', 'doubled', 'reordered'] as const)
    .map((kind) => {
      const of = violations.filter((each) => each.kind === kind);
      const some = of.slice(0, 3).map(({ where, text }) => `${where}: ${text.slice(0, 24)}`);
      return of.length === 0 ? `0 ${kind}` : `${of.length} ${kind} (${some.join(', ')}${of.length > 3 ? ' …' : ''})`;
    })
    .join(', ');
}
