import type { Problem } from './yaml-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Environment variables that beat the file. An empty one says nothing. */
export const overrides: readonly (readonly [name: string, path: readonly [string, ...string[]]])[] = [
  ['PORT', ['port']],
  ['HOST', ['host']],
  ['DATA_DIR', ['data']],
  ['DATABASE_URL', ['database', 'url']],
  ['LOG_LEVEL', ['log']],
  ['TRUST_PROXY', ['trust_proxy']],
  ['CHATWOOT_URL', ['desk', 'url']],
  ['CHATWOOT_ACCOUNT_ID', ['desk', 'account']],
  ['CHATWOOT_TOKEN', ['desk', 'token']],
  ['CHATWOOT_INBOX_ID', ['desk', 'inbox']],
  ['PUBLIC_URL', ['desk', 'public_url']],
];

/** `${NAME}`, `${NAME:-value}`; a further dollar before it keeps it as it is. */
const reference = /\$?\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/**
 * The file's values with everything put in that is taken from the environment; what is empty then is as if it were
 * left out. The input is left as it is.
 */
export function substitute(value: unknown, env: Environment): { value: unknown; problems: Problem[] } {
  const problems: Problem[] = [];
  const walk = (each: unknown, path: PropertyKey[]): unknown => {
    if (Array.isArray(each)) return each.map((item, at) => walk(item, [...path, at]));
    if (isMap(each)) {
      const filled = Object.entries(each).map(([key, item]) => [key, walk(item, [...path, key])] as const);
      // A key with spaces is none: it is kept, so that it is complained of.
      return Object.fromEntries(
        filled.filter(([key, item]) => (item !== '' && item !== null && item !== undefined) || key.includes(' ')),
      );
    }
    if (typeof each !== 'string') return each;
    const missing: string[] = [];
    const text = each.replace(reference, (whole: string, name: string, otherwise: string | undefined) => {
      if (whole.startsWith('$$')) return whole.slice(1);
      const found = otherwise === undefined ? env[name] : env[name] || otherwise;
      if (found === undefined) missing.push(name);
      return found ?? '';
    });
    for (const name of missing) {
      problems.push({
        path,
        sentence: `needs ${name}, which is not set: set it in the environment, or write \${${name}:-value}`,
      });
    }
    return missing.length > 0 ? undefined : text;
  };
  return { value: walk(value, []), problems };
}

/** The file's values with the environment's own put over them; `from` tells which variable a path came from. */
export function override(file: Record<string, unknown>, env: Environment) {
  const value = structuredClone(file);
  const from = new Map<string, string>();
  for (const [name, path] of overrides) {
    const found = env[name]?.trim();
    if (!found) continue;
    let map = value;
    for (const step of path.slice(0, -1)) map = isMap(map[step]) ? map[step] : (map[step] = {});
    map[path[path.length - 1] as string] = found; // the path is never empty
    from.set(path.join('.'), name);
  }
  return { value, from };
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
