import type { IncomingHttpHeaders } from 'node:http';
import type { Log } from '../log.ts';

/** A socket, or a request told as one. */
interface Caller {
  handshake: { headers: IncomingHttpHeaders; address: string };
}

/** Whose address a socket has. Behind a proxy that nobody configured all have the proxy's, and it limits nobody. */
export function addresses(proxies: number, log: Log): (caller: Caller) => string | undefined {
  let warned = false;
  return ({ handshake }) => {
    const chain = String(handshake.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean);
    if (proxies > 0) return [...chain, handshake.address].at(-1 - proxies) ?? chain[0] ?? handshake.address;
    if (chain.length === 0) return handshake.address;
    if (!warned) {
      log.warn(
        {},
        'there is a proxy in front, and trust_proxy is not set: nobody is limited by address; set trust_proxy',
      );
      warned = true;
    }
    return undefined;
  };
}
