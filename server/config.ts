import { accessSync, constants, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { checkAcross, warningsAbout } from './config/across.ts';
import { isAddress, wrongLogo } from './logo-file.ts';
import { isMap, override, substitute, type Environment } from './config/environment.ts';
import { routingWarnings } from './config/routing-check.ts';
import { dataFolder, Settings } from './config/schema.ts';
import { listProblems, problemsIn, readYaml, type Problem } from './config/yaml-file.ts';
import { RelayError } from './errors.ts';

type Read = z.output<typeof Settings>;
type WithDeadline<B> = B extends { deadline?: number | undefined } ? Omit<B, 'deadline'> & { deadline: number } : never;

/** Every setting, checked, with its default; times in milliseconds, paths absolute. See `config/schema.ts` for each. */
export type Config = Omit<Read, 'bots' | 'routing' | 'handoffs'> & {
  bots: Record<string, BotConfig>;
  /** With the handoffs that have a name. */
  routing: Read['routing'] & { handoffs?: Read['handoffs'] };
  /** What is allowed and probably not meant, one sentence each; to be logged. */
  warnings: string[];
};
type BotConfig = WithDeadline<Read['bots'][string]>;
export type LimitsConfig = Read['limits'];

/**
 * Reads the configuration: the file, with `${NAME}` and `${NAME:-value}` taken from the environment, and over it the
 * variables that beat the file (`config/environment.ts`).
 * @param file by default `BATON_CONFIG`, else `baton.yaml` in the working folder; its relative paths are relative to it
 * @throws {RelayError} one message with everything that is missing or wrong, each with its line and what to write
 */
export function readConfig({ env, file }: Source): Config {
  const { name, yaml, value, from, filled, near, refuse } = readSource({ env, file });
  const parsed = Settings.safeParse(value);
  const problems: Problem[] = [
    ...filled.problems.filter((each) => !from.has(each.path.join('.'))),
    ...(parsed.success ? [] : problemsIn(parsed.error)),
    ...checkAcross(
      value,
      (skills) => isReadable(near(skills)),
      (logo) => wrongLogo(logo, near(logo)),
    ),
  ].map((each) => ({ ...each, from: from.get(each.path.join('.')) }));
  const once = problems.filter((each, at) => problems.findIndex((other) => samePlace(each, other)) === at);
  if (!parsed.success || once.length > 0) return refuse(listProblems(yaml, once));

  const { bots, data, handoffs, ...rest } = parsed.data;
  const complete = Object.entries(bots).map(([name, bot]): [string, BotConfig] => {
    const deadline = bot.deadline ?? rest.times.bot;
    const logo = bot.logo === undefined || isAddress(bot.logo) ? {} : { logo: near(bot.logo) };
    return [name, { ...bot, deadline, ...logo, ...(bot.kind === 'skills' ? { file: near(bot.file) } : {}) }];
  });
  return {
    ...rest,
    routing: {
      ...rest.routing,
      ...(Object.keys(handoffs).length > 0 ? { handoffs: byName(Object.entries(handoffs)) } : {}),
    },
    data: near(data),
    sites: byName(Object.entries(rest.sites)),
    bots: byName(complete),
    warnings: [
      ...warningsAbout(rest),
      ...routingWarnings({ ...rest, handoffs, bots }).map((each) => `${name}, ${listProblems(yaml, [each]).trim()}`),
    ],
  };
}

/**
 * Where everything is kept, whatever else is wrong or missing in the configuration: a backup needs no token.
 * @throws {RelayError} where that cannot be told
 */
export function readDataFolder({ env, file }: Source): string {
  const { yaml, value, from, filled, near, refuse } = readSource({ env, file });
  // Its password may stand in a variable that is not set here: an old file is not taken for the database then.
  const isPostgres =
    (isMap(value['database']) && value['database']['url']) ||
    filled.problems.some(({ path }) => path.join('.') === 'database.url');
  if (isPostgres) {
    throw new RelayError('everything is kept in PostgreSQL, and not in a file', {
      remedy: 'use its own pg_dump and pg_restore, while the relay runs or not',
    });
  }
  const parsed = dataFolder.safeParse(value['data']);
  const problems = [
    ...filled.problems.filter(({ path }) => path[0] === 'data' && !from.has('data')),
    ...(parsed.success ? [] : problemsIn(parsed.error).map((each) => ({ ...each, path: ['data'] }))),
  ];
  if (!parsed.success || problems.length > 0) return refuse(listProblems(yaml, problems.slice(0, 1)));
  return near(parsed.data);
}

interface Source {
  env: Environment;
  file?: string | undefined;
}

/** The file with what the environment says put in and over it, not yet checked. */
function readSource({ env, file = env.BATON_CONFIG || 'baton.yaml' }: Source) {
  const path = resolve(file);
  const yaml = readYaml(readText(path));
  const refuse = (list: string): never => {
    throw new RelayError(`${path} cannot be used:\n${list}`, { remedy: 'correct these and start again' });
  };
  if (yaml.errors.length > 0) {
    return refuse(yaml.errors.map(({ line, sentence }) => `  line ${line}: ${sentence}`).join('\n'));
  }
  if (!isMap(yaml.value ?? {})) return refuse('  line 1: should be a map of settings (name: value)');
  const filled = substitute(yaml.value ?? {}, env);
  const { value, from } = override(filled.value as Record<string, unknown>, env); // a map stays one
  const near = (relative: string) => resolve(dirname(path), relative);
  return { name: basename(path), yaml, value, from, filled, near, refuse };
}

/** Browsers name sites: what every object has by itself is not among them. */
function byName<T>(entries: [string, T][]): Record<string, T> {
  return Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new RelayError(`the configuration ${path} cannot be read`, {
      remedy: 'start where baton.yaml is, or set BATON_CONFIG to its path',
      cause,
    });
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

const samePlace = (one: Problem, other: Problem): boolean => one.path.join('.') === other.path.join('.');
