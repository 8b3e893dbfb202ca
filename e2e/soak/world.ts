import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createBalancer } from '../../scripts/balancer.mjs';
import { openEchoBot } from '../kit/bot.ts';
import { openLine, openMeddler, type Line, type Meddler } from '../kit/meddler.ts';
import { cpuSeconds, residentMB, sleep } from '../kit/numbers.ts';
import { startPostgres } from '../kit/postgres.ts';
import { freePort, openStage, type Program, type Stage } from '../kit/processes.ts';
import type { Sample } from './memory.ts';
import type { Options } from './options.ts';
import { readPostgres, readSqlite, type RecordsReader } from './records.ts';

/*
 * The parts: a desk, a bot, PostgreSQL where it is wanted, one or two relays, and before them a balancer. What lies between
 * two parts is a line that can be cut: visitors → balancer, each relay → PostgreSQL, relays → desk.
 */

/** A relay that is started again on its port, whatever ended it. */
export interface RelayNode {
  readonly name: 'A' | 'B';
  readonly port: number;
  /** Its way to PostgreSQL. */
  readonly line: Line | undefined;
  /** One list for each time that it was started. */
  readonly lives: Sample[][];
  program: Program | undefined;
  /** What it said, in each life that is over. */
  readonly logs: string[];
  /** Starts that ended before the relay served: the database was away. */
  failedStarts: number;
  /** Starts it, again and again until it serves. @throws where it never does */
  start(): Promise<void>;
  /** @returns milliseconds until it was gone */
  end(how: 'kill' | 'stop'): Promise<number>;
}

export interface World extends AsyncDisposable {
  readonly stage: Stage;
  readonly nodes: readonly RelayNode[];
  /** Between the relays and the desk. */
  readonly desk: Meddler;
  /** Before the balancer: where visitors go. */
  readonly line: Line;
  readonly records: RecordsReader;
  /** What went wrong by itself: a relay that ended though nobody had ended it. */
  readonly accidents: string[];
  sandbox: Program;
  startSandbox(): Promise<void>;
  /**
   * What standard error of the relays said last, in each of their lives.
   * @param begunAt in milliseconds since 1970: each line has its second from then on
   */
  lastLines(count: number, begunAt: number): string[];
}

/** What was sent to the desk and is not there after this long never will be: the relays' `settle`, in milliseconds. */
export const settleMs = 4_000;
/** A relay that does not serve after this long never will, in milliseconds. */
const startMs = 60_000;
const sampleMs = 5_000;
const watchMs = 250;

/** @param answer what the bot answers */
export async function openWorld(
  { nodes: count, store }: Pick<Options, 'nodes' | 'store'>,
  answer: (heard: string, turn: string) => object[] | undefined,
): Promise<World> {
  const begun = performance.now();
  const undo: (() => unknown)[] = [];
  const use = <T extends AsyncDisposable>(part: T): T => {
    undo.push(() => part[Symbol.asyncDispose]());
    return part;
  };
  async function dispose(): Promise<void> {
    for (let last = undo.pop(); last; last = undo.pop()) await last();
  }
  try {
    const bot = use(await openEchoBot({ answer }));
    const database = store === 'postgres' ? await use(await startPostgres()).createDatabase() : undefined;
    const stage = use(await openStage({ bot: bot.url }));
    // Ctrl-C, too, leaves nothing behind.
    const clear = () => rmSync(stage.folder, { recursive: true, force: true });
    process.once('exit', clear);
    undo.push(() => process.off('exit', clear));
    const desk = use(await openMeddler(stage.sandboxUrl));
    const nodes: RelayNode[] = [];
    const balancer = createBalancer(() => nodes);
    const balancerUrl = `http://127.0.0.1:${await balancer.listen(0)}`;
    undo.push(() => balancer.close());
    const line = use(await openLine(balancerUrl));
    const env = {
      CHATWOOT_URL: desk.url,
      PUBLIC_URL: balancerUrl,
      TRUST_PROXY: '1',
      SETTLE: `${settleMs} ms`,
    };
    const accidents: string[] = [];
    const sandbox = await stage.startSandbox();

    const world: World = {
      stage,
      nodes,
      desk,
      line,
      records: database ? readPostgres(database) : readSqlite(join(stage.folder, 'data')),
      accidents,
      sandbox,
      async startSandbox() {
        world.sandbox = await stage.startSandbox();
      },
      lastLines: (count, begunAt) =>
        nodes.flatMap(({ name, program, logs }) =>
          [...logs, program?.log() ?? ''].flatMap((log) =>
            log
              .split('\n')
              .filter(Boolean)
              .slice(-count)
              .map((line) => `${name} ${secondOf(line, begunAt)}${line}`),
          ),
        ),
      [Symbol.asyncDispose]: dispose,
    };
    for (const name of ['A', 'B'].slice(0, count) as ('A' | 'B')[]) {
      const way = database && use(await openLine(database.url));
      const more = way && database ? { DATABASE_URL: withPort(database.url, way.url) } : {};
      const port = await freePort();
      nodes.push(
        createNode({ name, port, line: way, start: () => stage.startRelay({ ...env, ...more, PORT: String(port) }) }),
      );
    }
    await Promise.all(nodes.map((node) => node.start()));
    const sampler = setInterval(() => sample(nodes, (performance.now() - begun) / 1_000), sampleMs);
    const watch = setInterval(() => restartTheDead(nodes, accidents), watchMs);
    undo.push(() => {
      clearInterval(sampler);
      clearInterval(watch);
    });
    return world;
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** When the relay said it, as far as that can be read. */
function secondOf(line: string, begunAt: number): string {
  const at = Date.parse(/"time":"([^"]+)"/.exec(line)?.[1] ?? '');
  return Number.isNaN(at) ? '' : `${((at - begunAt) / 1_000).toFixed(1)} s `;
}

function withPort(database: string, line: string): string {
  const url = new URL(database);
  url.port = new URL(line).port;
  return url.href;
}

function sample(nodes: readonly RelayNode[], at: number): void {
  for (const { program, lives } of nodes) {
    if (!program || program.hasEnded()) continue;
    try {
      lives.at(-1)?.push({ at, megabytes: residentMB(program.pid), cpuSeconds: cpuSeconds(program.pid) });
    } catch {
      // It ended in between.
    }
  }
}

/** As an operator's supervisor does; and it is written down. */
function restartTheDead(nodes: readonly RelayNode[], accidents: string[]): void {
  for (const node of nodes) {
    if (!node.program?.hasEnded()) continue;
    const said = node.program.log().trim().split('\n').slice(-3).join(' ');
    accidents.push(`relay ${node.name} ended by itself: ${said || 'without a word'}`);
    node.start().catch((error: unknown) => accidents.push(String(error)));
  }
}

interface NodeParts {
  name: 'A' | 'B';
  port: number;
  line: Line | undefined;
  start(): Promise<Program>;
}

function createNode({ name, port, line, start }: NodeParts): RelayNode {
  const node: RelayNode = {
    name,
    port,
    line,
    lives: [],
    logs: [],
    program: undefined,
    failedStarts: 0,
    async start() {
      // Nobody is to take it for one that has ended by itself.
      node.program = undefined;
      const giveUpAt = performance.now() + startMs;
      for (;;) {
        try {
          const program = await start();
          node.lives.push([]);
          node.program = program;
          return;
        } catch (error) {
          node.failedStarts += 1;
          if (performance.now() > giveUpAt)
            throw new Error(`relay ${name} does not start: ${String(error)}`, { cause: error });
          await sleep(300);
        }
      }
    },
    async end(how) {
      const { program } = node;
      node.program = undefined;
      if (!program) return 0;
      const from = performance.now();
      await program[how]();
      node.logs.push(program.log());
      return performance.now() - from;
    },
  };
  return node;
}

/** Changes how the desk tells its news, or what else only the sandbox has. @throws while it is away */
export async function tellSandbox(
  { stage }: Pick<World, 'stage'>,
  path: 'switches' | 'cut',
  body: object,
): Promise<void> {
  const answer = await fetch(`${stage.sandboxUrl}/sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the sandbox refused ${JSON.stringify(body)}: ${await answer.text()}`);
}
