import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent } from 'undici';

/*
 * For requests to addresses that somebody else has chosen. A name is judged by what it leads to at the moment of
 * connecting, so that a name server cannot tell us one thing and the connection another.
 */

const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inside.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127], // nobody, and this machine
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(network, prefix, 'ipv6');

/** Whether an address (no name) is one that anybody on the internet means by it. IPv4 within IPv6 counts as IPv4. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !inside.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

class NotPublic extends Error {
  readonly code = 'NOT_PUBLIC';
}

const lookupPublic: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return done(error, '', 0);
    const [first] = found;
    if (!first || !found.every(({ address }) => isPublic(address))) return done(new NotPublic(), '', 0);
    if (options.all) done(null, found);
    else done(null, first.address, first.family);
  });
};

/**
 * For `request`: connects to public addresses alone. A URL that holds an address in place of a name is not looked up, so
 * ask `isPublic` of it first.
 */
export const publicOnly = (): Agent => new Agent({ connect: { lookup: lookupPublic } });
