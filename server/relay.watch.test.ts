import { describe, expect, test } from 'vitest';
import type { DeskEvent, Watch } from './desks/desk.ts';
import { openMemory, type MemoryDesk } from './desks/memory/memory-desk.ts';
import { silent } from './log.ts';
import { shortName } from './short-name.ts';
import { atDesk, isQuiet, jon, mara, teams } from './testing/people.ts';
import { startRelay, type TestOptions, type TestRelay } from './testing/start-relay.ts';
import { eventually, type Visitor } from './testing/visit.ts';

/* What is heard of a desk, and what becomes of it: a whole relay, and a desk in memory whose readings a test holds up. */

interface Ear {
  desk: MemoryDesk;
  /** How often was read, and how often deep. */
  count: { all: number; deep: number };
  /** No reading is answered until then. */
  hold(): () => void;
  /** The core's own ear: what a test hands in is heard as from the desk. */
  watch(): Watch;
}

function openEar(desk: MemoryDesk): Ear {
  const count = { all: 0, deep: 0 };
  let held: Promise<void> | undefined;
  let watching: Watch | undefined;
  return {
    count,
    hold() {
      let go = () => {};
      held = new Promise((resolve) => (go = resolve));
      return () => {
        held = undefined;
        go();
      };
    },
    watch() {
      if (!watching) throw new Error('nobody listens');
      return watching;
    },
    desk: {
      ...desk,
      async read(thread, ids, options) {
        count.all += 1;
        if (options?.deep) count.deep += 1;
        // What is said while the answer is on its way is not in it.
        const reading = await desk.read(thread, ids, options);
        await held;
        return reading;
      },
      watch(watch) {
        watching = watch;
        return desk.watch(watch);
      },
    },
  };
}

/** A visitor with a person, and nothing left to be read. */
async function withPerson(
  options: TestOptions = {},
): Promise<{ relay: TestRelay; visitor: Visitor; ear: Ear } & AsyncDisposable> {
  const ear = openEar(openMemory({ teams, ...(options.now ? { now: options.now } : {}) }));
  const relay = await startRelay({ ...options, desk: ear.desk });
  const visitor = await relay.visit();
  await visitor.ask('handoff:ask', { id: 'a' });
  await visitor.ask('handoff:choose', { topic: null });
  await visitor.hears('[queued]');
  await eventually(() => isQuiet(relay), 'nothing is left to do');
  ear.desk.people.say(mara, 'Hello');
  await visitor.hears('Mara Ostby: Hello');
  await stands(ear);
  ear.desk.people.frames(true);
  return { relay, visitor, ear, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() };
}

/** Whatever was heard of has been read. */
async function stands({ count, desk, watch }: Ear) {
  const thread = desk.people.thread();
  await watch().heard({ thread: { source: thread.source }, ids: [] });
  const before = count.all;
  await watch().heard({ thread: { source: thread.source }, ids: [] });
  expect(count.all).toBeGreaterThan(before);
}

/** What a frame tells of a message. */
const frame = (ear: Ear, id: number, text: string) => {
  const said: DeskEvent = { kind: 'said', id, agent: mara, text, files: [], at: 1_800_000_000_000, failed: false };
  ear.watch().handIn({ thread: { source: ear.desk.people.thread().source }, said });
};

const lines = (visitor: Visitor, of: string) => visitor.transcript().filter((line) => line.includes(of));

test('what the desk told in full is shown before it is read, is read all the same, and stands there once', async () => {
  await using stage = await withPerson();
  const { visitor, ear } = stage;
  const before = ear.count.all;
  const go = ear.hold();
  const id = ear.desk.people.say(mara, 'one');
  await visitor.hears('Mara Ostby: one');
  const shown = [...visitor.events.values()].at(-1);
  expect(shown).toMatchObject({ message: { id: `d.1.${id}`, author: { kind: 'agent', name: 'Mara Ostby' } } });
  await eventually(() => ear.count.all === before + 1, 'it is being read');
  go();
  await stands(ear);
  expect(lines(visitor, 'one')).toHaveLength(1);
});

test('two that follow each other are both shown, in order', async () => {
  await using stage = await withPerson();
  const { visitor, ear } = stage;
  for (const n of [1, 2, 3, 4, 5]) ear.desk.people.say(n % 2 ? mara : jon, `number ${n}`);
  await visitor.hears('number 5');
  await stands(ear);
  expect(lines(visitor, 'number')).toEqual([1, 2, 3, 4, 5].map((n) => `${n % 2 ? mara.name : jon.name}: number ${n}`));
});

test('while a thread is being read, a message waits for the reading', async () => {
  await using stage = await withPerson();
  const { visitor, ear } = stage;
  const before = ear.count.all;
  const go = ear.hold();
  ear.desk.people.hint();
  await eventually(() => ear.count.all === before + 1, 'it is being read');
  ear.desk.people.say(mara, 'one');
  await visitor.say('mine');
  expect(lines(visitor, 'one')).toEqual([]);
  go();
  await visitor.hears('one');
});

test.each([
  ['with an older id', -50],
  ['with the id of the last one', 0],
])('one %s is read first: it may be out of order, or none', async (_name, by) => {
  await using stage = await withPerson();
  const { visitor, ear } = stage;
  const before = ear.count.all;
  frame(ear, (ear.desk.people.thread().messages.at(-1)?.id ?? 0) + by, 'not there');
  // Only then: a hint of our own before it would have the thread read first anyway.
  await eventually(() => ear.count.all > before, 'it is read');
  await stands(ear);
  await visitor.say('mine');
  expect(lines(visitor, 'not there')).toEqual([]);
});

test('a thread that this process has not read yet is read first', async () => {
  await using stage = await withPerson();
  const { relay, ear } = stage;
  const { token } = stage.visitor;
  const before = ear.count.all;
  const go = ear.hold();
  await relay.restart();
  const visitor = await relay.visit({ token });
  ear.desk.people.say(mara, 'one');
  await eventually(() => ear.count.all > before, 'it is being read');
  await visitor.say('mine');
  expect(lines(visitor, 'one')).toEqual([]);
  go();
  await visitor.hears('one');
});

test('what is told while the bot has the visitor, or after the end, is read first', async () => {
  await using stage = await withPerson();
  const { visitor, ear } = stage;
  ear.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  await stands(ear);
  frame(ear, 10_000, 'not there');
  await stands(ear);
  await visitor.say('mine');
  await visitor.hears('You said: mine');
  frame(ear, 10_001, 'not there');
  await stands(ear);
  expect(lines(visitor, 'not there')).toEqual([]);
});

test('a desk that was restored from a backup gives its ids again: what is said under them is another message', async () => {
  let passed = 0;
  const now = () => Date.now() + passed;
  await using stage = await withPerson({ now });
  const { visitor, ear, relay } = stage;
  ear.desk.people.frames(false);
  const [first, lost] = [ear.desk.people.say(mara, 'kept'), ear.desk.people.say(mara, 'lost at the desk')];
  await visitor.hears('lost at the desk');
  // The cursor has passed both.
  passed = 10 * 60_000;
  await stands(ear);
  const threads = await relay.store.threads([...(await relay.store.recent(0, 1))][0]?.id ?? '');
  expect(threads[0]?.cursor).toBe(lost);
  const thread = ear.desk.people.thread();
  thread.messages = thread.messages.filter(({ id }) => id <= first);
  await stands(ear);
  const again = { by: 'agent' as const, private: false, key: null, files: [], failed: false, deleted: false };
  thread.messages.push({ ...again, id: lost, agent: jon, text: 'said after it', at: now() });
  thread.messages.push({ ...again, id: lost + 1, agent: jon, text: 'and another', at: now() });
  ear.desk.people.hint([lost + 1]);
  await visitor.hears('and another');
  await stands(ear);
  for (const text of ['kept', 'lost at the desk', 'said after it', 'and another']) {
    expect(lines(visitor, text)).toHaveLength(1);
  }
});

test('one of ours that stands twice at the desk is told of once, with the names by which both are found', async () => {
  const warned: [object, string][] = [];
  await using stage = await withPerson({
    log: { ...silent, warn: (fields, sentence) => void warned.push([fields, sentence]) },
  });
  const { visitor, ear, relay } = stage;
  await visitor.say('only once');
  await eventually(() => isQuiet(relay), 'it is at the desk');
  const thread = ear.desk.people.thread();
  const ours = thread.messages.find(({ text }) => text === 'only once');
  if (!ours) throw new Error('it is not there');
  await stands(ear);
  thread.messages.push({ ...ours, id: ours.id + 1_000 });
  for (let n = 0; n < 3; n += 1) await stands(ear);
  const [conversation] = await relay.store.recent(0, 1);
  expect(warned.filter(([, sentence]) => sentence.includes('twice'))).toEqual([
    [
      { conversation: shortName(conversation?.id ?? ''), desk: thread.number, message: ours.id + 1_000 },
      'something of ours stands twice at the desk',
    ],
  ]);
  expect(atDesk(thread).filter((line) => line.includes('only once'))).toHaveLength(2);
});

describe('the newest messages are read again', () => {
  /** A clock that a test sets, and timers that go off when it does. */
  function openTime() {
    let passed = 0;
    const timers = new Set<{ at: number; job: () => void }>();
    const now = () => Date.now() + passed;
    return {
      now,
      after: (ms: number, job: () => void) => {
        const timer = { at: now() + ms, job };
        timers.add(timer);
        const real = setTimeout(() => timers.delete(timer) && job(), ms).unref();
        return {
          [Symbol.dispose]() {
            clearTimeout(real);
            timers.delete(timer);
          },
        };
      },
      /** What is due by then goes off, each at its time. */
      async pass(ms: number) {
        const end = now() + ms;
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 5)); // what was begun comes to its next timer
          const next = [...timers].sort((a, b) => a.at - b.at)[0];
          if (!next || next.at > end) break;
          passed += Math.max(0, next.at - now());
          timers.delete(next);
          next.job();
        }
        passed += Math.max(0, end - now());
      },
    };
  }

  test('every five minutes, so that a deletion that was never rung for is found', async () => {
    const time = openTime();
    await using stage = await withPerson(time);
    const { visitor, ear } = stage;
    const id = ear.desk.people.say(mara, 'a slip');
    await visitor.hears('a slip');
    await stands(ear);
    await time.pass(2 * 60_000);
    await stands(ear); // the cursor has passed it
    ear.desk.people.quiet(true);
    ear.desk.people.remove(id);
    expect(visitor.transcript()).not.toContain('[deleted]');
    await time.pass(6 * 60_000);
    await visitor.hears('[deleted]');
  });

  test('after each start', async () => {
    await using stage = await withPerson();
    const { relay, ear } = stage;
    const { token } = stage.visitor;
    const id = ear.desk.people.say(mara, 'a slip');
    await stage.visitor.hears('a slip');
    ear.desk.people.quiet(true);
    ear.desk.people.remove(id);
    await relay.restart();
    const visitor = await relay.visit({ token });
    await visitor.hears('[deleted]');
  });
});

test('a person who opens an older round again has the visitor there', async () => {
  await using stage = await withPerson();
  const { visitor, ear, relay } = stage;
  ear.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  await visitor.say('Another thing');
  await visitor.hears('You said: Another thing');
  await eventually(async () => (await isQuiet(relay)) && ear.desk.people.threads.length === 2, 'a new round is there');
  ear.desk.people.setStatus('open', { number: 1 });
  await eventually(() => visitor.phase() === 'waiting', 'people have the visitor');
  await eventually(() => isQuiet(relay), 'the newer round is closed');
  expect(ear.desk.people.thread({ number: 2 }).status).toBe('resolved');
  await visitor.say('There you are');
  await eventually(
    () => atDesk(ear.desk.people.thread({ number: 1 })).includes('visitor: There you are'),
    'it is there',
  );
});
