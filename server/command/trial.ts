import { parseArgs } from 'node:util';
import { z } from 'zod';
import { RelayError } from '../errors.ts';

/* A wish for a person that is made up, from options or a file of JSON. */

const teamName = z.union([z.string().min(1), z.number().int()]);
const attributes = z.record(z.string(), z.string());
const teamState = z.enum(['ok', 'missing', 'empty', 'no_access', 'nobody_online', 'unknown']);

const Trial = z.strictObject({
  site: z.string().optional(),
  /** The names of the unfinished skills, the newest last. */
  skills: z.array(z.string().min(1)).optional(),
  /** BCP 47. */
  language: z.string().optional(),
  page: z.string().nullish(),
  /** Of the site. */
  hours: z.enum(['open', 'closed']).optional(),
  attributes: attributes.optional(),
  /** The bot's own wish. */
  handoff: z
    .strictObject({
      name: z.string().optional(),
      team: teamName.optional(),
      skills: z.array(z.string()).optional(),
      attributes: attributes.optional(),
      reason: z.string().optional(),
    })
    .optional(),
  /** What the visitor chose, by its label; null or `none` for something else. */
  topic: z.string().nullish(),
  /** Who is there, by team. */
  teams: z.record(z.string(), teamState).optional(),
});
export type Trial = z.infer<typeof Trial>;

const options = {
  site: { type: 'string' },
  skill: { type: 'string', multiple: true },
  language: { type: 'string' },
  page: { type: 'string' },
  hours: { type: 'string' },
  attribute: { type: 'string', multiple: true },
  handoff: { type: 'string' },
  team: { type: 'string' },
  topic: { type: 'string' },
  'team-state': { type: 'string', multiple: true },
} as const;

/** What `help` says of it. */
export const trialOptions = [
  'dry-run takes FILE.json, or options (several times where it says so): --site NAME, --skill NAME …, --language de,',
  '--page URL, --hours closed, --attribute NAME=VALUE …, --topic LABEL; what the bot asks for: --handoff NAME, --team TEAM;',
  '--team-state TEAM=nobody_online …',
];

/**
 * @param args options, and perhaps the name of a file; options beat it
 * @throws {RelayError} in one sentence, where one of them is not understood
 */
export function readTrial(args: readonly string[], read: (file: string) => string): Trial {
  const { values, positionals } = parse(args);
  const [file, ...others] = positionals;
  if (others.length > 0) throw new RelayError(`one file is enough, and not ${positionals.join(', ')}`);
  const written = file === undefined ? {} : fromJson(read(file), file);
  const { handoff, team } = values;
  const all = { ...written.attributes, ...pairs('attribute', values.attribute) };
  const bots = {
    ...written.handoff,
    ...(handoff === undefined ? {} : { name: handoff }),
    ...(team === undefined ? {} : { team }),
  };
  const trial = {
    ...written,
    ...pick(values, ['site', 'language', 'page', 'hours', 'topic']),
    ...(values.skill ? { skills: values.skill } : {}),
    ...(Object.keys(all).length > 0 ? { attributes: all } : {}),
    ...(Object.keys(bots).length > 0 ? { handoff: bots } : {}),
    teams: { ...written.teams, ...pairs('team-state', values['team-state']) },
  };
  return check(trial, 'the options');
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new RelayError((error as Error).message.split('.')[0] ?? 'the options are not understood', {
      remedy: `there are ${Object.keys(options)
        .map((each) => `--${each}`)
        .join(', ')}`,
    });
  }
}

function fromJson(text: string, file: string): Trial {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RelayError(`${file} is not JSON`, { remedy: 'write it as { "skills": ["org.demo.shop.ReturnOrder"] }' });
  }
  return check(value, file);
}

function check(value: unknown, where: string): Trial {
  const parsed = Trial.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : undefined;
  const place = [...(issue?.path ?? []), ...(keys ?? [])].map(String).join('.') || 'the whole';
  throw new RelayError(`${where}: ${place} is not understood`, {
    remedy: keys
      ? `there are ${Object.keys(Trial.shape).join(', ')}; in handoff name, team, skills, attributes and reason`
      : (issue?.message ?? 'look at docs/routing.md'),
  });
}

/** `name=value`, several of them. */
function pairs(option: string, written: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    written.map((each) => {
      const at = each.indexOf('=');
      if (at < 1) throw new RelayError(`--${option} ${each} has no value`, { remedy: `write --${option} NAME=VALUE` });
      return [each.slice(0, at), each.slice(at + 1)];
    }),
  );
}

function pick<T extends object, K extends keyof T>(values: T, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]]))) as Partial<
    Pick<T, K>
  >; // these very keys
}
