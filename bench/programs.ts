import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

/** Programs as processes of their own, each where it belongs: servers on one core, whoever loads them on another. */
export interface Program {
  readonly pid: number;
  /** Where it listens. */
  readonly url: string;
  /** The first that it said. */
  readonly line: string;
  readonly child: ChildProcess;
  /** The time its threads have spent on a processor until now, in microseconds. */
  cpuUs(): number;
  /** It stays, and says nothing any more, until it is stopped. */
  pause(): void;
  /** It goes on after a pause. */
  resume(): void;
  /** Ends it as Ctrl-C does, and waits. */
  stop(): Promise<void>;
  /** Ends it as a power cut does, and waits. */
  kill(): Promise<void>;
  /** Asks it something over its channel. */
  ask<Answer>(question: object): Promise<Answer>;
}

/** The cores we may use: one for the servers, one for the load. Undefined where nothing can be pinned. */
export const cores = findCores();

function findCores(): { servers: number; load: number } | undefined {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return undefined;
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const allowed = list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  const [servers, load] = allowed;
  return servers === undefined || load === undefined ? undefined : { servers, load };
}

/** Puts this very process where the load comes from. */
export function pinSelf(): void {
  if (cores) spawnSync('taskset', ['-a', '-c', '-p', String(cores.load), String(process.pid)]);
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

interface Start {
  args: string[];
  on: 'servers' | 'load';
  env?: Record<string, string>;
  /** Standard error goes there: a file's descriptor. */
  log: number;
  /** It ends by itself when its standard input does: to kill it would leave behind what it has started. */
  endsWithInput?: boolean;
}

/** Starts one, and waits for its first line, which says where it listens. */
export async function start({ args, on, env = {}, log, endsWithInput = false }: Start): Promise<Program> {
  const node = [process.execPath, ...args];
  const [command = '', ...rest] = cores ? ['taskset', '-c', String(cores[on]), ...node] : node;
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', log, 'ipc'],
  });
  if (!endsWithInput) running.add(child);
  child.once('exit', () => running.delete(child));
  const { stdout, pid } = child;
  if (!stdout || pid === undefined) throw new Error(`${args.join(' ')} cannot be started`);
  const lines = createInterface({ input: stdout });
  const line = await Promise.race([
    once(lines, 'line').then(([first]) => String(first)),
    once(child, 'exit').then(() => {
      throw new Error(`${args.join(' ')} did not start`);
    }),
  ]);
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid,
    child,
    line,
    url: line.match(/https?:\/\/[^\s/]+/)?.[0].replace('localhost', '127.0.0.1') ?? '',
    cpuUs: () => cpuUs(pid),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      if (isOver()) return;
      child.kill('SIGTERM');
      child.kill('SIGCONT');
      await once(child, 'exit');
    },
    async kill() {
      if (isOver()) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    ask: (question) =>
      new Promise((resolve) => {
        child.once('message', resolve);
        child.send(question);
      }),
  };
}

/** All of its threads: the one that writes to the disk counts, too. */
function cpuUs(pid: number): number {
  if (process.platform === 'linux') {
    let ns = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    }
    return ns / 1_000;
  }
  // `[[hh:]mm:]ss.cc`, as macOS prints it.
  const time = spawnSync('ps', ['-o', 'cputime=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1e6;
}
