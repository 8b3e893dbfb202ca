import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Basic auth in the address becomes a header. */
export function withoutUser(url: string): { href: string; authorization: Record<string, string> } {
  const parsed = new URL(url);
  if (parsed.username === '') return { href: url, authorization: {} };
  const pair = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
  parsed.username = parsed.password = '';
  return { href: parsed.href, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateAddresses.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  privateAddresses.addSubnet(network, prefix, 'ipv6');

/** Whether no public address is behind it, as 4.14 asks before it delivers. */
export async function isPrivate(url: string): Promise<boolean> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
  return addresses.every((address) => privateAddresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
}
