import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openMemory } from './desks/memory/memory-desk.ts';
import { atDesk, count, joinedSilently, quiet, startWithPeople, teams } from './testing/people.ts';
import { startRelay } from './testing/start-relay.ts';
import { isPostgres } from './testing/test-store.ts';
import { eventually } from './testing/visit.ts';

/* Words that wait while the desk is away, slow, or read anew after a start. */

describe('words that wait', () => {
  test('a wish for a person behind them does not time out while they leave', async () => {
    await using relay = await startWithPeople({ settings: ({ times }) => (times.transfer = 60_000) });
    const visitor = await relay.visit();
    relay.desk.people.away(true);
    for (let i = 0; i < 12; i += 1) await visitor.say(`word ${i}`);
    // The bot may be asked of several words at once.
    await visitor.until(({ transcript }) => transcript().some((line) => /^bot: You said:[^]*word 11$/.test(line)));
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:choose', { topic: null });
    // Each hangs for a while: all of them take more than as long as a handoff may, and each of them much less.
    relay.desk.people.away(false);
    for (let i = 0; i < 24; i += 1) relay.desk.people.next('hang', 'say');
    const letGo = setInterval(() => relay.desk.people.release(), 300);
    await visitor.hears('[queued]').finally(() => clearInterval(letGo));
    expect(visitor.transcript()).not.toContain('[failed]');
    const words = atDesk(relay.desk.people.thread()).filter((line) => line.startsWith('visitor: word'));
    expect(words).toEqual(Array.from({ length: 12 }, (_, i) => `visitor: word ${i}`));
  });

  test('leave after a start one request after the other, in order, with a step between them in its place', async () => {
    const desk = openMemory({ teams });
    const asked = { perform: 0, reconcile: 0 };
    const counted: typeof desk = {
      ...desk,
      perform: (task) => ((asked.perform += 1), desk.perform(task)),
      reconcile: (task) => ((asked.reconcile += 1), desk.reconcile(task)),
    };
    await using relay = await startRelay({ desk: counted });
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:choose', { topic: null });
    await visitor.hears('[queued]');
    await quiet(relay);
    desk.people.away(true);
    for (let i = 0; i < 30; i += 1) await visitor.say(`word ${i}`);
    await visitor.ask('handoff:cancel', {});
    await relay.restart({ meanwhile: async () => void Object.assign(asked, { perform: 0, reconcile: 0 }) });
    desk.people.away(false);
    desk.people.hint();
    await quiet(relay);
    const lines = atDesk(desk.people.thread());
    const words = lines.filter((line) => line.startsWith('visitor: word'));
    expect(words).toEqual(Array.from({ length: 30 }, (_, i) => `visitor: word ${i}`));
    // They were all behind the handoff, and before it was taken back.
    const [joined, last, left] = ['waiting here', 'word 29', 'left the queue'].map((some) =>
      lines.findIndex((line) => line.includes(some)),
    );
    expect([joined, last, left]).toEqual([...[joined, last, left]].sort((a = 0, b = 0) => a - b));
    expect(asked.reconcile).toBeLessThanOrEqual(3);
    // The words, the steps of taking it back, the bot's answer, and a try or two while the desk was away.
    expect(asked.perform).toBeLessThan(30 + 10);
  });

  test('of a round before, or behind a wish that was taken back, count too', async () => {
    await using relay = await startWithPeople({ settings: ({ times }) => (times.transfer = 60_000) });
    const visitor = await joinedSilently(relay);
    relay.desk.people.away(true);
    for (let i = 0; i < 8; i += 1) await visitor.say(`word ${i}`);
    await visitor.ask('handoff:back', {});
    await visitor.hears('You said: word 0');
    for (const id of ['b', 'c']) {
      await visitor.ask('handoff:ask', { id });
      await visitor.ask('handoff:choose', { topic: null });
      if (id === 'b') await visitor.ask('handoff:cancel', {});
    }
    relay.desk.people.away(false);
    for (let i = 0; i < 24; i += 1) relay.desk.people.next('hang', 'say');
    const letGo = setInterval(() => relay.desk.people.release(), 300);
    const queued = () => visitor.transcript().filter((line) => line === '[queued]').length === 2;
    await visitor.until(queued, 'queued again').finally(() => clearInterval(letGo));
    expect(visitor.transcript()).not.toContain('[failed]');
  });

  test('that a start found waiting have not left: they go where they are read', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.away(true);
    await visitor.say('One');
    await visitor.say('Two');
    await relay.restart({
      async meanwhile() {
        relay.desk.people.away(false);
        relay.desk.people.setStatus('resolved');
        for (let i = 0; i < 2; i += 1) relay.desk.people.next('unsent', 'say');
      },
    });
    const again = await relay.visit({ token: visitor.token });
    relay.desk.people.hint();
    await again.hears('You said: One');
    await quiet(relay);
    const all = relay.desk.people.threads.flatMap(atDesk);
    expect([count(all, 'visitor: One'), count(all, 'visitor: Two')]).toEqual([1, 1]);
    expect(atDesk(relay.desk.people.thread({ number: 1 }))).not.toContain('visitor: Two');
  });

  test('a desk that is back takes what waits at once, and not when its turn to wait is over', async () => {
    await using relay = await startRelay({ desk: openMemory({ teams }) });
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.away(true);
    await visitor.say('Still there?');
    // Each try doubles the wait.
    await eventually(async () => {
      const [id = ''] = await relay.store.withWork();
      return ((await relay.store.conversation(id))?.marks.telling?.attempts ?? 0) >= 3;
    }, 'it was tried three times');
    relay.desk.people.away(false);
    const before = performance.now();
    relay.desk.people.hint();
    await eventually(() => atDesk(relay.desk.people.thread()).includes('visitor: Still there?'), 'it is at the desk');
    expect(performance.now() - before).toBeLessThan(4_000);
  });

  test('are looked for at the desk after a start: an older copy of the database doubles none of them', async ({
    skip,
  }) => {
    skip(isPostgres, 'it handles the file itself');
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.away(true);
    await visitor.say('Only once');
    await visitor.hears('You said: Only once');
    const file = join(relay.folder, 'baton.db');
    const copy = join(relay.folder, 'copy.db');
    const db = new Sqlite(file, { readonly: true });
    await db.backup(copy);
    db.close();
    relay.desk.people.away(false);
    relay.desk.people.hint();
    await quiet(relay);
    await relay.restart({
      // Nothing but looking before a word is sent finds it there.
      desk: { ...relay.desk, read: async () => ({ result: 'away', why: 'a test wants it so' }) },
      async meanwhile() {
        for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
        await rename(copy, file);
      },
    });
    await quiet(relay);
    const lines = atDesk(relay.desk.people.thread());
    expect([count(lines, 'visitor: Only once'), count(lines, 'bot: You said: Only once')]).toEqual([1, 1]);
  });

  test('under a clock that was set back leave all the same, before and after a start', async () => {
    let at = Date.now();
    const start = performance.now();
    await using relay = await startRelay({
      desk: openMemory({ teams, now: () => at }),
      now: () => Math.round(at + (performance.now() - start)),
    });
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.away(true);
    await visitor.say('Anybody?');
    await visitor.hears('You said: Anybody?');
    at -= 3_600_000;
    await relay.restart();
    relay.desk.people.away(false);
    await eventually(
      () => atDesk(relay.desk.people.thread()).includes('bot: You said: Anybody?'),
      'all of it is there',
    );
  });
});

describe('a desk that is out of reach', () => {
  test('is told after a while where people are involved, to a browser that comes then, too, and so is its return', async () => {
    await using relay = await startWithPeople();
    const visitor = await joinedSilently(relay);
    relay.desk.people.away(true);
    await visitor.say('Hello?');
    await visitor.until(({ reached }) => reached.includes(false), 'told that the desk is away');
    const other = await relay.visit({ token: visitor.token });
    expect(other.welcome.conversation).toMatchObject({ deskAway: true });
    relay.desk.people.away(false);
    relay.desk.people.hint();
    await visitor.until(({ reached }) => reached.at(-1) === true, 'told that it is back');
    expect(visitor.reached).toEqual([false, true]);
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread()).at(-1)).toBe('visitor: Hello?');
  });
});

test('a thread that a start finds without a word is gone on with before all others', async () => {
  const decided: string[] = [];
  await using relay = await startRelay({
    desk: openMemory({ teams }),
    around: (store) => ({
      ...store,
      commit: (id, version, changes) => {
        decided.push(id);
        return store.commit(id, version, changes);
      },
    }),
  });
  const { people } = relay.desk;
  const first = await relay.visit();
  await first.say('Hi');
  await first.hears('You said: Hi');
  await quiet(relay);
  people.next('unsent', 'say');
  const second = await relay.visit();
  await second.say('Hello');
  await eventually(() => people.threads.length === 2, 'the second thread is made');
  people.away(true);
  await first.say('Waiting');
  await first.hears('You said: Waiting');
  const [older, wordless] = await relay.store.withWork();
  expect(people.thread({ number: 2 }).messages).toEqual([]);
  await relay.restart({ meanwhile: async () => void decided.splice(0) });
  await eventually(() => decided.includes(older ?? ''), 'both are taken up');
  expect(decided[0]).toBe(wordless);
});

test('a desk that hangs is told as soon as one that is away', async () => {
  await using relay = await startWithPeople();
  const visitor = await joinedSilently(relay);
  relay.desk.people.next('hang', 'say');
  await visitor.say('Hello?');
  await visitor.until(({ reached }) => reached.includes(false), 'told that the desk is away');
  relay.desk.people.release();
  await visitor.until(({ reached }) => reached.at(-1) === true, 'told that it is back');
});
