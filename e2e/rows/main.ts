import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Row } from './row.ts';
import { rows } from './rows.ts';
import { runProofs, type Result } from './run-proofs.ts';

/*
 * `npm run rows`: runs the tests that rows name, and prints row, test and result. `-- --only H-03,H-24` takes some rows.
 * It ends with 1 where a test fails, or a row is not built, or not all of it.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = values.only?.split(',').map((id) => id.trim().toUpperCase());
const unknown = wanted?.filter((id) => !rows.some((row) => row.id === id)) ?? [];
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}.`);
  process.exit(2);
}
const chosen = rows.filter(({ id }) => wanted === undefined || wanted.includes(id));
process.once('SIGINT', () => process.exit(130));

const resultOf = await runProofs(
  root,
  chosen.flatMap(({ proofs }) => proofs),
);
const verdicts = chosen.map((row) => {
  const verdict = verdictOf(row, row.proofs.map(resultOf));
  console.log(`${row.id.padEnd(6)} ${verdict.padEnd(9)}  ${row.asks}`);
  for (const proof of row.proofs) console.log(`${' '.repeat(18)}${resultOf(proof)}: ${proof.file}: ${proof.test}`);
  if (row.lacks !== undefined) console.log(`${' '.repeat(18)}not built: ${row.lacks}`);
  return verdict;
});
const count = (verdict: string) => verdicts.filter((one) => one === verdict).length;
console.log(
  `\nOf ${chosen.length} rows ${count('ok')} hold, ${count('FAILS')} fail, ${count('not built')} are not built.`,
);
process.exitCode = count('ok') === chosen.length ? 0 : 1;

function verdictOf({ lacks, proofs }: Row, results: readonly Result[]): 'ok' | 'FAILS' | 'not built' {
  if (results.some((result) => result !== 'passed')) return 'FAILS';
  return lacks === undefined && proofs.length > 0 ? 'ok' : 'not built';
}
