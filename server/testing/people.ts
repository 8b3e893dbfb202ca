import { openMemory, type MemoryDesk } from '../desks/memory/memory-desk.ts';
import type { MemoryThread } from '../desks/memory/world.ts';
import { fastClock, startRelay, type TestOptions, type TestRelay } from './start-relay.ts';
import { eventually, type Visitor } from './visit.ts';

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
export async function isQuiet({ store }: Pick<TestRelay, 'store'>): Promise<boolean> {
  const done = await Promise.all(
    (await store.withWork()).map(async (id) => {
      const marks = (await store.conversation(id))?.marks;
      // What is only due later is not under way.
      const rows = (await store.work(id)).filter(({ task }) => task.lane !== 'timer');
      return rows.length === 0 && (!marks || marks.forDesk <= marks.told);
    }),
  );
  return done.every(Boolean);
}

export function isMirrored(desk: MemoryDesk, text: string): boolean {
  return desk.people.threads.some(({ messages }) => messages.some((one) => one.text === text));
}

export const quiet = (relay: TestRelay) => eventually(() => isQuiet(relay), 'nothing is left to do');

/** A visitor who has begun a skill with the bot, in the queue of sales, with nobody there. */
export async function queued(relay: TestRelay): Promise<Visitor> {
  const visitor = await relay.visit();
  relay.bot.next({ skills: [{ name: 'me.test.supportDemo.TestSkill', slots: { name: 'Ada' } }] });
  await visitor.say('test skill');
  await visitor.hears('You said: test skill');
  await visitor.ask('handoff:ask', { id: 'ask-0' });
  await visitor.hears('[queued]');
  await quiet(relay);
  return visitor;
}

/** The same one, with Mara. */
export async function joined(relay: TestRelay): Promise<Visitor> {
  const visitor = await queued(relay);
  relay.desk.people.say(mara, 'Hello, Mara here.');
  await visitor.hears('Hello, Mara here.');
  return visitor;
}

/** A visitor with Mara who has not said a word before. */
export async function joinedSilently(relay: TestRelay): Promise<Visitor> {
  const visitor = await relay.visit();
  await visitor.ask('handoff:ask', { id: 'ask-0' });
  await visitor.ask('handoff:choose', { topic: 'orders-and-returns' });
  await visitor.hears('[queued]');
  await quiet(relay);
  relay.desk.people.say(mara, 'Hello, Mara here.');
  await visitor.hears('Hello, Mara here.');
  await quiet(relay);
  return visitor;
}

export const count = (lines: readonly string[], line: string) => lines.filter((one) => one === line).length;
