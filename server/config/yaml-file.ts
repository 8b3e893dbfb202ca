import { isNode, LineCounter, parseDocument, type Node } from 'yaml';
import { z } from 'zod';
import { nearest } from './nearest.ts';

/*
 * Files that people write: YAML, checked by a schema, with everything that is wrong said at once, by line, and in
 * words that say what to write instead.
 */

/** Something wrong in a file. `from`: the environment variable it came from instead. */
export interface Problem {
  path: PropertyKey[];
  sentence: string;
  from?: string | undefined;
}

interface YamlFile {
  value: unknown;
  /** Of a setting, or of the nearest thing around it that is in the file; 1 for the first. */
  lineOf(path: readonly PropertyKey[]): number;
  /** What is wrong with the file as YAML, with its lines; empty where it can be read. */
  errors: { line: number; sentence: string }[];
}

export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const errors = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    sentence: `this is not YAML: ${error.message.split('\n')[0]}`,
  }));
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length--) {
      const start = startOf(document.contents, path.slice(0, length));
      if (start !== undefined) return lines.linePos(start).line;
    }
    return 1;
  };
  let value: unknown;
  try {
    value = errors.length > 0 ? undefined : document.toJS();
  } catch (error) {
    errors.push({ line: 1, sentence: `this is not YAML: ${(error as Error).message}` });
  }
  return { value, lineOf, errors };
}

/** Where the pair or the item begins at which a path ends. */
function startOf(root: Node | null, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = root;
  let start: number | undefined;
  for (const step of path) {
    const items = (node as { items?: unknown[] } | null)?.items;
    if (!items) return undefined;
    const item = typeof step === 'number' ? items[step] : items.find((each) => keyOf(each) === String(step));
    if (item === undefined) return undefined;
    const key = (item as { key?: unknown }).key;
    const place = key === undefined ? item : key;
    if (isNode(place)) start = place.range?.[0];
    node = key === undefined ? item : (item as { value?: unknown }).value;
  }
  return start;
}

function keyOf(item: unknown): string | undefined {
  const key = (item as { key?: unknown } | null)?.key;
  return key === undefined ? undefined : String((key as { value?: unknown }).value ?? key);
}

/** What zod found, in our words: those of `expected` and `settings`. */
export function problemsIn(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      const sentences = issue.message.split('\n');
      return issue.keys.map((key, at) => ({ path: [...issue.path, key], sentence: sentences[at] ?? issue.message }));
    }
    // Of a name that is none, the cause is one level down.
    const sentence = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
    return [{ path: issue.path, sentence: sentence ?? issue.message }];
  });
}

/** All problems, each on a line of its own, in the order of the file. */
export function listProblems(file: Pick<YamlFile, 'lineOf'>, problems: readonly Problem[]): string {
  return problems
    .map((problem) => ({ ...problem, line: problem.from === undefined ? file.lineOf(problem.path) : Infinity }))
    .sort((one, other) => one.line - other.line)
    .map(({ path, sentence, from, line }) => {
      const where = from === undefined ? `line ${line}` : `${from} in the environment`;
      return `  ${where}: ${path.length > 0 ? `${path.map(String).join('.')} ` : ''}${sentence}`;
    })
    .join('\n');
}

/** The words for a value that is not what it should be: what is there, and what to write instead. */
export const expected =
  (what: string, { secret = false } = {}) =>
  ({ input }: { input?: unknown }): string =>
    input === undefined || input === null || input === ''
      ? `is missing: write ${what}`
      : `should be ${what}${secret ? '' : `, not ${show(input)}`}`;

/** A map with exactly these settings; another key is a mistake, and what is said of it stands in `gone`, or is the nearest. */
export const settings = <S extends z.ZodRawShape>(shape: S, gone: Record<string, string> = {}) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => gone[key] ?? unknownKey(key, Object.keys(shape))).join('\n')
        : expected('a map of settings (name: value)')(issue),
  });

function unknownKey(key: string, known: string[]): string {
  const meant = nearest(key, known);
  return meant === undefined
    ? `is not a setting: there are ${known.join(', ')}`
    : `is not a setting: did you mean ${meant}?`;
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? `“${value}”` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
