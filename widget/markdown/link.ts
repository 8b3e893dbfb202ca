const schemes = ['https:', 'http:', 'mailto:', 'tel:'];

/**
 * A link that may be followed: absolute, and of a scheme that only leads somewhere. What looks like something else to
 * a reader is read here as the browser reads it.
 * @returns undefined for all others, which stay text
 */
export function safeLink(address: string): { href: string; place: string } | undefined {
  if (address.length > 2_000) return undefined;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  if (!schemes.includes(url.protocol)) return undefined;
  return { href: url.href, place: url.host || url.pathname };
}
