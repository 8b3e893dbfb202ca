/*
 * Loaded into the relay before its own code: all come from this machine, and the relay is to believe that some come from
 * far away. 127.7.x.y is seen as 8.7.x.y, a public address, and 127.16.x.y as 2a02:x::y, with x as the /64.
 */
import { Socket } from 'node:net';

const original = Socket.prototype._getpeername;
Socket.prototype._getpeername = function () {
  const peer = original.call(this);
  const [, second, third, fourth] = /127\.(\d+)\.(\d+)\.(\d+)$/.exec(peer.address ?? '') ?? [];
  const number = Number(second);
  if (number === 16) return { ...peer, address: `2a02:${Number(third).toString(16)}::${Number(fourth).toString(16)}` };
  if (number >= 7) return { ...peer, address: `::ffff:8.${second}.${third}.${fourth}` };
  return peer;
};
