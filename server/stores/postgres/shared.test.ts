import { expect, onTestFinished, test } from 'vitest';
import { openLine } from '../../testing/line.ts';
import { createDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { eventually } from '../../testing/visit.ts';
import type { Changes } from '../store.ts';
import { usualPatience } from './examine.ts';
import { openPostgres } from './postgres-store.ts';

/* Several relays on the same tables. */

const patience = { ...usualPatience, connect: 800, answer: 1_000, handover: 300 };
const marks = { spoke: 0, forDesk: 0, told: 0, telling: null };
const born: Changes = { create: { site: 'demo', visitor: 'v', log: 'l' }, at: 1, state: '{}', marks };
const saying = (seq: number, id: string): Changes => ({
  at: 2,
  marks,
  entries: [{ event: { kind: 'message', seq, message: { id, author: { kind: 'visitor' }, text: id, at: 2 } } }],
});

async function openTwo() {
  const database = await createDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  const open = async () => {
    const store = await openPostgres({ ...database, alone: false, connections: 4, patience });
    onTestFinished(() => store.close());
    return store;
  };
  return { database, one: await open(), other: await open() };
}

/** As a node takes it, see `server/nodes/`. */
const take = (database: TestDatabase, name: string) =>
  database.run(
    `INSERT INTO lease (name, node, fence) VALUES ('${name}', 'n', 1) ON CONFLICT (name) DO UPDATE SET fence = lease.fence + 1`,
  );

test('two that share the tables both write, and the version tells who came first', async () => {
  const { one, other } = await openTwo();
  await one.commit('c', 0, born);
  const race = await Promise.all(
    [one, other].map(async (store, who) => {
      let [won, lost] = [0, 0];
      for (let n = 0; won + lost < 60; n += 1) {
        const { version, seq } = (await store.conversation('c')) ?? { version: 0, seq: 0 };
        if ((await store.commit('c', version, saying(seq + 1, `${who}-${n}`))) === 'ok') won += 1;
        else lost += 1;
      }
      return { won, lost };
    }),
  );
  const { version, seq } = (await one.conversation('c')) ?? { version: 0, seq: 0 };
  const won = race.reduce((sum, each) => sum + each.won, 0);
  expect({ version, seq }).toEqual({ version: won + 1, seq: won });
  expect((await other.events('c', 0, 1_000)).map((event) => event.seq)).toEqual(
    Array.from({ length: won }, (_, i) => i + 1),
  );
  expect(Math.min(...race.map((each) => each.won))).toBeGreaterThan(0);
});

test('many decisions of two that share the tables never wait for each other for ever', async () => {
  const { one, other } = await openTwo();
  const ids = Array.from({ length: 60 }, (_, i) => `c-${i}`);
  await Promise.all(ids.map((id) => one.commit(id, 0, born)));
  for (let round = 0; round < 10; round += 1) {
    const results = await Promise.all([
      ...ids.map((id) => one.commit(id, round + 1, { at: round, marks })),
      ...ids.toReversed().map((id) => other.commit(id, round + 1, { at: round, marks })),
    ]);
    expect(results.filter((result) => result === 'ok')).toHaveLength(ids.length);
    expect(results.filter((result) => result === 'stale')).toHaveLength(ids.length);
  }
});

test('what is decided under a lease that another node has taken since is refused, and nothing of it happens', async () => {
  const { database, one } = await openTwo();
  await take(database, 'work/1');
  const fence = { lease: 'work/1', number: 1 };
  expect(await one.commit('c', 0, born, fence)).toBe('ok');
  await take(database, 'work/1');
  const [late, made, free, other] = await Promise.all([
    one.commit('c', 1, saying(1, 'late'), fence),
    one.commit('d', 0, born, fence),
    one.commit('e', 0, born),
    one.commit('f', 0, born, { lease: 'work/2', number: 1 }),
  ]);
  expect([late, made, free, other]).toEqual(['fenced', 'fenced', 'ok', 'fenced']);
  expect(await one.conversation('c')).toMatchObject({ version: 1, seq: 0 });
  expect(await one.conversation('d')).toBeUndefined();
  expect(await one.commit('c', 7, saying(1, 'late'), fence), 'whatever else is wrong').toBe('fenced');
  expect(await one.commit('c', 1, saying(1, 'now'), { ...fence, number: 2 })).toBe('ok');
});

test('a node that takes a lease waits for what is being committed under it', async () => {
  const { database, one } = await openTwo();
  await take(database, 'work/1');
  await one.commit('c', 0, born);
  // The conversation is held up, and with it the decision that holds the lease.
  const held = database.run("BEGIN; SELECT FROM conversation WHERE id = 'c' FOR UPDATE; SELECT pg_sleep(0.3); COMMIT");
  const sleeps = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
  await eventually(async () => (await database.run(sleeps)).length > 0, 'it is held up');
  const commit = one.commit('c', 1, saying(1, 'm'), { lease: 'work/1', number: 1 });
  const waits = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await eventually(async () => (await database.run(waits)).length > 0, 'the decision waits');
  const order: string[] = [];
  await Promise.all([
    commit.then((result) => order.push(result)),
    take(database, 'work/1').then(() => order.push('taken over')),
    held,
  ]);
  expect(order).toEqual(['ok', 'taken over']);
});

test('a decision whose answer was lost is settled beside others that write', async () => {
  const { database, one } = await openTwo();
  const line = await openLine(database.url);
  onTestFinished(() => line[Symbol.asyncDispose]());
  const far = await openPostgres({ url: line.url, alone: false, patience });
  onTestFinished(() => far.close());
  await one.commit('c', 0, born);
  const cut = line.cutAt('said just then', 'after', 'through');
  expect(await far.commit('c', 1, saying(1, 'said just then'))).toBe('ok');
  await cut;
  expect(await one.commit('c', 2, saying(2, 'next'))).toBe('ok');
  expect(await one.events('c', 0, 10)).toHaveLength(2);
});

test('one that wants the tables to itself and those that share them keep each other out', async () => {
  const { database, one, other } = await openTwo();
  const alone = () => openPostgres({ ...database, patience });
  await expect(alone()).rejects.toThrow('another relay is running');
  await one.close();
  await expect(alone()).rejects.toThrow('another relay is running');
  await other.close();
  const store = await alone();
  await expect(openPostgres({ ...database, alone: false, patience })).rejects.toThrow('another relay is running');
  await store.close();
});
