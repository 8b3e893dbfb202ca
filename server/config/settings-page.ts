import { z } from 'zod';
import { inLanguage } from '../words.ts';
import { anyBot, skillsBot, webhookBot } from './bots.ts';
import { database } from './database.ts';
import { desk } from './desk.ts';
import { isMap, overrides } from './environment.ts';
import { handoff } from './handoffs.ts';
import { limits } from './limits.ts';
import { otherwise, routing, rule } from './routing.ts';
import { Settings } from './schema.ts';
import { site } from './site.ts';
import { writtenTime } from './values.ts';

/** The page of all settings, docs/settings.md, printed from the schema that reads them. */

interface Row {
  name: string;
  value: string;
  isNeeded: boolean;
  byDefault: unknown;
  about: string;
}

type Def = z.core.$ZodTypes['_zod']['def'];

/** What `.describe` and `holds` have said of a schema itself. */
const told = (schema: z.core.$ZodType): { value?: string; description?: string | undefined } =>
  z.globalRegistry.get(schema) ?? {};

/** A schema without what is around it, and what was said on the way in: of two, the outer one counts. */
function look(schema: z.core.$ZodType): Omit<Row, 'name'> & { shape: z.core.$ZodShape | undefined } {
  const found = { value: 'value', isNeeded: true, byDefault: undefined as unknown, about: '' };
  let inner: z.core.$ZodType | undefined = schema;
  let shape: z.core.$ZodShape | undefined;
  while (inner) {
    const { value, description } = told(inner);
    if (value && found.value === 'value') found.value = value;
    if (description && !found.about) found.about = description;
    const { def }: { def: Def } = (inner as z.core.$ZodTypes)._zod; // all that is used here is one of zod's own
    if (def.type === 'default' || def.type === 'prefault') found.byDefault = def.defaultValue;
    if (def.type === 'default' || def.type === 'prefault' || def.type === 'optional') found.isNeeded = false;
    if (def.type === 'object') shape = def.shape;
    inner = 'innerType' in def ? def.innerType : def.type === 'pipe' ? readBy(def) : undefined;
  }
  return { ...found, shape };
}

/** The schema between a function that prepares what is read, and one that changes what was read. */
const readBy = (pipe: z.core.$ZodPipeDef): z.core.$ZodType =>
  (pipe.in as z.core.$ZodTypes)._zod.def.type === 'transform' ? pipe.out : pipe.in;

/** The settings of a group, those of groups within it under both names. `left`: told elsewhere. */
function rowsOf(group: z.core.$ZodType, left: readonly string[] = []): Row[] {
  return Object.entries(look(group).shape ?? {}).flatMap(([name, schema]): Row[] => {
    if (left.includes(name)) return [];
    const { shape, ...row } = look(schema);
    if (!shape) return [{ name, ...row }];
    return rowsOf(schema).map((each) => ({
      ...each,
      name: `${name}.${each.name}`,
      about: [row.about, each.about].filter(Boolean).join(' '),
    }));
  });
}

function defaultOf({ isNeeded, byDefault, value }: Row): string {
  if (isNeeded) return 'needed';
  if (typeof byDefault === 'number' && value.startsWith('time')) return `\`${writtenTime(byDefault)}\``;
  const shown = isMap(byDefault) ? inLanguage(byDefault, 'en') : byDefault;
  if (shown === undefined || (Array.isArray(shown) && shown.length === 0)) return '';
  return `\`${String(shown)}\`${isMap(byDefault) && Object.keys(byDefault).length > 1 ? ' …' : ''}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (rows: readonly Row[]): string =>
  [
    '| Setting | What it is for | Value | Default |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| \`${row.name}\` | ${[row.about, row.value, defaultOf(row)].map(cell).join(' | ')} |`),
  ].join('\n');

/** @returns Markdown, not yet laid out */
export function settingsPage(): string {
  const bot = Object.keys(anyBot);
  return `# Settings

<!-- Printed by \`npm run docs\` from server/config; a test checks that it is up to date. -->

Everything is in one file, \`baton.yaml\`, or the one that \`BATON_CONFIG\` names. Paths in it are relative to it. What is
wrong in it is said at the start, all at once, with its line and what to write.

- **Times** are written \`20 s\`, \`5 min\`, \`24 h\`, \`30 d\`.
- **By language** means that instead of one value there may be one for each language: \`greeting: { en: Hello, de: Hallo }\`.
  A visitor gets their own language, else English, else the first. A sentence with a comma needs quotes:
  \`{ en: 'Hello, you' }\`.
- **From the environment**: \`\${NAME}\` stands for a variable, \`\${NAME:-value}\` for one that may be missing, \`$\${NAME}\`
  for itself.

These variables beat the file; the sandbox desk has [its own](../sandbox/README.md).

| Variable | Setting |
| --- | --- |
${overrides.map(([name, path]) => `| \`${name}\` | \`${path.join('.')}\` |`).join('\n')}

## The relay

${table(rowsOf(Settings, ['database', 'sites', 'bots', 'desk', 'routing', 'handoffs', 'limits', 'times', 'retention']))}

## database

${table(rowsOf(database))}

## sites

Each under a name of letters, digits, \`-\` and \`_\`: it is the tag's \`data-site\`.

${table(rowsOf(site))}

## bots

Each under its name, which is the name of its inbox at Chatwoot, too.

${table(rowsOf(skillsBot).filter(({ name }) => bot.includes(name)))}

A bot of kind \`skills\` has beside them:

${table(rowsOf(skillsBot, bot))}

A bot of kind \`webhook\`:

${table(rowsOf(webhookBot, bot))}

## desk

${table(rowsOf(desk))}

## routing

Who gets a visitor who wants a person. What the bot has begun and not finished decides: the first rule that has it.

${table([
  ...rowsOf(routing, ['default', 'rules']),
  ...rowsOf(otherwise).map((row) => ({ ...row, name: `default.${row.name}` })),
  ...rowsOf(rule).map((row) => ({ ...row, name: `rules[].${row.name}` })),
])}

## handoffs

Ways to people that have a name, for a bot to ask for, or as \`handoff\` of a site or a bot. Each under its name.

${table(rowsOf(handoff))}

## limits

What one of them refuses is told to the visitor in words, and to the log by the setting's name, once a minute. An IPv6
address counts as its network (/64). Where \`X-Forwarded-For\` arrives from a private address and \`trust_proxy\` is not
set, limits of an address are 20 times as high (4 times for open connections), and the log warns of it.

${table(rowsOf(limits))}

## times

${table(rowsOf(look(Settings).shape?.['times'] as z.core.$ZodType))}

## retention

What was kept for long enough goes by itself, a little at a time.

${table(rowsOf(look(Settings).shape?.['retention'] as z.core.$ZodType))}
`;
}
