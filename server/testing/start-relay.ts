import { join } from 'node:path';
import type { Answer, Bot, BotWants, Turn } from '../bots/bot.ts';
import { BotFailure } from '../bots/bot.ts';
import { after, type After } from '../clock.ts';
import { readConfig, type Config } from '../config.ts';
import { openMemory, type MemoryDesk } from '../desks/memory/memory-desk.ts';
import { silent, type Log } from '../log.ts';
import { createRelay, type Relay, type RelayParts } from '../relay.ts';
import type { Store } from '../stores/store.ts';
import { createTestStore } from './test-store.ts';
import { visit, type VisitOptions, type Visitor } from './visit.ts';

/** A bot that says what the test wants: by default it repeats what it hears, and says nothing to what happens. */
interface ScriptedBot extends Bot {
  wants?: BotWants;
  readonly asked: Turn[];
  /** What becomes of the next turns, in order; then the default again. */
  next(...answers: (Partial<Answer> | 'fail' | 'refuse' | 'hang')[]): void;
}

export function scriptedBot(name = 'helper'): ScriptedBot {
  const asked: Turn[] = [];
  const script: (Partial<Answer> | 'fail' | 'refuse' | 'hang')[] = [];
  return {
    name,
    asked,
    next: (...answers) => void script.push(...answers),
    async reply(turn, signal) {
      asked.push(turn);
      const next = script.shift();
      if (next === 'fail') throw new BotFailure('it fails, as the test wants', { retry: true });
      if (next === 'refuse') throw new BotFailure('it refuses, as the test wants');
      if (next === 'hang') {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new BotFailure('stopped'))));
      }
      const blank: Answer = {
        messages: turn.event ? [] : [{ text: `You said: ${turn.text}` }],
        context: turn.context,
        skills: turn.skills,
      };
      return { ...blank, ...(typeof next === 'object' ? next : {}) };
    },
  };
}

export interface TestRelay extends AsyncDisposable {
  readonly url: string;
  readonly relay: Relay;
  readonly desk: MemoryDesk;
  readonly bot: ScriptedBot;
  readonly config: Config;
  visit(options?: VisitOptions): Promise<Visitor>;
  /** Ends it and starts it again on the same files, perhaps with another desk, or after something was done to them. */
  restart(options?: { desk?: MemoryDesk; meanwhile?: () => Promise<void> }): Promise<void>;
  /** The database's own words, for what no visitor is told. */
  readonly store: Store;
  readonly folder: string;
}

export interface TestOptions {
  settings?: (config: Config) => void;
  log?: Log;
  desk?: MemoryDesk;
  /** What stands between the relay and its database, for disks that are full. */
  around?: (store: Store) => Store;
  now?: () => number;
  after?: After;
  /** Where the built widget is; nothing is served without it. */
  assets?: string;
  doorbells?: RelayParts['doorbells'];
}

/** A clock on which everything takes a fraction of its time. */
export function fastClock(times: number): { now: () => number; after: After } {
  const start = Date.now();
  return {
    now: () => Math.round(start + (Date.now() - start) * times),
    after: (ms, job) => after(Math.ceil(ms / times), job),
  };
}

const yaml = new URL('../../baton.yaml', import.meta.url).pathname;

/** The demo's, with limits that no test reaches by itself. */
export function testConfig(): Config {
  const config = readConfig({ env: {}, file: yaml });
  config.limits.messages = { burst: 1_000, perMinute: 10_000 };
  config.limits.handoffs = { burst: 1_000, perMinute: 10_000 };
  config.limits.reads = { burst: 1_000, perMinute: 10_000 };
  config.limits.handshakes = { burst: 1_000, perMinute: 10_000 };
  config.limits.conversations = { perHour: 1_000 };
  return config;
}

/** A whole relay on a free port, with a real database of its own and a desk in memory. */
export async function startRelay({
  settings,
  log = silent,
  desk: firstDesk = openMemory(),
  around = (store) => store,
  now = Date.now,
  after,
  assets,
  doorbells = [],
}: TestOptions = {}): Promise<TestRelay> {
  const kept = await createTestStore();
  const { folder } = kept;
  const config = testConfig();
  settings?.(config);
  const bot = scriptedBot();
  let desk = firstDesk;
  const start = async () => {
    const store = await kept.open(log);
    const relay = await createRelay({
      config,
      store: around(store),
      desks: new Map([['helper', desk]]),
      bots: new Map([['helper', bot]]),
      doorbells,
      assets: assets ?? join(folder, 'none'),
      agentPage: null,
      now,
      ...(after ? { after } : {}),
      log,
    });
    const port = await relay.listen(0, '127.0.0.1');
    return { relay, store, url: `http://127.0.0.1:${port}` };
  };
  let running = await start();
  const visitors = new Set<Visitor>();
  const stop = async () => {
    for (const visitor of visitors) visitor.close();
    await running.relay.close();
    await running.store.close();
  };
  return {
    bot,
    config,
    folder,
    get desk() {
      return desk;
    },
    get store() {
      return running.store;
    },
    get relay() {
      return running.relay;
    },
    get url() {
      return running.url;
    },
    async visit(options) {
      const visitor = await visit(running.url, options);
      visitors.add(visitor);
      return visitor;
    },
    async restart(options = {}) {
      await stop();
      await options.meanwhile?.();
      desk = options.desk ?? desk;
      running = await start();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await kept[Symbol.asyncDispose]();
    },
  };
}
