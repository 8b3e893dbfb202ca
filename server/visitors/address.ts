import { isIP } from 'node:net';
import { isPublic } from './public-address.ts';

/** Where a connection comes from, as far as limits are concerned. */
export interface Address {
  /** What is counted: an IPv4 address, or the first 64 bits of an IPv6 one, for so many are a single customer's. */
  network: string;
  /**
   * Many visitors may be behind it: it is loopback or private, a proxy of ours, and passes addresses on; but
   * `trust_proxy` does not say that they can be believed.
   */
  isShared: boolean;
}

/** Where many visitors share one address, the limits by address are so many times as high. */
export const sharedTimes = 20;
/** Of connections fewer, for each costs memory for as long as it is open. */
export const sharedConnections = 4;

/**
 * Whose address a request has.
 * @param peer the other end of the connection
 * @param forwarded the header `X-Forwarded-For`; anybody can send one, so only what configured proxies added counts
 * @param proxies how many of them there are (`trust_proxy`)
 */
export function addressOf(peer: string | undefined, forwarded: string | undefined, proxies: number): Address {
  const near = parse(peer ?? '');
  if (!near) return { network: 'unknown', isShared: false };
  const isForwarded = forwarded !== undefined && forwarded.trim() !== '';
  if (proxies === 0 || !isForwarded) {
    return { network: networkOf(near), isShared: isForwarded && proxies === 0 && isInPrivateNetwork(near) };
  }
  // Each proxy adds the address it was asked from. Where one wrote something else, its own address has to do.
  const chain = forwarded.split(',').slice(-proxies).map(parse);
  return { network: networkOf(chain.find((each) => each !== undefined) ?? near), isShared: false };
}

/** An address in one spelling: four decimal numbers, or eight groups of hexadecimal digits. */
type Parsed = { family: 'ipv4'; text: string } | { family: 'ipv6'; groups: string[] };

function parse(written: string): Parsed | undefined {
  // With a port: 192.0.2.1:443, [2001:db8::1]:443. With the name of an interface: fe80::1%eth0.
  const bare = written
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 4) return { family: 'ipv4', text: bare };
  if (family === 0) return undefined;
  // A URL writes an IPv6 address in the shortest way, and always in the same one.
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const split = (part: string) => (part === '' ? [] : part.split(':'));
  const [before, after] = [split(head), split(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after];
  // ::ffff:192.0.2.1 is how a socket for both kinds writes an IPv4 address.
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return { family: 'ipv6', groups };
  const bytes = groups.slice(6).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
  return { family: 'ipv4', text: bytes.join('.') };
}

function networkOf(address: Parsed): string {
  return address.family === 'ipv4' ? address.text : `${address.groups.slice(0, 4).join(':')}::/64`;
}

/** This machine, or a network that the internet does not see. */
function isInPrivateNetwork(address: Parsed): boolean {
  return !isPublic(address.family === 'ipv4' ? address.text : address.groups.join(':'));
}

/** Whether many visitors may be behind this end of a connection: a proxy on this machine or in a private network. */
export function isNear(peer: string | undefined): boolean {
  const near = parse(peer ?? '');
  return near !== undefined && isInPrivateNetwork(near);
}
