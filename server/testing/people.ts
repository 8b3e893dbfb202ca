import { openMemory, type MemoryDesk } from '../desks/memory/memory-desk.ts';
import { fastClock, startRelay, type TestOptions, type TestRelay } from './start-relay.ts';
import type { MemoryThread } from '../desks/memory/world.ts';

export const mara = { key: '2', name: 'Mara Ostby' };
export const jon = { key: '3', name: 'Jon Vale' };
export const wim = { key: '4', name: 'Wim Aalto' };
export const teams = { support: [mara, wim], sales: [jon, mara] };

/** A relay with people at its desk, on a clock that is so many times as fast. */
export async function startWithPeople(options: TestOptions = {}, times = 20): Promise<TestRelay> {
  const clock = fastClock(times);
  return startRelay({ desk: openMemory({ now: clock.now, teams }), ...clock, ...options });
}

/** What stands in a thread, as an agent reads it: the first line of each, notes in brackets. */
export function atDesk(thread: MemoryThread): string[] {
  return thread.messages.map(({ by, text, private: isNote, agent }) => {
    const line = `${agent?.name ?? by}: ${text.split('\n')[0]}`;
    return isNote ? `(${line})` : line;
  });
}

/** Nothing of the relay's is under way or waits, at the desk or elsewhere. */
export async function isQuiet(relay: TestRelay): Promise<boolean> {
  const ids = await relay.store.withWork();
  return ids.length === 0;
}

export function isMirrored(desk: MemoryDesk, text: string): boolean {
  return desk.people.threads.some(({ messages }) => messages.some((one) => one.text === text));
}
