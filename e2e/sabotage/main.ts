import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openCopy } from './run.ts';
import { sabotages } from './sabotages.ts';

/*
 * `npm run sabotage`: every entry of the table, or those whose words hold what is given as an argument. First the tests
 * run as they are: one that fails anyway notices nothing.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const wanted = process.argv.slice(2).map((word) => word.toLowerCase());
const chosen = sabotages.filter(({ breaks, noticedBy }) =>
  wanted.every((word) => `${breaks} ${noticedBy.project}`.toLowerCase().includes(word)),
);
if (chosen.length === 0) throw new Error(`no sabotage has ${wanted.join(' and ')} in its name`);
// Also what is not committed yet, but nothing that Git ignores.
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .split('\0')
  .filter((file) => file !== '');

process.once('SIGINT', () => process.exit(130));
process.exitCode = (await all()) ? 0 : 1;

async function all(): Promise<boolean> {
  await using copy = await openCopy(root, files);
  console.log('The tests as they are …');
  for (const project of ['unit', 'widget', 'system'] as const) {
    const tests = chosen.map(({ noticedBy }) => noticedBy).filter((one) => one.project === project);
    const { passed, failed, output } = await copy.run(tests);
    const missing = tests.filter(
      ({ file, test }) => !passed.some((name) => name.startsWith(`${file}: `) && name.includes(test)),
    );
    for (const name of failed) console.log(`fails anyway  ${name}`);
    for (const { file, test } of missing) console.log(`did not pass  ${file}: ${test}`);
    if (failed.length > 0 || missing.length > 0) {
      if (passed.length === 0) console.log(output);
      return false;
    }
  }
  let missed = 0;
  for (const sabotage of chosen) {
    const verdict = await copy.sabotage(sabotage);
    if (verdict.caught) console.log(`caught      ${sabotage.breaks}  ←  ${verdict.test}`);
    else {
      missed += 1;
      const { file, test } = sabotage.noticedBy;
      console.log(`NOT CAUGHT  ${sabotage.breaks}  (${verdict.why})  ←  ${file}: ${test}`);
    }
  }
  console.log(`\n${chosen.length - missed} of ${chosen.length} caught.`);
  return missed === 0;
}
