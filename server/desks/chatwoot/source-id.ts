/** The `source_id` of what an operation writes: what makes it ours, and recognisable. */
export const sourceOf = (installation: string, key: string): string => `${installation}:${key}`;

/** The key of the operation that wrote a message; undefined where it is not ours. */
export function keyIn(installation: string, source: string | null | undefined): string | undefined {
  return source?.startsWith(`${installation}:`) ? source.slice(installation.length + 1) : undefined;
}
