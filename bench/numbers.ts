/** Pure: what is made of the figures of many rounds. */

export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? NaN)) / 2;
}

/** Median, least and most of one figure over the rounds. */
interface Spread {
  median: number;
  least: number;
  most: number;
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** Which rounds were disturbed: the bare variant took more than one and a half times its median. */
export function disturbed(bare: readonly number[]): number[] {
  const usual = median(bare);
  return bare.flatMap((value, round) => (value > 1.5 * usual ? [round] : []));
}

/** A ratio that should stay below (`most`) or above (`least`) something. `fail` is where it is no longer tolerable. */
type Goal = { most: number; fail: number } | { least: number; fail: number };

function judge(ratio: number, goal: Goal | undefined): 'ok' | 'missed' | 'failed' | '' {
  if (!goal) return '';
  if ('most' in goal) return ratio <= goal.most ? 'ok' : ratio <= goal.fail ? 'missed' : 'failed';
  return ratio >= goal.least ? 'ok' : ratio >= goal.fail ? 'missed' : 'failed';
}

/** Three digits that matter. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 10_000) return `${(value / 1_000).toFixed(1)}k`;
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export interface Line {
  what: string;
  unit: string;
  measured: readonly number[];
  floor?: readonly number[];
  /** `measured` over `floor`, in each round. */
  ratio?: readonly number[];
  goal?: Goal;
}

/** Lines under a title. */
export type Section = readonly [title: string, lines: readonly Line[]];

/** One line of rounds: `measured` beside `floor` in each of them. */
export function compare<Round>(
  rounds: readonly Round[],
  what: string,
  unit: string,
  measured: (round: Round) => number,
  floor: (round: Round) => number,
  goal?: Line['goal'],
): Line {
  return {
    what,
    unit,
    measured: rounds.map(measured),
    floor: rounds.map(floor),
    ratio: rounds.map((round) => measured(round) / floor(round)),
    ...(goal ? { goal } : {}),
  };
}

const header = ['', 'measured (min..max)', 'floor (min..max)', 'ratio (min..max)', 'should be', ''];

export function table(sections: readonly Section[]): string {
  const around = (values: readonly number[] | undefined, unit = '') => {
    if (!values?.length) return '';
    const { median, least, most } = spread(values);
    return `${short(median)}${unit && ` ${unit}`} (${short(least)}..${short(most)})`;
  };
  const rows = sections.flatMap(([title, lines]) => [
    [title],
    ...lines.map(({ what, unit, measured, floor, ratio, goal }) => [
      `  ${what}`,
      around(measured, unit),
      around(floor, unit),
      around(ratio),
      goal ? ('most' in goal ? `≤ ${goal.most}` : `≥ ${goal.least}`) : '',
      ratio ? judge(median(ratio), goal) : '',
    ]),
  ]);
  const all = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...all.map((row) => (row.length === 1 ? 0 : (row[column] ?? '').length))),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(row.length === 1 ? 0 : (widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
