import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { configuration } from './configuration.ts';
import { postgresLedger, sqliteLedger, type Ledger } from './ledger.ts';
import { start, type Program } from './programs.ts';
import { root } from './root.ts';

/** Relays as they are built, a desk beside them, and bare servers: all on the same disk. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  /** The first of them, or the only one. */
  readonly relay: Program;
  readonly relays: readonly Program[];
  readonly sandbox: Program;
  /** Where the relays keep everything, unless it is in PostgreSQL. */
  readonly database: string;
  readonly ledger: Ledger;
  relayLog(): string;
  /** Another relay like the first. */
  startRelay(options?: RelayOptions): Promise<Program>;
  /** Another program beside them. */
  start(options: ProgramOptions): Promise<Program>;
  /** The bare socket.io server, see `bare.mjs`. */
  startBare(options?: Pick<ProgramOptions, 'env' | 'flags'>): Promise<Program>;
}

interface ProgramOptions {
  file: string;
  on: 'servers' | 'load';
  args?: readonly string[];
  flags?: readonly string[];
  env?: Record<string, string>;
}

interface RelayOptions {
  flags?: readonly string[];
  env?: Record<string, string>;
  /** The one to listen on; a free one otherwise. */
  port?: number;
}

interface StageOptions extends RelayOptions {
  /** How many relays; more than one need a database. */
  relays?: number;
  /** The address of an empty PostgreSQL database, to keep everything there. */
  database?: string;
}

/** Preloads for programs of any kind. */
export const required = (name: string) => ['--require', root(`bench/inside/${name}.cjs`)];

/** Below the ports that systems hand to outgoing connections: it stays free while its server is started again. */
export async function freePort(): Promise<number> {
  const port = 11_000 + Math.floor(Math.random() * 19_000);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port === port));
  });
  if (!isFree) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function openStage({ relays: count = 1, database: url, ...first }: StageOptions = {}): Promise<Stage> {
  // Beside the database of `npm start`, for it is that disk that matters.
  mkdirSync(root('data'), { recursive: true });
  const folder = await mkdtemp(join(root('data'), 'bench-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const database = join(data, 'baton.db');
  const logs = { relay: join(folder, 'relay.log'), others: join(folder, 'others.log') };
  const [relayLog, othersLog] = [openSync(logs.relay, 'a'), openSync(logs.others, 'a')];
  const programs: Program[] = [];
  let ledger: Ledger | undefined;
  const keep = async (program: Promise<Program>) => {
    programs.push(await program);
    return program;
  };
  async function dispose() {
    await ledger?.close();
    // The last first: a relay before its desk.
    for (const program of programs.reverse()) await program.stop();
    closeSync(relayLog);
    closeSync(othersLog);
    await rm(folder, { recursive: true, force: true });
  }
  const begin: Stage['start'] = ({ file, on, args = [], flags = [], env = {} }) => {
    const loader = file.endsWith('.ts') ? ['--import', 'tsx'] : [];
    return keep(start({ args: [...flags, ...loader, root(file), ...args], on, env, log: othersLog }));
  };
  let publicUrl = '';
  const startRelay: Stage['startRelay'] = async ({ flags = [], env = {}, port } = {}) => {
    const own = port ?? (await freePort());
    publicUrl ||= `http://127.0.0.1:${own}`;
    const where = {
      BATON_CONFIG: join(folder, 'baton.yaml'),
      PORT: String(own),
      HOST: '127.0.0.1',
      PUBLIC_URL: publicUrl,
      ...(url === undefined ? { DATA_DIR: data } : { DATABASE_URL: url }),
      // How durable the database is, is told at this level; `verify` reads it.
      LOG_LEVEL: 'debug',
    };
    return keep(
      start({ args: [...flags, root('dist/server/main.js')], on: 'servers', env: { ...where, ...env }, log: relayLog }),
    );
  };
  try {
    const sandbox = await begin({
      file: 'dist/sandbox/main.js',
      on: 'load',
      env: { SANDBOX_PORT: '0', SANDBOX_DATA: join(folder, 'sandbox.db') },
    });
    await writeFile(join(folder, 'baton.yaml'), configuration(sandbox.url));
    const relay = await startRelay(first);
    const relays = [relay];
    while (relays.length < count) relays.push(await startRelay(first));
    ledger = url === undefined ? sqliteLedger(database) : await postgresLedger(url);
    return {
      folder,
      relay,
      relays,
      sandbox,
      database,
      ledger,
      relayLog: () => readFileSync(logs.relay, 'utf8'),
      startRelay,
      start: begin,
      startBare: (options) => begin({ file: 'bench/bare.mjs', on: 'servers', ...options }),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    const said = readFileSync(logs.relay, 'utf8') + readFileSync(logs.others, 'utf8');
    await dispose();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${said.slice(-2_000)}`, {
      cause: error,
    });
  }
}
