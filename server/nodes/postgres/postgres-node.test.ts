import { expect, onTestFinished, test } from 'vitest';
import { usualPatience } from '../../stores/postgres/examine.ts';
import { openPostgres } from '../../stores/postgres/postgres-store.ts';
import { type Line, openLine } from '../../testing/line.ts';
import { listen } from '../../testing/listen.ts';
import { createDatabase } from '../../testing/test-database.ts';
import { eventually } from '../../testing/visit.ts';
import type { Item } from '../news.ts';
import { describeNode } from '../node.contract.ts';
import type { Node } from '../node.ts';
import { type LeaseTimes, usualTimes } from './leases.ts';
import { openPostgresNode } from './postgres-node.ts';

/** So that a test takes a fraction of the time. */
const quick: LeaseTimes = { lives: 1_200, every: 200, margin: 300, ending: 300 };
const patience = { ...usualPatience, connect: 500, statement: 500, answer: 500 };
const shards = Array.from({ length: 8 }, (_, i) => `work/${i}`);

/** An empty database with our tables. */
async function makeTables() {
  const database = await createDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  await (await openPostgres(database)).close();
  return database;
}

interface Started {
  node: Node;
  line: Line;
  /** In order, as `+work/0` and `-work/0`. */
  told: string[];
  heard: (Item | 'missed')[];
  log: ReturnType<typeof listen>;
  /** What it holds now. */
  held(): string[];
}

async function start(database: { url: string }, times = quick, lost?: () => Promise<void>): Promise<Started> {
  const line = await openLine(database.url);
  const log = listen();
  const node = await openPostgresNode({ url: line.url, patience, times, log });
  onTestFinished(async () => {
    line.mend();
    await node[Symbol.asyncDispose]();
    await line[Symbol.asyncDispose]();
  });
  const told: string[] = [];
  const heard: Started['heard'] = [];
  node.news.hear({ heard: (item) => heard.push(item), missed: () => heard.push('missed'), look() {} });
  node.leases.want(shards, 'fairly', {
    gained: (name) => void told.push(`+${name}`),
    lost(name) {
      told.push(`-${name}`);
      return lost?.();
    },
  });
  return { node, line, told, heard, log, held: () => shards.filter((name) => node.leases.held(name)) };
}

const thinking = (id: string): Item => ({ about: 'thinking', id, on: true });

describeNode('a node on PostgreSQL', async () => openPostgresNode({ ...(await makeTables()), times: quick }));

test('two nodes share fairly, whichever came first, and never hold the same', async () => {
  const database = await makeTables();
  const a = await start(database);
  await eventually(() => a.held().length === 8, 'the first has all');
  const b = await start(database);
  await eventually(() => {
    expect(a.held().filter((name) => b.held().includes(name))).toEqual([]);
    return a.held().length === 4 && b.held().length === 4;
  }, 'each has half');
  await b.node[Symbol.asyncDispose]();
  await eventually(() => a.held().length === 8, 'the one that is left has all again');
});

test('the number of the fence grows with each hand that takes it, and with no other', async () => {
  const database = await makeTables();
  const a = await start(database);
  await eventually(() => a.held().length === 8, 'the first has all');
  const before = a.node.leases.held('work/0');
  expect(before).toEqual({ lease: 'work/0', number: 1 });
  // It says several times that it is alive.
  const until = performance.now() + quick.lives * 1.5;
  await eventually(() => performance.now() > until, 'its leases would be over');
  expect(a.node.leases.held('work/0')).toEqual(before);
  await a.node[Symbol.asyncDispose]();
  const b = await start(database);
  await eventually(() => b.held().length === 8, 'the second has all');
  expect(b.node.leases.held('work/0')).toEqual({ lease: 'work/0', number: 2 });
});

test('what a dead node held is another’s within ten seconds', async () => {
  const database = await makeTables();
  const a = await start(database, usualTimes);
  await eventually(() => a.held().length === 8, 'the first has all');
  const b = await start(database, usualTimes);
  await eventually(() => b.held().length === 4, 'each has half');
  const diedAt = performance.now();
  a.line.cut();
  await eventually(() => b.held().length === 8, 'the other has all');
  expect(performance.now() - diedAt).toBeLessThan(10_000);
});

test('a node that is cut off takes its leases for lost before another has them', async () => {
  const database = await makeTables();
  const a = await start(database);
  await eventually(() => a.held().length === 8, 'the first has all');
  a.line.hang();
  const b = await start(database);
  await eventually(() => {
    const both = a.held().filter((name) => b.held().includes(name));
    expect(both).toEqual([]);
    return b.held().length === 8;
  }, 'the other has all');
  expect(a.told.filter((each) => each.startsWith('-'))).toHaveLength(8);
  a.line.mend();
  await eventually(() => a.held().length === 4 && b.held().length === 4, 'each has half again');
});

test('a node that slept does not believe in its leases when it wakes up', async () => {
  const database = await makeTables();
  const a = await start(database);
  await eventually(() => a.held().length === 8, 'it has all');
  // Nothing of this process runs meanwhile: no timer has told it anything when it is asked.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, quick.lives);
  expect(a.held()).toEqual([]);
  await eventually(() => a.held().length === 8, 'nobody else was there to take them');
  expect(a.told).toHaveLength(24);
});

test('what is under way ends before a lease goes to another', async () => {
  const database = await makeTables();
  let end: (() => void) | undefined;
  const underWay = new Promise<void>((resolve) => (end = resolve));
  const a = await start(database, { ...quick, ending: 60_000 }, () => underWay);
  await eventually(() => a.held().length === 8, 'the first has all');
  const b = await start(database);
  await eventually(() => a.told.filter((each) => each.startsWith('-')).length === 4, 'the first is to give up half');
  expect(a.held()).toHaveLength(8);
  expect(b.held()).toEqual([]);
  end?.();
  await eventually(() => b.held().length === 4, 'the second has half');
});

test('what is under way and does not end is not waited for', async () => {
  const database = await makeTables();
  const a = await start(database, quick, () => new Promise<void>(() => undefined));
  await eventually(() => a.held().length === 8, 'the first has all');
  const b = await start(database);
  await eventually(() => b.held().length === 4 && a.held().length === 4, 'each has half');
});

test('what goes to the first stays with it', async () => {
  const database = await makeTables();
  const [a, b] = [await start(database), await start(database)];
  const told: string[] = [];
  const holder = (who: string) => ({ gained: () => void told.push(`+${who}`), lost: () => void told.push(`-${who}`) });
  a.node.leases.want(['desk/helper'], 'first', holder('a'));
  await eventually(() => told.length === 1, 'it is held');
  b.node.leases.want(['desk/helper'], 'first', holder('b'));
  await eventually(() => b.held().length === 4, 'the second has looked');
  expect(told).toEqual(['+a']);
  await a.node[Symbol.asyncDispose]();
  await eventually(() => told.length === 2, 'it is the other’s');
  expect(told).toEqual(['+a', '+b']);
});

test('news reach the other node in order, many and long ones too', async () => {
  const database = await makeTables();
  const [a, b] = [await start(database), await start(database)];
  const ids = Array.from({ length: 500 }, (_, i) => `${i} ${'ü'.repeat(i % 50)}'"\\`);
  for (const id of ids) a.node.news.tell(thinking(id));
  await eventually(() => b.heard.length >= 500, 'all have arrived');
  expect(b.heard).toEqual(ids.map(thinking));
  expect(a.heard).toEqual([]);
  b.node.news.tell(thinking('back'));
  await eventually(() => a.heard.length === 1, 'and the other way');
});

test('what is too long to be told is known to be missed', async () => {
  const database = await makeTables();
  const [a, b] = [await start(database), await start(database)];
  a.node.news.tell(thinking('x'.repeat(8_000)));
  a.node.news.tell(thinking('short'));
  await eventually(() => b.heard.length === 2, 'both are told');
  expect(b.heard).toEqual(['missed', thinking('short')]);
});

test('a node that did not hear for a while knows that it missed something, and so do the others', async () => {
  const database = await makeTables();
  const [a, b] = [await start(database), await start(database)];
  a.line.cut();
  await eventually(() => !a.node.isWell(), 'the line is lost');
  a.node.news.tell(thinking('while away'));
  a.line.mend();
  await eventually(() => a.node.isWell(), 'it hears again');
  expect(a.heard).toEqual(['missed']);
  await eventually(() => b.heard.length === 2, 'the other is told');
  expect(b.heard).toEqual(['missed', thinking('while away')]);
  expect(a.log.lines.map(({ sentence }) => sentence)).toEqual([
    'the other relays are not heard for now; what they do is looked for',
    'the other relays are heard again',
  ]);
});

test('nodes of one database are one family, a copy is another, and a user with no special rights will do', async () => {
  const database = await makeTables();
  const user = `${database.name}_user`;
  await database.run(
    `CREATE ROLE ${user} LOGIN PASSWORD 'secret-2'; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${user}`,
  );
  onTestFinished(async () => void (await database.run(`DROP OWNED BY ${user}; DROP ROLE ${user}`)));
  const url = new URL(database.url);
  [url.username, url.password] = [user, 'secret-2'];
  const plain = await openPostgresNode({ url: url.href, times: quick });
  onTestFinished(() => plain[Symbol.asyncDispose]());
  const other = await start(database);
  const copy = await start(await makeTables());
  expect(plain.family).toBe(other.node.family);
  expect(copy.node.family).not.toBe(other.node.family);
});

test('one thing at a time, whichever node does it', async () => {
  const database = await makeTables();
  const [a, b] = [await start(database), await start(database)];
  let atOnce = 0;
  let most = 0;
  const job = async () => {
    most = Math.max(most, (atOnce += 1));
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
  };
  const failing = a.node.exclusively('desk/one', () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  await Promise.all([a, b, a, b].map(({ node }) => node.exclusively('desk/one', job)));
  expect(most).toBe(1);
});

test('what is limited is counted for all nodes, and anew after a while', async () => {
  const database = await makeTables();
  const [a, b] = [await start(database), await start(database)];
  const times: number[] = [];
  for (const { node } of [a, b, a]) times.push((await node.count('x', 60)).times);
  expect(times).toEqual([1, 2, 3]);
  expect((await b.node.count('y', 60)).times).toBe(1);
  const { restMs } = await a.node.count('x', 60);
  expect(restMs).toBeGreaterThan(50_000);
  await database.run("UPDATE spent SET until = now() - interval '1 second'");
  expect((await b.node.count('x', 60)).times).toBe(1);
});
