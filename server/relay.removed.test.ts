import { expect, test } from 'vitest';
import { openMemory } from './desks/memory/memory-desk.ts';
import type { Watch } from './desks/desk.ts';
import type { After } from './clock.ts';
import { fastClock, startRelay, type TestRelay } from './testing/start-relay.ts';
import { isMirrored, mara } from './testing/people.ts';
import { eventually } from './testing/visit.ts';

/* A conversation is taken away by another process, as `erase` does it beside the relay. */

async function erase({ store }: TestRelay): Promise<void> {
  for (const { id } of await store.list('', 10)) {
    let result: string;
    do {
      const found = await store.conversation(id);
      if (!found) break;
      result = await store.commit(id, found.version, { at: 1, marks: found.marks, remove: true });
    } while (result !== 'ok');
  }
}

test('a conversation that is erased while people have it is not looked after any more', async () => {
  const memory = openMemory();
  const watches: Watch[] = [];
  const clock = fastClock(60);
  /** Timers that wait, by how long they do. */
  const waiting = new Map<number, number>();
  const count = (ms: number, by: number) => void waiting.set(ms, (waiting.get(ms) ?? 0) + by);
  const after: After = (ms, job) => {
    let isWaiting = true;
    const end = () => {
      if (isWaiting) count(ms, -1);
      isWaiting = false;
    };
    count(ms, 1);
    const timer = clock.after(ms, () => {
      end();
      job();
    });
    return {
      [Symbol.dispose]() {
        end();
        timer[Symbol.dispose]();
      },
    };
  };
  await using relay = await startRelay({
    ...clock,
    after,
    desk: {
      ...memory,
      watch(watch) {
        watches.push(watch);
        return memory.watch(watch);
      },
    },
  });
  const visitor = await relay.visit();
  await visitor.say('Hello');
  await eventually(() => isMirrored(relay.desk, 'Hello'), 'the desk has it');
  relay.desk.people.say(mara, 'Mara here');
  await visitor.hears('Mara here');
  const everySecond = 1_000;
  expect(watches.map((watch) => watch.peopleInvolved())).toEqual([true]);
  await eventually(() => (waiting.get(everySecond) ?? 0) > 0, 'it is looked whether its desk is reached');
  await erase(relay);
  await eventually(() => !watches[0]?.peopleInvolved(), 'nobody is involved');
  await eventually(() => waiting.get(everySecond) === 0, 'nothing is looked after');
});

test('what was being read of a conversation that is erased is not said in the one that begins anew', async () => {
  const memory = openMemory();
  let hold: Promise<void> | undefined;
  let isHeld = false;
  await using relay = await startRelay({
    desk: {
      ...memory,
      async read(...asked) {
        if (!hold) return memory.read(...asked);
        const [thread, ids, { early: _, ...options } = {}] = asked;
        const reading = await memory.read(thread, ids, options);
        isHeld = true;
        await hold;
        return reading;
      },
    },
  });
  const visitor = await relay.visit();
  await visitor.say('My address is 5 Mill Lane');
  await visitor.hears('You said: My address');
  await eventually(() => isMirrored(relay.desk, 'You said: My address is 5 Mill Lane'), 'the desk has it');
  let release = () => {};
  hold = new Promise((resolve) => (release = resolve));
  relay.desk.people.say(mara, 'Mill Lane it is');
  await eventually(() => isHeld, 'it is being read');
  hold = undefined;
  await erase(relay);
  await visitor.say('Hello again');
  await eventually(() => isMirrored(relay.desk, 'You said: Hello again'), 'the desk has the new one');
  release();
  relay.desk.people.say(mara, 'Mara here');
  const [{ id } = { id: '' }] = await relay.store.list('', 10);
  const log = async () => JSON.stringify(await relay.store.events(id, 0, 100));
  await eventually(async () => (await log()).includes('Mara here'), 'the new one has been read');
  expect(await log()).not.toContain('Mill Lane');
});
