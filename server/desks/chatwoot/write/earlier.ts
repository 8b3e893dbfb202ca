import { BoundedMap } from '../../../bounded-map.ts';
import { sentByOlderCopy, type DeskTask } from '../../desk.ts';
import { readRange } from '../http/calls.ts';
import type { Answer } from '../http/answer.ts';
import { keyIn } from '../source-id.ts';
import type { Api } from '../http/api.ts';

/**
 * What an older copy of the relay's file may have written already: of each thread that has words waiting from before a
 * start, one reading tells which of ours are there. It stays true while the words that wait are this process's alone: where
 * there are several relays, another one may have had them for a while, so it is not believed for long.
 */
export interface Earlier {
  /** The desk's id of what this operation wrote; undefined where it is not there. */
  find(task: DeskTask, number: number): Promise<Answer<number | undefined>>;
}

/** So many threads are remembered; another one is read again when it is needed. */
const mostThreads = 500;
/** No relay gets what was another's, sends some of it and loses it again in less: a lease lasts longer. In milliseconds. */
const believedMs = 3_000;

interface Parts {
  api: Api;
  installation: string;
  now(): number;
}

export function createEarlier({ api, installation, now }: Parts): Earlier {
  const known = new BoundedMap<string, { ids: ReadonlyMap<string, number>; until: number }>(mostThreads);
  return {
    async find({ thread, op, isFirst }, number) {
      const found = known.get(thread.source);
      const askedAt = now();
      if (found && askedAt < found.until) return { ok: true, body: found.ids.get(op.key), at: 0 };
      const rows = await readRange(api, number, 1, undefined, isFirst ? 'first' : 'write');
      if (!rows.ok) return rows;
      const ids = new Map<string, number>();
      for (const { id, source_id } of rows.body) {
        const key = keyIn(installation, source_id);
        if (key !== undefined && !ids.has(key)) ids.set(key, id);
      }
      known.set(thread.source, { ids, until: askedAt + believedMs });
      return { ...rows, body: ids.get(op.key) };
    },
  };
}

/** It waited through a start, and was never sent by this copy of the file. */
export const isEarlier = ({ sentAt, op }: DeskTask): boolean =>
  sentAt === sentByOlderCopy && (op.kind === 'say' || op.kind === 'note');
