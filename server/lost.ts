import type { Store } from './stores/store.ts';

/** From when to when what the desk has may be missing here, in milliseconds since 1970. */
interface Lost {
  from: number;
  to: number;
}

/** As far apart as the clocks of relay and desk may be, in milliseconds. */
const skewMs = 60_000;

/** What a backup lacks that was restored, as `restore` noted it; undefined where nothing was restored. */
async function readLost(store: Pick<Store, 'setting'>): Promise<Lost | undefined> {
  const text = await store.setting('restored');
  if (text === undefined) return undefined;
  const { from, to } = JSON.parse(text) as Lost; // written by `restore` alone
  return { from: from - skewMs, to: to + skewMs };
}

/** @returns whether what the desk has from that time may be missing here, because a backup was restored */
export async function readIsLost(store: Pick<Store, 'setting'>): Promise<(at: number) => boolean> {
  const lost = await readLost(store);
  return (at) => lost !== undefined && at >= lost.from && at <= lost.to;
}

/** When a backup was restored last, milliseconds since 1970; never: -Infinity. */
export async function readRestoredAt(store: Pick<Store, 'setting'>): Promise<number> {
  return (await readLost(store))?.to ?? -Infinity;
}
