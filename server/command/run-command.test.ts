import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqlite } from '../stores/sqlite/sqlite-store.ts';
import { runCommand } from './run-command.ts';

/** A folder with a configuration that lacks all the secrets, and a database. */
async function openPlace({ yaml = 'data: kept\nsites: { demo: {} }\ndesk: { token: "${NOT_SET}" }\n' } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-command-'));
  writeFileSync(join(folder, 'baton.yaml'), yaml);
  mkdirSync(join(folder, 'kept'));
  const database = join(folder, 'kept', 'baton.db');
  const store = await openSqlite({ file: database });
  await store.set('word', 'first');
  await store.close();
  return {
    folder,
    database,
    /** What it says, line by line, and its exit code at the end. */
    async run(words: string[], env: Record<string, string> = {}) {
      const said: string[] = [];
      const tell = (line: string) => void said.push(...line.split('\n'));
      const code = await runCommand(words, {
        env: { BATON_CONFIG: join(folder, 'baton.yaml'), ...env },
        folder,
        now: () => 0,
        say: tell,
        complain: tell,
      });
      return [...said, code];
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test('backup and restore say what they did, and need no secret of the configuration', async () => {
  await using place = await openPlace();
  const copy = join(place.folder, 'copy.db');
  expect(await place.run(['backup', 'copy.db'])).toEqual([
    expect.stringMatching(new RegExp(`^Backed up to ${copy}, and checked: \\d+ kB, no conversation\\.$`)),
    'It holds everything, the relay’s keys included: keep it private.',
    0,
  ]);
  expect(await place.run(['restore', copy])).toEqual([
    expect.stringMatching(new RegExp(`^Restored ${place.database} from ${copy}: \\d+ kB, no conversation\\.$`)),
    `The database from before is kept as ${place.database}.before-1970-01-01T00-00-00-000Z: delete it once nobody misses it.`,
    'Start the relay now: it takes what was said since the backup from the desk.',
    0,
  ]);
});

test.for<[string, string, Record<string, string>]>([
  ['by the environment', 'log: info', { DATABASE_URL: 'postgres://baton:secret@db.example/baton' }],
  ['with a password that is not told here', 'database: { url: "postgres://baton:${PASSWORD}@db.example/baton" }', {}],
])('where everything is in PostgreSQL (%s), its own programs are named', async ([, yaml, env]) => {
  await using place = await openPlace({ yaml: `${yaml}\ndata: kept\n` });
  for (const words of [
    ['backup', 'copy.db'],
    ['restore', 'copy.db'],
  ]) {
    expect(await place.run(words, env)).toEqual([
      'Everything is kept in PostgreSQL, and not in a file.',
      'Use its own pg_dump and pg_restore, while the relay runs or not.',
      1,
    ]);
  }
});

test('what cannot be done is said in one sentence, with what to do', async () => {
  await using place = await openPlace();
  expect(await place.run(['restore', 'none.db'])).toEqual([
    `There is no file ${join(place.folder, 'none.db')}.`,
    'Name a file that `backup` wrote.',
    1,
  ]);
  expect(await place.run(['backup', 'copy.db'], { DATA_DIR: 'elsewhere' })).toEqual([
    `There is no database at ${join(place.folder, 'elsewhere', 'baton.db')}.`,
    expect.stringContaining('baton.yaml'),
    1,
  ]);
  expect(existsSync(join(place.folder, 'copy.db'))).toBe(false);
});

test.for<[string[], string]>([
  [
    ['bakup', 'copy.db'],
    'There is no command bakup: there are backup, restore, move, show, export, erase, dry-run, route',
  ],
  [['backup'], 'Usage: npm run baton -- backup FILE'],
  [['backup', ''], 'Usage: npm run baton -- backup FILE'],
  [['backup', 'one', 'two'], 'Usage: npm run baton -- backup FILE'],
  [[], 'Usage: npm run baton -- <command>'],
])('%j is not understood, and told what to write', async ([words, first]) => {
  await using place = await openPlace();
  const said = await place.run(words);
  expect(said[0]).toContain(first);
  expect(said.at(-1)).toBe(2);
});

test('help lists every command', async () => {
  await using place = await openPlace();
  const said = await place.run(['help']);
  expect(said.filter((line) => /^ {2}\w/.test(String(line))).map((line) => String(line).trim().split(' ')[0])).toEqual([
    'backup',
    'restore',
    'move',
    'show',
    'export',
    'erase',
    'dry-run',
    'route',
  ]);
  expect(said.at(-1)).toBe(0);
});

test.for<[string, string, string]>([
  ['is missing', '', 'cannot be read'],
  ['is not YAML', 'data: [', 'line 1: this is not YAML'],
  ['says a folder that is none', 'data: { a: b }', 'line 1: data should be the path of a folder'],
  ['takes the folder from a variable that is not set', 'data: ${NOT_SET}', 'data needs NOT_SET, which is not set'],
])('a configuration that %s is told of, and nothing is done', async ([, yaml, sentence]) => {
  await using place = await openPlace(yaml ? { yaml } : {});
  const said = await place.run(['backup', 'copy.db'], yaml ? {} : { BATON_CONFIG: join(place.folder, 'none.yaml') });
  expect(said.join('\n')).toContain(sentence);
  expect(said.at(-1)).toBe(1);
  expect(existsSync(join(place.folder, 'copy.db'))).toBe(false);
});
