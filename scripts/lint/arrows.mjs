import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/*
 * Who may import whom, and that nobody imports in a circle: two rules for the linter. Paths are relative to the
 * project; `folder/` is all that is in a folder, `folder/*` only the files directly in it.
 */

/** Where the relay is put together: these know the others, and nobody but main.ts and tests knows them. */
const assembly = ['main', 'relay', 'listener', 'http', 'doorbells', 'demo-state', 'sites', 'secret'].map(
  (name) => `server/${name}.ts`,
);
const adapters = [
  'server/bots/skills/',
  'server/bots/webhook/',
  'server/desks/chatwoot/',
  'server/desks/memory/',
  'server/nodes/postgres/',
  'server/stores/postgres/',
  'server/stores/sqlite/',
];
const ports = ['server/bots/*', 'server/desks/*', 'server/nodes/*', 'server/stores/*'];
/** Files directly in server/ that are no part of the assembly and no configuration: clock, errors, log and so on. */
const tools = { may: ['server/*', 'shared/'], never: [...assembly, 'server/config.ts'] };
const withTools = (...may) => ({ may: [...tools.may, ...may], never: tools.never });
/** What the rooms of this adapter share stands beside them; chatwoot-desk.ts puts them together. */
const chatwoot = 'server/desks/chatwoot';
const inChatwoot = (...may) => ({
  may: [...tools.may, 'server/desks/*', `${chatwoot}/*`, `${chatwoot}/http/`, ...may],
  never: [...tools.never, `${chatwoot}/chatwoot-desk.ts`],
});
const withoutZod = ['zod'];
const withoutSocket = ['zod', 'socket.io-client'];

/** Of each file, the first entry that holds it counts. A room may always import from itself. */
export const rooms = [
  { room: 'shared/', may: [], packages: ['zod'] },

  { room: 'server/main.ts', may: ['server/'] },
  // What an operator asks for is put together like the relay is.
  { room: 'server/command/', may: ['server/', 'shared/'] },
  { room: 'server/conversation/', ...withTools(...ports) },
  {
    room: 'server/visitors/',
    may: [...tools.may, 'server/conversation/', 'server/nodes/*', 'server/stores/*'],
    never: assembly,
  },
  { room: 'server/config/', ...withTools('server/desks/team-name.ts') },
  { room: 'server/bots/skills/', ...withTools('server/bots/*', 'server/config/') },
  { room: 'server/bots/webhook/', ...withTools('server/bots/*') },
  { room: `${chatwoot}/chatwoot-desk.ts`, ...withTools('server/desks/*', `${chatwoot}/`) },
  // Tries all of it from outside.
  { room: `${chatwoot}/check/`, ...withTools('server/desks/*', `${chatwoot}/`) },
  { room: `${chatwoot}/chatwoot-eraser.ts`, ...inChatwoot(`${chatwoot}/setup/`) },
  { room: `${chatwoot}/http/`, ...withTools() },
  { room: `${chatwoot}/read/`, ...inChatwoot() },
  { room: `${chatwoot}/write/`, ...inChatwoot(`${chatwoot}/read/`) },
  { room: `${chatwoot}/listen/`, ...inChatwoot(`${chatwoot}/read/`) },
  { room: `${chatwoot}/setup/`, ...inChatwoot() },
  { room: `${chatwoot}/*`, ...inChatwoot() },
  { room: 'server/desks/memory/', ...withTools('server/desks/*') },
  {
    room: 'server/stores/postgres/',
    ...withTools('server/stores/*', 'server/nodes/leases.ts', 'server/desks/desk.ts'),
  },
  { room: 'server/stores/sqlite/', ...withTools('server/stores/*', 'server/desks/desk.ts') },
  // How a connection is made, and what it says on a bad day, is the same for both.
  {
    room: 'server/nodes/postgres/',
    ...withTools(
      'server/nodes/*',
      ...['database-errors', 'examine', 'migrate', 'open-client', 'place'].map(
        (one) => `server/stores/postgres/${one}.ts`,
      ),
    ),
  },
  { room: 'server/nodes/*', ...withTools('server/desks/desk.ts') },
  { room: 'server/stores/*', ...withTools('server/nodes/leases.ts', 'server/bots/*', 'server/desks/*') },
  { room: 'server/bots/*', ...tools },
  { room: 'server/desks/*', ...tools },
  { room: 'server/*', may: ['server/', 'shared/'], never: [...adapters, 'server/main.ts'] },

  {
    room: 'widget/components/',
    may: ['widget/', 'shared/'],
    never: ['widget/link.ts', 'widget/mount.tsx', 'widget/panel.ts'],
    without: withoutSocket,
  },
  {
    room: 'widget/state/',
    may: ['widget/', 'shared/'],
    never: ['widget/components/', 'widget/styles/', 'widget/mount.tsx', 'widget/panel.ts'],
    without: [...withoutSocket, 'preact'],
  },
  { room: 'widget/link.ts', may: ['widget/', 'shared/'], never: ['widget/components/'], without: withoutZod },
  { room: 'widget/', may: ['shared/'], without: withoutSocket },

  { room: 'sandbox/', may: [] },
  { room: 'e2e/', may: ['scripts/'] },
  { room: 'bench/', may: ['scripts/', 'widget/markdown/'] },
  { room: 'demo/', may: [] },
];

/** Tests put together what they need of their own side of the wire. */
export const testRooms = [
  { room: 'shared/', may: [] },
  { room: 'server/', may: ['shared/', 'sandbox/'] },
  // The tests' fake relay is held to the real one.
  { room: 'widget/testing/', may: ['widget/', 'shared/', 'server/testing/'] },
  { room: 'widget/', may: ['shared/'] },
  { room: 'sandbox/', may: [] },
  { room: 'e2e/', may: ['scripts/'] },
];

const isTest = (file) => /\.(test|spec|contract)\.tsx?$|\/testing\//.test(file);

function holds(room, file) {
  if (room.endsWith('/*')) return dirname(file) === room.slice(0, -2);
  return room.endsWith('/') ? file.startsWith(room) : file === room;
}

/**
 * @param file relative to the project
 * @param from what it imports, as it is written there
 * @returns what is wrong with that import; undefined where nothing is
 */
export function forbidden(file, from) {
  const found = (isTest(file) ? testRooms : rooms).find(({ room }) => holds(room, file));
  if (!found || from.startsWith('node:')) return undefined;
  const { room, may, never = [], packages, without = [] } = found;
  if (!from.startsWith('.')) {
    const isOf = (name) => from === name || from.startsWith(`${name}/`);
    if (without.some(isOf)) return `${from} stays out of ${room}`;
    if (packages && !packages.some(isOf)) return `${room} imports nothing but ${packages.join(', ')}`;
    return undefined;
  }
  const target = join(dirname(file), from.replace(/\?.*$/, '')).split(sep).join('/');
  const isIn = (places) => places.some((place) => holds(place, target));
  if (!isIn(never) && isIn([room, ...may])) return undefined;
  return `${room} may not import ${target}; it may import ${[room, ...may].join(', ')}${never.length ? `, but not ${never.join(', ')}` : ''}`;
}

const importOf = /^(?:import|export)\b[^'";]*?from '(\.[^']+\.tsx?)'/gm;
const graph = new Map();

/** What a file imports, types included, relative to the project. Kept for as long as the file is the same. */
function importsOf(root, file) {
  const path = resolve(root, file);
  const changedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (changedAt === undefined) return [];
  const known = graph.get(path);
  if (known?.changedAt === changedAt) return known.imports;
  const imports = within(root, file, readFileSync(path, 'utf8'));
  graph.set(path, { changedAt, imports });
  return imports;
}

const within = (root, file, text) =>
  [...text.matchAll(importOf)].map(([, from]) => relative(root, resolve(root, dirname(file), from)));

/** @returns the shortest way from a file back to itself, both ends included; undefined where there is none */
export function circle(root, file, text) {
  const cameFrom = new Map();
  const queue = within(root, file, text);
  for (const first of queue) cameFrom.set(first, file);
  for (const at of queue) {
    if (at === file) {
      const way = [file];
      for (let back = cameFrom.get(file); back !== file; back = cameFrom.get(back)) way.unshift(back);
      return [file, ...way];
    }
    for (const next of importsOf(root, at)) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return undefined;
}

const nameOf = (context) => relative(context.cwd, context.filename).split(sep).join('/');

export const arrows = {
  rules: {
    imports: {
      create(context) {
        const check = (node) => {
          if (typeof node.source?.value !== 'string') return;
          const message = forbidden(nameOf(context), node.source.value);
          if (message) context.report({ node, message });
        };
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression: check,
          TSImportType: check,
        };
      },
    },
    circles: {
      create: (context) => ({
        Program(node) {
          const way = circle(context.cwd, nameOf(context), context.sourceCode.text);
          if (way) context.report({ node, message: `files import in a circle: ${way.join(' → ')}` });
        },
      }),
    },
  },
};
