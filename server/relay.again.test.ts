import { describe, expect, test } from 'vitest';
import { after } from './clock.ts';
import type { Watch } from './desks/desk.ts';
import { openMemory } from './desks/memory/memory-desk.ts';
import { atDesk, isQuiet, mara, startWithPeople, teams } from './testing/people.ts';
import type { TestRelay } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

/* What no doorbell tells: it is found by reading the same threads again, and by looking at who has an older one. */

const fiveMinutesMs = 5 * 60_000;
const quiet = (relay: TestRelay) => eventually(() => isQuiet(relay), 'nothing is left to do');

/** A visitor whom Mara has told a code. @returns the number of her message at the desk, too */
async function told(relay: TestRelay) {
  const visitor = await relay.visit();
  await visitor.say('Hello');
  await visitor.hears('You said: Hello');
  await quiet(relay);
  relay.desk.people.say(mara, 'Let me see.');
  await visitor.hears('Let me see.');
  await quiet(relay);
  const id = relay.desk.people.say(mara, 'The code is 4711.');
  await visitor.hears('4711');
  await quiet(relay);
  return { visitor, id };
}

describe('a deletion that nothing told of is found', () => {
  test('every five minutes', async () => {
    const due: (() => void)[] = [];
    await using relay = await startWithPeople({
      after(ms, job) {
        if (ms !== fiveMinutesMs) return after(ms, job);
        due.push(job);
        return { [Symbol.dispose]: () => {} };
      },
    });
    const { visitor, id } = await told(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.remove(id);
    expect(due).toHaveLength(1);
    due[0]?.();
    await visitor.hears('[deleted]');
    expect(due).toHaveLength(2);
  });

  test('after a start', async () => {
    await using relay = await startWithPeople();
    const { visitor, id } = await told(relay);
    await relay.restart({
      meanwhile: () => {
        relay.desk.people.quiet(true);
        relay.desk.people.remove(id);
        return Promise.resolve();
      },
    });
    const again = await relay.visit({ token: visitor.token });
    await again.hears('[deleted]');
    expect(again.transcript()).toContain('Mara Ostby: (deleted)');
  });
});

test('a person who reopens an older thread has the visitor again, there', async () => {
  await using relay = await startWithPeople();
  const { visitor } = await told(relay);
  const older = { number: relay.desk.people.thread().number };
  relay.desk.people.setStatus('resolved', older);
  await visitor.hears('[resolved]');
  await visitor.say('And another thing');
  await visitor.hears('You said: And another thing');
  await quiet(relay);
  expect(relay.desk.people.threads).toHaveLength(2);
  relay.desk.people.setStatus('open', older);
  await eventually(() => visitor.phase() !== 'bot', 'people have the visitor');
  await visitor.say('Yes?');
  await quiet(relay);
  expect(atDesk(relay.desk.people.thread(older)).at(-1)).toBe('visitor: Yes?');
  expect(visitor.transcript().at(-1)).toBe('visitor: Yes?');
  expect(relay.desk.people.thread().status).toBe('resolved');
});

test('a word that is handed in is taken at once only above all that was seen; below, the thread is read', async () => {
  const desk = openMemory({ teams });
  const { watch, read } = desk;
  const named = new Set<number>();
  desk.read = (thread, ids, options) => {
    for (const id of ids) named.add(id);
    return read.call(desk, thread, ids, options);
  };
  const ears: Watch[] = [];
  desk.watch = (ear) => {
    ears.push(ear);
    return watch.call(desk, ear);
  };
  await using relay = await startWithPeople({ desk });
  const { visitor, id } = await told(relay);
  const { source } = desk.people.thread();
  const thread = { source };
  // None of these is at the desk: no reading finds them.
  const handIn = async (id: number, text: string) => {
    const said = { kind: 'said' as const, id, agent: mara, text, files: [], at: Date.now(), failed: false };
    for (const ear of ears) ear.handIn({ thread, said });
    // It is read, too, whatever became of it; then nothing is dirty, and nothing is being read.
    await eventually(() => named.has(id), 'the thread is read');
    await Promise.all(ears.map((ear) => ear.heard({ thread, ids: [] })));
  };
  await handIn(id + 100, 'above');
  await handIn(id + 50, 'between');
  await handIn(id + 200, 'the last');
  await visitor.hears('the last');
  expect(visitor.transcript().slice(-2)).toEqual(['Mara Ostby: above', 'Mara Ostby: the last']);
});
