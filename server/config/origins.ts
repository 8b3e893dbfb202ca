/*
 * Where a site's pages live. An origin is compared whole, never by its beginning or end; the only wildcard is the
 * port, for a developer's machine.
 */

const withAnyPort = /^(https?:\/\/[^/?#@]+):\*$/;

/** Whether this can be written in the list: `https://shop.example`, `http://localhost:3000`, `http://localhost:*`. */
export function isOrigin(text: string): boolean {
  const base = withAnyPort.exec(text)?.[1] ?? text;
  const url = URL.canParse(base) ? new URL(base) : null;
  if (!url || !/^https?:$/.test(url.protocol) || base.includes('*') || url.username || url.password) return false;
  // A port before the star, a path, a trailing slash: none of it would ever match what browsers send.
  return !/[/?#]/.test(base.slice(base.indexOf('//') + 2)) && (base === text || url.port === '');
}

/** What tells whether a page may use the site: by the exact `Origin` that its browser sends. */
export function originMatcher(origins: readonly string[]): (origin: string) => boolean {
  const exact = new Set<string>();
  const hosts = new Set<string>();
  for (const origin of origins) {
    const base = withAnyPort.exec(origin)?.[1];
    if (base === undefined) exact.add(new URL(origin).origin);
    else hosts.add(hostOf(new URL(base)));
  }
  return (origin) => {
    if (!URL.canParse(origin)) return false; // "null" among them
    const url = new URL(origin);
    return url.origin === origin && (exact.has(origin) || hosts.has(hostOf(url)));
  };
}

const hostOf = (url: URL): string => `${url.protocol}//${url.hostname}`;
