/** Where a Chatwoot is: `origin` is `https://chat.example.com`, `prefix` is `` or `/a/sub/path`. */
export interface Address {
  origin: string;
  prefix: string;
}

/**
 * Reads the base URL of a Chatwoot: with or without a slash at the end, with `/api/v1`, under a sub-path, or as pasted
 * from the address bar of its dashboard.
 * @returns undefined where it is no http(s) URL
 */
export function readAddress(url: string): Address | undefined {
  const parsed = URL.canParse(url.trim()) ? new URL(url.trim()) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  const prefix = parsed.pathname.replace(/\/(app|api)(\/.*)?$/, '').replace(/\/+$/, '');
  return { origin: parsed.origin, prefix };
}
