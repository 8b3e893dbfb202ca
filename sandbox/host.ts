import { isIP } from 'node:net';

/*
 * The sandbox tells its tokens to everyone who asks. A page on the internet may let its own name lead to this machine
 * (DNS rebinding), and its scripts would then be of our origin; but the browser goes on to send that name. So only names
 * that are meant are answered. An address is no name, and nobody can make one lead elsewhere.
 */

export const strangeName = 'The sandbox is not called so. To allow this name, add it to SANDBOX_HOST.\n';

/** @returns whether a request with this `Host` is meant for the sandbox */
export function hostCheck(names: readonly string[]): (host: string | undefined) => boolean {
  const known = new Set(['localhost', ...names.map((name) => name.toLowerCase())]);
  return (host) => {
    if (host === undefined || !URL.canParse(`http://${host}`)) return false;
    const { hostname } = new URL(`http://${host}`);
    return known.has(hostname) || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  };
}
