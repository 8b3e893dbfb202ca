import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { relayFlags } from '../../scripts/relay-flags.mjs';

/** The built programs, started and ended as an operator, or a power cut, would. */
export interface Program {
  readonly url: string;
  readonly pid: number;
  /** The first line it printed. */
  readonly line: string;
  /** Everything on its standard error so far. */
  log(): string;
  /** Sends it a signal, and does not wait. */
  signal(name: NodeJS.Signals): void;
  /** Whether it has ended, however that came about. */
  hasEnded(): boolean;
  /** Ends it as Ctrl-C does, and waits. */
  stop(): Promise<void>;
  /** Ends it without a chance to say goodbye, and waits. */
  kill(): Promise<void>;
}

const dist = (file: string) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));

/**
 * A port that nobody uses now, to be kept over restarts. It lies below those that systems hand to outgoing connections:
 * one of these could take it before the program does.
 */
export async function freePort(): Promise<number> {
  const port = 11_000 + Math.floor(Math.random() * 19_000);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function launch(file: string, env: Record<string, string>, args: string[] = []) {
  const flags = file === 'server/main.js' ? relayFlags : [];
  const child = spawn(process.execPath, [...flags, dist(file), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)));
  const gone = new Promise<void>((resolve) =>
    child.once('exit', () => {
      running.delete(child);
      resolve();
    }),
  );
  return { child, gone, errors: () => errors };
}

async function start(file: string, env: Record<string, string>, args: string[] = []): Promise<Program> {
  const { child, gone, errors } = launch(file, env, args);
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    gone.then(() => {
      throw new Error(`${file} did not start:\n${errors()}`);
    }),
  ]);
  return {
    line,
    url: line.match(/https?:\/\/\S+?(?=\/?$)/)?.[0].replace('localhost', '127.0.0.1') ?? '',
    pid: child.pid ?? 0,
    log: errors,
    signal: (name) => void child.kill(name),
    hasEnded: () => !running.has(child),
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** A place of its own for one test: folders, ports and a configuration that survive restarts. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly relayUrl: string;
  readonly sandboxUrl: string;
  startRelay(env?: Record<string, string>): Promise<Program>;
  startSandbox(args?: string[], env?: Record<string, string>): Promise<Program>;
  /** Starts the relay and kills it after a while, whether it serves by then or not. */
  killYoung(env: Record<string, string>, afterMs: number): Promise<void>;
}

interface StageOptions {
  /** Where the desk is for the relay; the sandbox of this stage, if absent. */
  desk?: string;
  /** The address of a bot of the test's own, instead of the demo's skills. */
  bot?: string;
  /** A baton.yaml of one's own instead of the usual one. */
  yaml?: (at: { desk: string; relayUrl: string; skills: string }) => string;
}

export async function openStage({ desk, bot, yaml }: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-e2e-'));
  const [relayPort, sandboxPort] = [await freePort(), await freePort()];
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const relayUrl = `http://127.0.0.1:${relayPort}`;
  const skills = fileURLToPath(new URL('../../demo/skills.yaml', import.meta.url));
  const kind = bot
    ? `kind: webhook, url: ${JSON.stringify(bot)}, secret: for-these-tests-alone`
    : `kind: skills, file: ${JSON.stringify(skills)}`;
  await writeFile(
    join(folder, 'baton.yaml'),
    yaml?.({ desk: desk ?? sandboxUrl, relayUrl, skills }) ??
      `
demo: true
log: warn
sites:
  demo: { origins: ['http://localhost:*', 'http://127.0.0.1:*'], bot: helper, name: Little Fen Lamps }
bots:
  helper: { ${kind}, greeting: { en: 'Hello. I know the catalogue.' } }
desk:
  url: \${CHATWOOT_URL:-${desk ?? sandboxUrl}}
  account: 1
  token: \${CHATWOOT_TOKEN:-sandbox-administrator}
  public_url: \${PUBLIC_URL:-}
  settle: \${SETTLE:-2 s}
  sweep: \${SWEEP:-10 s}
routing:
  ask: true
  default: { team: support, label: Support }
  rules:
    - { team: sales, label: Orders and returns, skills: [me.test.supportDemo.TestSkill, org.demo.shop.ReturnOrder] }
limits:
  messages: { burst: 1000, per_minute: 10000 }
  handoffs: { burst: 1000, per_minute: 10000 }
  handshakes: { burst: 1000, per_minute: 10000 }
  reads: { burst: 1000, per_minute: 10000 }
  conversations: { per_hour: 5000 }
  sockets: { per_address: 1000 }
`,
  );
  const programs: Program[] = [];
  const keep = async (program: Promise<Program>) => {
    programs.push(await program);
    return program;
  };
  const relayEnv = {
    BATON_CONFIG: join(folder, 'baton.yaml'),
    DATA_DIR: join(folder, 'data'),
    PORT: String(relayPort),
    SANDBOX_URL: `${sandboxUrl}/`,
  };
  return {
    folder,
    sandboxUrl,
    relayUrl,
    startRelay: (env = {}) => keep(start('server/main.js', { ...relayEnv, ...env })),
    async killYoung(env, afterMs) {
      const { child, gone } = launch('server/main.js', { ...relayEnv, ...env });
      setTimeout(() => child.kill('SIGKILL'), afterMs);
      await gone;
    },
    startSandbox: (args = [], env = {}) => {
      const own = { SANDBOX_PORT: String(sandboxPort), SANDBOX_DATA: join(folder, 'sandbox.db') };
      return keep(start('sandbox/main.js', { ...own, ...env }, args));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(programs.map((program) => program.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
