import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureConnects } from './connects.ts';
import { measureDoorbell } from './doorbell.ts';
import { measureIdle } from './idle.ts';
import { markdown } from './markdown.ts';
import { measureNotify } from './notify.ts';
import { table } from './numbers.ts';
import { measureOneRelay } from './one-relay.ts';
import { measureOutbox } from './outbox.ts';
import { measurePostgres } from './postgres.ts';
import { cores, pinSelf } from './programs.ts';
import { measureSlowDisk } from './slow-disk.ts';
import { measureStart } from './start-up.ts';
import { measureStorm } from './storm.ts';
import type { Findings, Subject } from './subject.ts';

/* What the relay costs beside what it stands on. See README.md for what each line means. */

const subjects: readonly (Subject & { isExtra?: true })[] = [
  { names: ['1', '2', '3', '12'], what: 'one relay: messages and the webhook', measure: measureOneRelay },
  { names: ['4', '15', 'nodes'], what: 'PostgreSQL, and two nodes on it', measure: measurePostgres },
  { names: ['5'], what: 'a slow disk', measure: measureSlowDisk },
  { names: ['6', '7', '8'], what: 'idle visitors', measure: measureIdle },
  { names: ['9'], what: 'connects', measure: measureConnects },
  { names: ['10'], what: 'a storm of returning visitors', measure: measureStorm },
  { names: ['11'], what: 'from the webhook to the widget', measure: measureDoorbell },
  { names: ['13', '14'], what: 'the desk’s outbox', measure: measureOutbox },
  { names: ['18'], what: 'the start', measure: measureStart },
  {
    names: ['markdown'],
    what: 'Markdown in the widget',
    measure: () => Promise.resolve({ sections: [], notes: [markdown()] }),
  },
  { names: ['notify'], what: 'news through one PostgreSQL', measure: measureNotify, isExtra: true },
];

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' }, only: { type: 'string' } },
});

function chosen(): readonly Subject[] {
  if (options.only === undefined) return subjects.filter(({ isExtra }) => !isExtra);
  const names = options.only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !subjects.some((subject) => subject.names.includes(name)));
  if (unknown !== undefined) {
    const list = subjects.map((subject) => `  ${subject.names.join(', ')}: ${subject.what}`).join('\n');
    console.error(`There is nothing named ${unknown} to measure. There are:\n${list}`);
    process.exit(1);
  }
  return subjects.filter((subject) => subject.names.some((name) => names.includes(name)));
}

const machine = () => {
  const pinned = cores
    ? `servers pinned to core ${cores.servers}, the load to core ${cores.load}`
    : 'nothing is pinned (there is no taskset, or one core only): expect more scatter';
  return `Machine: ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${process.platform}, Node ${process.versions.node}; ${pinned}.`;
};

async function main() {
  const measured = chosen();
  pinSelf();
  const begun = performance.now();
  const say = (what: string) =>
    console.error(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(5)} s  ${what}`);
  const all: Findings[] = [];
  for (const { what, measure } of measured) {
    say(what);
    try {
      all.push(await measure({ quick: options.quick, profile: options.profile, say }));
    } catch (error) {
      // The others are measured all the same.
      process.exitCode = 1;
      console.error(error);
      all.push({
        sections: [],
        notes: [`Not measured: ${what} (${error instanceof Error ? error.message : String(error)}).`],
      });
    }
  }
  const sections = all.flatMap((found) => found.sections);
  if (sections.length > 0) console.log(`${table(sections)}\n`);
  console.log([...all.flatMap(({ notes = [] }) => notes), machine()].join('\n'));
}

await main();
process.exit();
