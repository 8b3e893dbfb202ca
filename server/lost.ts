import type { Store } from './stores/store.ts';

/**
 * What a backup lacks that was restored: `restore` notes from when to when, in milliseconds since 1970. Where nothing was
 * restored, nothing is lost.
 * @returns whether what the desk has from that time may be missing here
 */
export async function readLost(store: Pick<Store, 'setting'>): Promise<(at: number) => boolean> {
  const text = await store.setting('restored');
  if (text === undefined) return () => false;
  const { from, to } = JSON.parse(text) as { from: number; to: number }; // written by `restore` alone
  return (at) => at >= from - skewMs && at <= to + skewMs;
}

/** As far apart as the clocks of relay and desk may be, in milliseconds. */
const skewMs = 60_000;
