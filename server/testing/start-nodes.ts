import type { Config } from '../config.ts';
import { openMemory, type MemoryDesk } from '../desks/memory/memory-desk.ts';
import type { Node } from '../nodes/node.ts';
import { openPostgresNode } from '../nodes/postgres/postgres-node.ts';
import { createRelay } from '../relay.ts';
import { usualPatience } from '../stores/postgres/examine.ts';
import { openPostgres } from '../stores/postgres/postgres-store.ts';
import type { Store } from '../stores/store.ts';
import { openLine, type Line } from './line.ts';
import { listen } from './listen.ts';
import { isQuiet, teams } from './people.ts';
import { fastClock, scriptedBot, testConfig } from './start-relay.ts';
import { createSchema, type TestDatabase } from './test-database.ts';
import { eventually, visit, type Visitor, type VisitOptions } from './visit.ts';

/** One of several relays on one database. */
export interface TestNode {
  readonly url: string;
  readonly store: Store;
  readonly node: Node;
  /** Its way to the database. */
  readonly line: Line;
  readonly log: ReturnType<typeof listen>;
  visit(options?: VisitOptions): Promise<Visitor>;
  /** As it ends when it is told to. */
  stop(): Promise<void>;
}

export interface TestNodes extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly desk: MemoryDesk;
  readonly bot: ReturnType<typeof scriptedBot>;
  start(): Promise<TestNode>;
  /** Nothing is left to do. */
  quiet(of: TestNode): Promise<void>;
}

/** So that a test takes a fraction of the time. */
const times = { lives: 1_200, every: 200, margin: 300, ending: 300 };
const patience = { ...usualPatience, connect: 800, statement: 800, answer: 1_000 };

interface Options {
  settings?: (config: Config) => void;
  /** What stands between a relay and the others. */
  around?: (node: Node) => Node;
  lookMs?: number;
}

/** A database and a desk for relays in this very process. */
export async function startNodes({
  settings,
  around = (node) => node,
  lookMs = 60_000,
}: Options = {}): Promise<TestNodes> {
  const database = await createSchema();
  const clock = fastClock(20);
  const desk = openMemory({ now: clock.now, teams });
  const bot = scriptedBot();
  const running = new Set<TestNode>();

  async function start(): Promise<TestNode> {
    const line = await openLine(database.url);
    const log = listen();
    const config = testConfig();
    // A machine that is busy must not decide how a handoff ends.
    config.times.transfer = 1_200_000;
    settings?.(config);
    const store = await openPostgres({ url: line.url, connections: 4, alone: false, patience, log });
    const node = await openPostgresNode({ url: line.url, patience, times, lookMs, log });
    const relay = await createRelay({
      config,
      store,
      node: around(node),
      desks: new Map([['helper', desk]]),
      bots: new Map([['helper', bot]]),
      doorbells: [],
      assets: '/none',
      agentPage: null,
      ...clock,
      log,
    });
    const url = `http://127.0.0.1:${await relay.listen(0, '127.0.0.1')}`;
    const visitors = new Set<Visitor>();
    const self: TestNode = {
      url,
      store,
      node,
      line,
      log,
      async visit(options) {
        const visitor = await visit(url, options);
        visitors.add(visitor);
        return visitor;
      },
      async stop() {
        if (!running.delete(self)) return;
        for (const visitor of visitors) visitor.close();
        await relay.close();
        await node[Symbol.asyncDispose]();
        await store.close();
        await line[Symbol.asyncDispose]();
      },
    };
    running.add(self);
    return self;
  }

  return {
    database,
    desk,
    bot,
    start,
    quiet: (of) => eventually(() => isQuiet(of), 'nothing is left to do'),
    async [Symbol.asyncDispose]() {
      for (const one of running) one.line.mend();
      await Promise.all([...running].map((one) => one.stop()));
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Two relays, each with its part of the work. */
export async function startTwo(options?: Options): Promise<TestNodes & { a: TestNode; b: TestNode }> {
  const nodes = await startNodes(options);
  const [a, b] = [await nodes.start(), await nodes.start()];
  const shards = Array.from({ length: 32 }, (_, i) => `work/${i}`);
  const isHeld = ({ node }: TestNode) => shards.filter((name) => node.leases.held(name)).length === 16;
  await eventually(() => isHeld(a) && isHeld(b), 'each has its part');
  return { ...nodes, a, b };
}
