/**
 * An address as the relay gives it, made whole.
 * @param address absolute, or relative to the relay
 * @returns empty for what leads nowhere on the web
 */
export function webAddress(address: string, relay: string): string {
  if (address === '') return '';
  try {
    const { href, protocol } = new URL(address, relay);
    return /^https?:$/.test(protocol) ? href : '';
  } catch {
    return '';
  }
}
