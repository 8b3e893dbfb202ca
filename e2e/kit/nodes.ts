import { createBalancer } from '../../scripts/balancer.mjs';
import type { Database } from './postgres.ts';
import { freePort, type Program, type Stage } from './processes.ts';
import { until } from './wait.ts';

/** One of the relays on one database. */
export interface Node {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  /** As the database knows the process that runs now. */
  id: string;
  /** The process that runs now. */
  program: Program;
}

/** Two relays on one PostgreSQL behind a balancer, which has one address over all restarts. */
export interface Nodes extends AsyncDisposable {
  /** The balancer's. */
  readonly url: string;
  readonly a: Node;
  readonly b: Node;
  /** From here on the balancer sends those who come to these alone. Who is connected stays. */
  sendTo(...nodes: Node[]): void;
  /** Starts it anew, after it has ended. */
  start(node: Node): Promise<void>;
}

/** @param environment what both find there; told where they will be */
export async function openNodes(
  stage: Stage,
  database: Database,
  environment: (at: { a: string; b: string }) => Record<string, string> = () => ({}),
): Promise<Nodes> {
  const ports = [await freePort(), await freePort()] as const;
  const urlOf = (port: number) => `http://127.0.0.1:${port}`;
  const env = environment({ a: urlOf(ports[0]), b: urlOf(ports[1]) });
  /** All that there have ever been. */
  const known = new Set<string>();
  async function launch(port: number): Promise<Pick<Node, 'program' | 'id'>> {
    const own = { DATABASE_URL: database.url, HOST: '127.0.0.1', PORT: String(port), TRUST_PROXY: '1' };
    const program = await stage.startRelay({ ...env, ...own });
    const alive: string[] = [];
    await until(async () => {
      const rows = await database.ask<{ id: string }>('SELECT id FROM node');
      alive.push(...rows.map(({ id }) => id).filter((id) => !known.has(id)));
      return alive.length > 0;
    }, 'the relay to say that it is alive');
    const [id = ''] = alive;
    known.add(id);
    return { program, id };
  }
  let open: readonly { port: number }[] = [];
  const balancer = createBalancer(() => open);
  const port = await balancer.listen(0);
  const first = async (name: string, own: number): Promise<Node> => ({
    name,
    port: own,
    url: urlOf(own),
    ...(await launch(own)),
  });
  const [a, b] = [await first('A', ports[0]), await first('B', ports[1])];
  const sendTo = (...nodes: Node[]) => void (open = nodes);
  sendTo(a, b);
  await until(() => balancer.readyCount() === 2, 'both relays to be ready');
  return {
    url: urlOf(port),
    a,
    b,
    sendTo,
    async start(node) {
      Object.assign(node, await launch(node.port));
      await until(
        () =>
          fetch(`${node.url}/readyz`).then(
            ({ ok }) => ok,
            () => false,
          ),
        `relay ${node.name} to be ready`,
      );
    },
    async [Symbol.asyncDispose]() {
      balancer.close();
      await Promise.all([a, b].map(({ program }) => program.kill()));
    },
  };
}
