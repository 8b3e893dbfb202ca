/*
 * The work of a conversation is carried out by one node at a time: the one that has the lease of its shard. A lease for
 * each conversation would cost a row with each that begins; a shard costs nothing, and is fenced all the same.
 */

/** Nobody ever needs more nodes than this; changing it needs all nodes to be stopped. */
const count = 32;

/** The leases of all shards. */
export const shards: readonly string[] = Array.from({ length: count }, (_, i) => `work/${i}`);

/** The lease under which a conversation's work is carried out: always the same, and about as many under each. */
export function shardOf(conversation: string): string {
  // FNV-1a.
  let hash = 0x811c_9dc5;
  for (let i = 0; i < conversation.length; i += 1) {
    hash = Math.imul(hash ^ conversation.charCodeAt(i), 0x0100_0193);
  }
  return shards[(hash >>> 0) % count]!; // one of them
}
