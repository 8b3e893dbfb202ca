import { z } from 'zod';
import { readTeamName, type TeamName } from '../desks/team-name.ts';
import type { InLanguages } from '../words.ts';
import { expected, settings } from './yaml-file.ts';

/*
 * What a single setting may hold. Whatever is taken from the environment is text, so numbers and switches are read
 * from text, too.
 */

/** What the page of settings says that may stand there. */
export const holds = <S extends z.ZodType>(schema: S, value: string): S => schema.meta({ value });

const asText = (value: unknown) => (typeof value === 'number' ? String(value) : value);

export function text(what: string, { longest = 300, shortest = 1, secret = false } = {}) {
  const error = expected(what, { secret });
  const length =
    shortest > 1 ? `, ${shortest} characters or more` : longest < 300 ? `, up to ${longest} characters` : '';
  return holds(
    z.preprocess(asText, z.string({ error }).trim().min(shortest, { error }).max(longest, { error })),
    `text${length}`,
  );
}

export function number(what: string, { from, to = Number.MAX_SAFE_INTEGER }: { from: number; to?: number }) {
  const error = expected(
    `${what}, a whole number ${to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`}`,
  );
  const read = (value: unknown) => (typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value);
  return holds(
    z.preprocess(read, z.int({ error }).min(from, { error }).max(to, { error })),
    `whole number, ${to === Number.MAX_SAFE_INTEGER ? `${from} or more` : `${from} to ${to}`}`,
  );
}

export function yesOrNo() {
  const words: Record<string, boolean> = {
    true: true,
    yes: true,
    on: true,
    1: true,
    false: false,
    no: false,
    off: false,
    0: false,
  };
  const read = (value: unknown) => (typeof value === 'string' ? (words[value.toLowerCase()] ?? value) : value);
  return holds(z.preprocess(read, z.boolean({ error: expected('true or false') })), '`true` or `false`');
}

export function oneOf<const T extends readonly [string, ...string[]]>(names: T) {
  const listed = names.map((name) => `\`${name}\``).join(', ');
  return holds(z.enum(names, { error: expected(`one of ${names.join(', ')}`) }), listed);
}

export function webAddress(what: string) {
  const error = ({ input }: { input?: unknown }) =>
    // A key or a password may stand before the host.
    expected(`${what}, an address such as https://desk.example`, { secret: String(input).includes('@') })({ input });
  return holds(
    z
      .preprocess(
        asText,
        z
          .string({ error })
          .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), { error }),
      )
      .transform((value) => value.replace(/\/+$/, '')),
    'address',
  );
}

/** One, or a list of them: `de`, `[de, en]`. */
export function oneOrMore<S extends z.ZodType>(each: S, what: string) {
  return z
    .preprocess(
      (value) => (Array.isArray(value) || value === undefined ? value : [value]),
      z.array(each).min(1, { error: () => 'should hold at least one' }),
    )
    .meta({ value: `${what}; or a list of them` });
}

const units: Record<string, number> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const unitNames: Record<string, string> = { '': 's', seconds: 's', minutes: 'min', hours: 'h', day: 'd', days: 'd' };

/** How long something takes: `20 s`, `5 min`, `24 h`, `30 d`; a number alone is seconds. Read as milliseconds. */
export function duration({ from = 0, to = Infinity }: { from?: number; to?: number } = {}) {
  const limits =
    from > 0 && to < Infinity
      ? `, ${writtenTime(from)} to ${writtenTime(to)}`
      : from > 0
        ? `, ${writtenTime(from)} or more`
        : '';
  const range = `${from > 0 ? ` of at least ${from / 1_000} s` : ''}${to < Infinity ? ` of at most ${to / 1_000} s` : ''}`;
  const error = expected(`a time such as 20 s, 5 min, 24 h or 30 d${range}`);
  const read = (value: unknown) => {
    const found = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(value));
    const written = found?.[2]?.toLowerCase() ?? '';
    const unit = units[unitNames[written] ?? written];
    return found && unit !== undefined ? Math.round(Number(found[1]) * unit) : value;
  };
  return holds(z.preprocess(read, z.number({ error }).min(from, { error }).max(to, { error })), `time${limits}`);
}

/** Milliseconds as a file has them: `20 s`, `24 h`. */
export function writtenTime(ms: number): string {
  const [unit = 'ms', length = 1] = Object.entries(units).findLast(([, each]) => ms >= each && ms % each === 0) ?? [];
  return `${ms / length} ${unit}`;
}

/** A number, or the desk's page it is taken from: `https://desk.example/app/accounts/1/inbox/5`. */
export function idOrPage(what: string, page: RegExp) {
  const read = (value: unknown) => (typeof value === 'string' ? (page.exec(value)?.[1] ?? value) : value);
  return holds(z.preprocess(read, number(what, { from: 1 })), 'number, or the address of its page');
}

/** A team by name or number, or the page of the desk that shows it. */
export const team = holds(
  text("a team's name, or its number at the desk", { longest: 500 })
    .transform((value): TeamName => {
      const team = readTeamName(value);
      return typeof team === 'number' ? team : value;
    })
    .refine((value) => value !== 0, { error: () => "should be a team's name or number; there is no team 0" }),
  'name, number, or the address of its page',
);

/** A comma ends a value inside of braces, so the rest of a sentence is read as another key. */
const notALanguage = (issue: { input?: unknown }): string =>
  /\s/.test(String(issue.input))
    ? "is no language: if it is the rest of a sentence with a comma, quote it, as in { en: 'Hello, you' }"
    : expected('a language such as en, de or ar')(issue);

const language = z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, { error: notALanguage });

/** The same for everybody, or one for each language: `Hello`, `{ en: Hello, de: Hallo }`. */
export function inLanguages<S extends z.ZodType>(each: S, what = 'words') {
  const isByLanguage = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return z
    .preprocess(
      (value) => (isByLanguage(value) || value === undefined ? value : { en: value }),
      z
        .record(language, each, { error: expected(`${what}, or the same by language: { en: …, de: … }`) })
        .refine((words) => Object.keys(words).length > 0, {
          error: () => `should hold ${what} in at least one language`,
        }),
    )
    .transform((value): InLanguages<z.output<S>> => value)
    .meta({ value: `${valueOf(each)}; or by language` });
}

/** What may stand there, as its maker has said it. */
function valueOf(schema: z.ZodType): string {
  const { value } = (z.globalRegistry.get(schema) ?? {}) as { value?: string }; // only `holds` puts it there
  return value ?? 'value';
}

/**
 * Settings are `written_so` in the file and `writtenSo` in the program.
 * @param gone settings that there were, with what to say of them
 */
export function group<S extends z.ZodRawShape>(shape: S, gone: Record<string, string> = {}) {
  return settings(shape, gone).transform((value) => camel(value));
}

type Camel<K> = K extends `${infer First}_${infer Rest}` ? `${First}${Capitalize<Camel<Rest>>}` : K;

function camel<T extends object>(value: T) {
  const renamed = Object.entries(value).map(([key, each]) => [
    key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    each,
  ]);
  // The type says of the keys what the line above does with them.
  return Object.fromEntries(renamed) as { [K in keyof T as Camel<K>]: T[K] };
}
