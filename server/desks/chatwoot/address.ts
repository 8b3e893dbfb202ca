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

/**
 * Reads an inbox's number, or the URL of its page in the dashboard.
 * @returns undefined where neither is there
 */
export const readInboxId = (text: string): number | undefined =>
  readId(text, /\/(?:settings\/inboxes(?:\/new)?|inbox)\/(\d+)(?=\/|$)/);

function readId(text: string, inPath: RegExp): number | undefined {
  const trimmed = text.trim();
  if (/^\d{1,10}$/.test(trimmed)) return Number(trimmed);
  const found = URL.canParse(trimmed) ? inPath.exec(new URL(trimmed).pathname)?.[1] : undefined;
  return found === undefined ? undefined : Number(found);
}
