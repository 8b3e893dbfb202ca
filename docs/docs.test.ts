import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { relayFlags } from '../scripts/relay-flags.mjs';

/* What the pages for people promise is there: pages, headings, commands, settings. */

const root = join(import.meta.dirname, '..');
const text = (file: string) => readFileSync(join(root, file), 'utf8');
const below = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
const pages = [
  ...readdirSync(root),
  ...below('docs'),
  ...['bench', 'sandbox', 'examples', 'demo'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  ),
].filter((file) => file.endsWith('.md'));

/** What a page says outside of its blocks of code. */
const prose = (file: string) => text(file).replace(/^```[\s\S]*?^```/gm, '');

/** The anchor of a heading, as the usual hosts make it. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
const anchors = (file: string) => [...prose(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading));

test.each(pages)('the links of %s lead somewhere', (file) => {
  const broken = [...prose(file).matchAll(/(?:\]\(|(?:src|srcset|href)=")(?!https?:|mailto:)([^)\s"]+)[)"]/g)]
    .map(([, target = '']) => target)
    .filter((target) => {
      const [path = '', heading] = target.split('#');
      const found = path === '' ? file : relative(root, join(root, dirname(file), path));
      if (!existsSync(join(root, found))) return true;
      return heading !== undefined && !anchors(found).includes(heading);
    });
  expect(broken).toEqual([]);
});

const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };

test.each(pages)('the commands of %s exist', (file) => {
  const named = [...text(file).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  const files = [...text(file).matchAll(/\bnode ((?:scripts|examples)\/\S+?\.mjs)/g)].map(([, name = '']) => name);
  expect(files.filter((name) => !existsSync(join(root, name)))).toEqual([]);
});

/** What people read in a file: all of a page, and of a program the comments. */
const words = (file: string) =>
  file.endsWith('.md') ? text(file) : [...text(file).matchAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$|^--.*$/gm)].join('\n');
/** What Git ignores, and what it keeps for itself. */
const notOurs = ['node_modules', 'dist', 'data', 'test-results', 'playwright-report', '.git'];
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !notOurs.includes(entry.name))
  .map(({ name }) => name);
const files = [...readdirSync(root), ...folders.flatMap(below)];
const sources = files.filter((file) => /\.(ts|tsx|mjs|cjs|js|css|sql|md)$/.test(file) && file !== 'CHANGELOG.md');

test('the files that pages and comments name exist', () => {
  const isThere = (name: string, from: string) =>
    files.some((file) => file === name || file === join(dirname(from), name) || file.endsWith(`/${name}`));
  const missing = sources.flatMap((file) =>
    [
      ...words(file).matchAll(
        /(?<![\w/.@*-])((?:[\w.-]+\/)*[\w-]+(?:\.[\w-]+)*\.(?:ts|tsx|mjs|cjs|css|sql|yaml|md))\b/g,
      ),
    ]
      .map(([, name = '']) => name)
      .filter((name) => !isThere(name, file))
      .map((name) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('the commands that comments name exist', () => {
  const missing = sources.flatMap((file) =>
    [...words(file).matchAll(/\bnpm run ([\w:-]+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !(name in scripts))
      .map((name) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test.each(pages.filter((file) => file !== 'CHANGELOG.md'))('%s names no setting that there is not', (file) => {
  const schema = below('server/config')
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map(text)
    .join('\n');
  const named = [
    ...prose(file).matchAll(/`(?:limits|times|retention|desk|routing|sites\.<name>|bots\.<name>)\.(\w+)(?:\.(\w+))?`/g),
  ].flatMap(([, ...keys]) => keys.filter((key) => key !== undefined));
  expect(named.filter((key) => !new RegExp(`\\b${key}\\??:`).test(schema))).toEqual([]);
  const programs = ['server', 'sandbox', 'scripts', 'e2e', 'bench', 'demo', 'examples'].flatMap(below);
  const sources =
    programs
      .filter((name) => /\.(ts|mjs|yaml)$/.test(name))
      .map(text)
      .join('\n') + text('baton.yaml');
  const environment = [...prose(file).matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name = '']) => name);
  const foreign = ['SAFE_FETCH_ALLOW_PRIVATE_NETWORK', 'FRONTEND_URL'];
  expect(environment.filter((name) => !foreign.includes(name) && !sources.includes(name))).toEqual([]);
});

test('who starts the relay without npm is told the flags that npm gives it', () => {
  const started = pages
    .flatMap((file) => [...text(file).matchAll(/^.*\bnode .*dist\/server\/main\.js.*$/gm)])
    .map(String);
  expect(started).not.toEqual([]);
  for (const line of started) expect(line).toContain(`node ${relayFlags.join(' ')} dist/server/main.js`);
});

test('the demo offers what the README asks to press, and more than one topic to choose from', () => {
  const { sites, routing } = parse(text('baton.yaml')) as {
    sites: { demo: { suggestions: Record<string, string[]> } };
    routing: { rules: unknown[] };
  };
  expect(text('README.md')).toContain('press **Test skill**');
  expect(sites.demo.suggestions['en']).toContain('Test skill');
  expect(new Set(Object.values(sites.demo.suggestions).map((each) => each.length)).size).toBe(1);
  expect(routing.rules.length).toBeGreaterThan(1);
});
