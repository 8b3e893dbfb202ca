import { expect, test } from 'vitest';
import { RelayError } from '../../errors.ts';
import { type Line, openLine } from '../../testing/line.ts';
import { listen } from '../../testing/listen.ts';
import { createDatabase, type TestDatabase } from '../../testing/test-database.ts';
import type { Changes, Store } from '../store.ts';
import { openPostgres } from './postgres-store.ts';

interface Far extends AsyncDisposable {
  store: Store;
  line: Line;
  database: TestDatabase;
  log: ReturnType<typeof listen>;
}

/** So that a test takes a fraction of the time. */
const patience = {
  firstConnect: 3_000,
  connect: 800,
  lock: 200,
  statement: 800,
  answer: 1_000,
  settle: 1_500,
  handover: 300,
};

/** A store whose database is at the other end of a line that can be cut. */
async function openFar(): Promise<Far> {
  const database = await createDatabase();
  const line = await openLine(database.url);
  const log = listen();
  const store = await openPostgres({ url: line.url, patience, log });
  return {
    store,
    line,
    database,
    log,
    async [Symbol.asyncDispose]() {
      await store.close();
      await line[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const marks = { spoke: 0, forDesk: 0, told: 0, telling: null };
const born: Changes = { create: { site: 'demo', visitor: 'v', log: 'l' }, at: 1, state: '{}', marks };
const saying = (seq: number, text: string): Changes => ({
  at: 2,
  marks: { ...marks, spoke: seq },
  entries: [{ event: { kind: 'message', seq, message: { id: `m-${seq}`, author: { kind: 'visitor' }, text, at: 2 } } }],
});
const failed = async (what: Promise<unknown>): Promise<unknown> =>
  what.then(
    () => undefined,
    (error: unknown) => error,
  );
const timed = async <R>(job: () => Promise<R>) => {
  const began = performance.now();
  return { result: await job(), ms: performance.now() - began };
};

test('while the server is away nothing can be read or written, and once it is back everything can', async () => {
  await using far = await openFar();
  const { store, line, log } = far;
  await store.commit('c', 0, born);
  await store.conversation('c');
  line.cut();
  for (const ask of [
    () => store.conversation('c'),
    () => store.commit('c', 1, saying(1, 'Hi')),
    () => store.set('a', 'b'),
  ]) {
    const { result, ms } = await timed(() => failed(ask()));
    expect(result).toBeInstanceOf(RelayError);
    expect(result).toMatchObject({ refusal: 'unavailable', remedy: expect.any(String) });
    expect(ms).toBeLessThan(10_000);
  }
  line.mend();
  expect(await store.commit('c', 1, saying(1, 'Hi'))).toBe('ok');
  expect(await store.conversation('c')).toMatchObject({ version: 2, seq: 1 });
  const told = log.lines.map(({ sentence }) => sentence);
  expect(told).toEqual(['the connection to the database is lost', 'the database is back']);
});

test('connections that the server ends while they are idle are made anew without a word to visitors', async () => {
  await using far = await openFar();
  const { store, database, line } = far;
  await store.commit('c', 0, born);
  await Promise.all(Array.from({ length: 5 }, () => store.conversation('c')));
  await database.run(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  expect(await store.commit('c', 1, saying(1, 'Hi'))).toBe('ok');
  expect(await store.conversation('c')).toMatchObject({ version: 2 });
  // And where something between had forgotten them, which shows when they are used.
  const cut = line.cutAt('conversation', 'before', 'through');
  expect(await store.conversation('c')).toMatchObject({ version: 2 });
  await cut;
});

test.for(['before', 'after'] as const)(
  'a decision whose connection is cut %s it happened is on the disk once, and is answered',
  async (where) => {
    await using far = await openFar();
    const { store, line } = far;
    await store.commit('c', 0, born);
    const cut = line.cutAt('said just then', where);
    const answers = Promise.all([
      store.commit('c', 1, saying(1, 'said just then')),
      store.commit('d', 0, born),
      store.commit('c', 0, { ...saying(1, 'late'), at: 3 }),
    ]);
    await cut;
    line.mend();
    expect(await answers).toEqual(['ok', 'ok', 'stale']);
    expect(await store.conversation('c')).toMatchObject({ version: 2, seq: 1 });
    expect(await store.conversation('d')).toMatchObject({ version: 1 });
    expect(await store.events('c', 0, 10)).toHaveLength(1);
  },
);

test('where the server does not come back in time, a decision is refused, and the next look tells whether it happened', async () => {
  await using far = await openFar();
  const { store, line } = far;
  await store.commit('c', 0, born);
  const cut = line.cutAt('said just then', 'after');
  const { result, ms } = await timed(() => failed(store.commit('c', 1, saying(1, 'said just then'))));
  await cut;
  expect(result).toMatchObject({ name: 'RelayError', refusal: 'unavailable' });
  expect(ms).toBeLessThan(10_000);
  line.mend();
  expect(await store.commit('c', 1, saying(1, 'again'))).toBe('stale');
  expect(await store.conversation('c')).toMatchObject({ version: 2, seq: 1 });
});

test('a server that says nothing any more is given up within seconds, and found again', async () => {
  await using far = await openFar();
  const { store, line } = far;
  await store.commit('c', 0, born);
  line.hang();
  const [write, read] = await Promise.all([
    timed(() => failed(store.commit('c', 1, saying(1, 'Hi')))),
    timed(() => failed(store.conversation('c'))),
  ]);
  for (const { result, ms } of [write, read]) {
    expect(result).toMatchObject({ name: 'RelayError', refusal: 'unavailable' });
    expect(ms).toBeLessThan(10_000);
  }
  line.cut();
  line.mend();
  const version = (await store.conversation('c'))?.version ?? 0;
  expect(await store.commit('c', version, { at: 5, marks })).toBe('ok');
});

test('a relay that has lost the database to another one writes nothing any more, until it is gone', async () => {
  await using far = await openFar();
  const { store, line, database } = far;
  await store.commit('c', 0, born);
  line.cut();
  const other = await openPostgres({ ...database, patience });
  line.mend();
  const error = await failed(store.commit('c', 1, saying(1, 'mine')));
  expect(String(error)).toContain(`another relay is running on the database ${database.name}`);
  expect(await other.commit('c', 1, saying(1, 'theirs'))).toBe('ok');
  await other.close();
  expect(await store.commit('c', 1, saying(1, 'mine'))).toBe('stale');
  expect(await store.commit('c', 2, saying(2, 'mine'))).toBe('ok');
});

test('a decision that the disk has no room for is refused alone', async () => {
  await using far = await openFar();
  const { store, line } = far;
  for (const id of ['a', 'b', 'c']) await store.commit(id, 0, born);
  line.refuse('far too large', '53100', 'could not extend file');
  const fates = await Promise.allSettled([
    store.commit('a', 1, saying(1, 'small')),
    store.commit('b', 1, saying(1, 'far too large')),
    store.commit('c', 1, saying(1, 'small')),
  ]);
  expect(fates.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await failed(store.commit('b', 1, saying(1, 'far too large')))).toMatchObject({
    refusal: 'unavailable',
    remedy: 'see to the disk of its machine',
  });
  line.allow();
  expect(await store.commit('b', 1, saying(1, 'far too large'))).toBe('ok');
});

test('a conversation that somebody else has locked holds up no other', async () => {
  await using far = await openFar();
  const { store, database } = far;
  for (const id of ['a', 'b', 'c']) await store.commit(id, 0, born);
  const lock = database
    .run("BEGIN; SELECT FROM conversation WHERE id = 'b' FOR UPDATE; SELECT pg_sleep(20)")
    .catch(() => 'ended');
  const isLocked = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
  while ((await database.run(isLocked)).length === 0);
  const { result, ms } = await timed(() =>
    Promise.allSettled(['a', 'b', 'c'].map((id) => store.commit(id, 1, saying(1, 'Hi')))),
  );
  expect(result.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(ms).toBeLessThan(10_000);
  await database.run(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'",
  );
  expect(await lock).toBe('ended');
  expect(await store.commit('b', 1, saying(1, 'Hi'))).toBe('ok');
});

test('what is asked about one thing is answered in the order of asking, however many connections there are', async () => {
  await using far = await openFar();
  const { store } = far;
  await store.commit('c', 0, { ...born, ...saying(1, 'x'.repeat(3_000)) });
  const answered: number[] = [];
  await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      await (i % 3 === 0 ? store.events('c', 0, 10) : store.conversation('c'));
      answered.push(i);
    }),
  );
  expect(answered).toEqual(Array.from({ length: 200 }, (_, i) => i));
});

test('closing takes no time where the server is away', async () => {
  const far = await openFar();
  await far.store.conversation('c');
  far.line.hang();
  expect((await timed(() => far.store.close())).ms).toBeLessThan(10_000);
  await far[Symbol.asyncDispose]();
});
