import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { start, type Program } from './programs.ts';
import { site } from './visitor.ts';

/** The relay as it is built, a desk beside it, and the bare servers: all on the same disk. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly relay: Program;
  readonly sandbox: Program;
  readonly floor: Program & { echo: string; bare: number; express: number };
  /** What the relay has on its disk, seen from outside. */
  look<T>(read: (db: Sqlite.Database) => T): T;
  relayLog(): string;
}

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const plenty = 100_000_000;
/** Every guard is on, and none of them may bite: it is all to be paid for. */
const configuration = (sandbox: string) => `
sites:
  ${site}: { origins: ['http://localhost:*'], bot: helper }
bots:
  helper: { kind: skills, file: ${JSON.stringify(root('demo/skills.yaml'))}, greeting: { en: 'Hello. I know the catalogue.' } }
desk:
  url: ${sandbox}
  account: 1
  token: sandbox-administrator
  public_url: \${PUBLIC_URL}
routing:
  default: { team: support, label: Support }
limits:
  messages: { burst: ${plenty}, per_minute: ${plenty} }
  handshakes: { burst: ${plenty}, per_minute: ${plenty} }
  reads: { burst: ${plenty}, per_minute: ${plenty} }
  events: { burst: ${plenty}, per_second: ${plenty} }
  conversations: { per_hour: ${plenty} }
  sockets: { per_address: ${plenty}, per_visitor: ${plenty} }
`;

/** @param profile a folder for a CPU profile of the relay */
export async function openStage({ profile }: { profile?: string | undefined } = {}): Promise<Stage> {
  // Beside the database of `npm start`, for it is that disk that matters.
  mkdirSync(root('data'), { recursive: true });
  const folder = await mkdtemp(join(root('data'), 'bench-'));
  const logs = { relay: join(folder, 'relay.log'), others: join(folder, 'others.log') };
  const [relayLog, othersLog] = [openSync(logs.relay, 'a'), openSync(logs.others, 'a')];
  const programs: Program[] = [];
  const keep = async (program: Promise<Program>) => {
    programs.push(await program);
    return program;
  };
  async function dispose() {
    await Promise.all(programs.map((program) => program.stop()));
    closeSync(relayLog);
    closeSync(othersLog);
    await rm(folder, { recursive: true, force: true });
  }
  try {
    const database = join(folder, 'data', 'baton.db');
    mkdirSync(join(folder, 'data'));
    const floor = await keep(
      start({
        args: ['--import', 'tsx', root('bench/floor.ts'), join(folder, 'data')],
        on: 'servers',
        log: othersLog,
      }),
    );
    const [bare = 0, express = 0] = await portsOf(floor);
    const sandbox = await keep(
      start({
        args: [root('dist/sandbox/main.js')],
        on: 'load',
        env: { SANDBOX_PORT: '0', SANDBOX_DATA: join(folder, 'sandbox.db') },
        log: othersLog,
      }),
    );
    await writeFile(join(folder, 'baton.yaml'), configuration(sandbox.url));
    const port = await freePort();
    const relay = await keep(
      start({
        args: [...(profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : []), root('dist/server/main.js')],
        on: 'servers',
        env: {
          BATON_CONFIG: join(folder, 'baton.yaml'),
          DATA_DIR: join(folder, 'data'),
          PORT: String(port),
          HOST: '127.0.0.1',
          PUBLIC_URL: `http://127.0.0.1:${port}`,
          // How durable the database is, is told at this level; `verify` reads it.
          LOG_LEVEL: 'debug',
        },
        log: relayLog,
      }),
    );
    return {
      folder,
      relay,
      sandbox,
      floor: { ...floor, echo: floor.url, bare, express },
      look(read) {
        const db = new Sqlite(database, { readonly: true, fileMustExist: true });
        try {
          return read(db);
        } finally {
          db.close();
        }
      },
      relayLog: () => readFileSync(logs.relay, 'utf8'),
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

/** The floor says its other two ports when it is asked. */
function portsOf(floor: Program): Promise<number[]> {
  return new Promise((resolve) => {
    floor.child.once('message', (ports) => resolve(ports as number[]));
    floor.child.send({ ports: true });
  });
}

/** @returns how long each wait for the disk took, in microseconds */
export function syncDisk(floor: Program, ms: number): Promise<number[]> {
  return new Promise((resolve) => {
    floor.child.once('message', (took) => resolve(took as number[]));
    floor.child.send({ syncMs: ms });
  });
}
