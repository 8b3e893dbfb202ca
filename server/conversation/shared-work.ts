import type { Leases } from '../nodes/leases.ts';
import type { Remembered } from './remembered.ts';
import { shardOf, shards } from './shards.ts';
import type { WorkRunner } from './work-runner.ts';

/*
 * Which conversations' work is carried out here: those of the shards that this node has. What another node left in a
 * shard that comes here is looked for as after a start; a shard that goes is left once what is under way in it has ended.
 */

interface SharedWork {
  /** Whether work of this conversation may be begun here. */
  mayBegin(id: string): boolean;
  /** Resolves once what was left in the shards that are had at once is under way. */
  begin(runner: Pick<WorkRunner, 'resume' | 'leave'>, complain: (error: unknown) => void): Promise<void>;
}

interface Parts {
  leases: Leases;
  remembered: Pick<Remembered, 'leave'>;
  reach: { forget(which: (id: string) => boolean): void };
}

export function shareWork({ leases, remembered, reach }: Parts): SharedWork {
  /** Told that they are ours, and not that they go. */
  const mine = new Set<string>();
  let resuming: Promise<void> | undefined;

  return {
    mayBegin: (id) => mine.has(shardOf(id)) && leases.held(shardOf(id)) !== undefined,
    async begin(runner, complain) {
      let isStarting = true;
      const isIn = (shard: string) => (id: string) => shardOf(id) === shard;
      leases.want(shards, 'fairly', {
        gained(shard) {
          remembered.leave(isIn(shard));
          mine.add(shard);
          // Several come at once.
          resuming ??= Promise.resolve().then(async () => {
            resuming = undefined;
            await runner.resume();
          });
          if (!isStarting) resuming.catch(complain);
        },
        async lost(shard) {
          mine.delete(shard);
          reach.forget(isIn(shard));
          await runner.leave(isIn(shard));
        },
      });
      isStarting = false;
      await resuming;
    },
  };
}
