import { parseArgs } from 'node:util';

/* A program that tries one row after the other, and prints a table: row, what was tried, verdict, figure. */

type Verdict = 'pass' | 'FAIL' | 'not built yet' | 'skipped' | 'elsewhere';

export interface Outcome {
  verdict: Verdict;
  /** What was measured, or why nothing was. */
  figure: string;
}

export interface Row<World> {
  /** As the list of rows has it: `A66`, `F1`. */
  id: string;
  /** What is tried, in a few words. */
  tried: string;
  try(world: World): Promise<Outcome> | Outcome;
}

export const judged = (good: boolean, figure: string): Outcome => ({ verdict: good ? 'pass' : 'FAIL', figure });

/** A row that needs what the project does not have yet. */
export const notBuilt = <World>(id: string, tried: string, missing: string): Row<World> => ({
  id,
  tried,
  try: () => ({ verdict: 'not built yet', figure: missing }),
});

/** A row that is shown by another command, or that one machine cannot show. */
export const elsewhere = <World>(id: string, tried: string, where: string): Row<World> => ({
  id,
  tried,
  try: () => ({ verdict: 'elsewhere', figure: where }),
});

/** Several checks in one row: the figure names those that failed, or counts them. */
export function checks(list: readonly (readonly [name: string, good: boolean])[]): Outcome {
  const bad = list.filter(([, good]) => !good).map(([name]) => name);
  return bad.length > 0 ? judged(false, bad.join('; ')) : judged(true, `${list.length} checks`);
}

interface Options {
  only: ReadonlySet<string>;
  /** How long a flood lasts. */
  seconds: number;
}

export function readOptions(): Options {
  const { values } = parseArgs({ options: { only: { type: 'string' }, seconds: { type: 'string' } } });
  const seconds = Number(values.seconds ?? 5);
  if (!(seconds > 0)) throw new Error('--seconds takes a number, such as --seconds 60');
  const only = (values.only ?? '').split(',').map((each) => each.trim().toUpperCase());
  return { only: new Set(only.filter(Boolean)), seconds };
}

const colour = (text: string, code: number) => (process.stdout.isTTY ? `\x1b[${code}m${text}\x1b[0m` : text);
const colours: Record<Verdict, number> = { pass: 32, FAIL: 31, 'not built yet': 90, skipped: 33, elsewhere: 90 };

/** Cuts at the width, or fills up to it. */
const fit = (text: string, width: number) =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

/**
 * Tries them in their order and prints each as it ends. A row that throws has failed.
 * @param longestMs a row that takes longer has failed; it goes on behind the others
 * @returns the exit code
 */
export async function runRows<World>(
  rows: readonly Row<World>[],
  world: World,
  { only }: Pick<Options, 'only'>,
  longestMs: number,
): Promise<number> {
  const unknown = [...only].filter((id) => !rows.some((row) => row.id.toUpperCase() === id));
  if (unknown.length > 0) throw new Error(`there is no row ${unknown.join(', ')}`);
  const wanted = rows.filter(({ id }) => only.size === 0 || only.has(id.toUpperCase()));
  const counts = new Map<Verdict, number>();
  const begun = performance.now();
  for (const row of wanted) {
    const from = performance.now();
    const { verdict, figure } = await limited(row, world, longestMs);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    const took = (performance.now() - from) / 1_000;
    console.log(
      `${row.id.padEnd(7)}${fit(row.tried, 90)}  ${colour(verdict.padEnd(13), colours[verdict])}  ${figure}${took >= 1 ? `  (${took.toFixed(1)} s)` : ''}`,
    );
  }
  const total = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  console.log(`\n${wanted.length} rows: ${total}; ${Math.round((performance.now() - begun) / 1_000)} s`);
  return counts.has('FAIL') ? 1 : 0;
}

async function limited<World>(row: Row<World>, world: World, longestMs: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ verdict: 'FAIL', figure: `not done after ${longestMs / 1_000} s` }), longestMs);
  });
  try {
    return await Promise.race([(async () => row.try(world))(), late]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { verdict: 'FAIL', figure: (why.split('\n')[0] ?? '').slice(0, 200) };
  } finally {
    clearTimeout(timer);
  }
}
