import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Agent, openAgent } from '../kit/agent.ts';
import { openStage, type Program, type Stage } from '../kit/processes.ts';
import { openWire, type Wire, type WireOptions } from '../kit/wire.ts';

/** A relay with its limits as shipped, a sandbox desk, and a bot whose answers a row chooses. */
export interface World extends AsyncDisposable {
  readonly stage: Stage;
  /** The relay's address. */
  readonly url: string;
  relay: Program;
  readonly sandbox: Program;
  readonly mara: Agent;
  readonly administrator: Agent;
  readonly bot: PuppetBot;
  /** A visitor from an address of the row's own. */
  wire(options?: WireOptions): Promise<Wire>;
  /** Another stranger's address, of the loopback network: seen as a public one by the relay. */
  stranger(): string;
  /** The relay's database and its log, as text to search in. */
  kept(): Promise<string>;
}

/** A bot over HTTP that answers as a row says; what it was asked is kept. */
interface PuppetBot {
  /** The actions of the next answers, or the body itself as text. */
  answer: unknown[] | string;
  /** Waits before it answers. */
  delayMs: number;
  status: number;
  readonly heard: string[];
}

const preload = fileURLToPath(new URL('../kit/preload/strangers.mjs', import.meta.url));
export const webhookBotSecret = 'canary-bot-secret-0123456789';
export const allowedOrigin = 'https://shop.example';

const yaml = (botUrl: string) => (at: { desk: string; relayUrl: string; skills: string }) => `
demo: true
log: info
sites:
  demo: { origins: ['http://localhost:*', 'http://127.0.0.1:*', '${allowedOrigin}'], bot: helper, name: Little Fen Lamps }
  puppet: { origins: ['http://localhost:*', 'http://127.0.0.1:*'], bot: puppet, name: Puppet }
bots:
  helper: { kind: skills, file: ${JSON.stringify(at.skills)}, greeting: { en: 'Hello. I know the catalogue.' } }
  puppet: { kind: webhook, url: '${botUrl}', secret: '${webhookBotSecret}' }
desk:
  url: \${CHATWOOT_URL:-${at.desk}}
  account: 1
  token: sandbox-administrator
  public_url: ${at.relayUrl}
  settle: 2 s
routing:
  ask: false
  default: { team: support, label: Support }
  rules:
    - { team: sales, label: Orders and returns, skills: [me.test.supportDemo.TestSkill] }
`;

async function openPuppet(): Promise<{ url: string; bot: PuppetBot; close(): Promise<void> }> {
  const bot: PuppetBot = { answer: [{ action: 'message', text: 'Yes.' }], delayMs: 0, status: 200, heard: [] };
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += String(chunk)));
    req.on('end', () => {
      bot.heard.push(body);
      const said = typeof bot.answer === 'string' ? bot.answer : JSON.stringify({ actions: bot.answer });
      setTimeout(() => res.writeHead(bot.status, { 'content-type': 'application/json' }).end(said), bot.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    bot,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let strangers = 0;

/** The address of somebody who was not here before: 127.8.… is seen as 8.8.… */
export function stranger(): string {
  strangers += 1;
  return `127.8.${1 + Math.floor(strangers / 250)}.${1 + (strangers % 250)}`;
}

/** @param desk another address for the desk than the sandbox's, such as a gate's */
export async function openWorld({
  desk,
  env = {},
}: { desk?: string; env?: Record<string, string> } = {}): Promise<World> {
  const puppet = await openPuppet();
  const stage = await openStage({ ...(desk ? { desk } : {}), yaml: yaml(puppet.url) });
  const sandbox = await stage.startSandbox();
  const relay = await stage.startRelay({ NODE_OPTIONS: `--import ${preload}`, ...env });
  const world: World = {
    stage,
    url: stage.relayUrl,
    relay,
    sandbox,
    mara: openAgent(stage.sandboxUrl),
    administrator: openAgent(stage.sandboxUrl, 'sandbox-administrator'),
    bot: puppet.bot,
    wire: (options = {}) => openWire(stage.relayUrl, { from: stranger(), origin: 'http://localhost:8080', ...options }),
    stranger,
    async kept() {
      const files = ['baton.db', 'baton.db-wal'].map((name) =>
        readFile(`${stage.folder}/data/${name}`, 'latin1').catch(() => ''),
      );
      return [world.relay.log(), ...(await Promise.all(files))].join('\n');
    },
    async [Symbol.asyncDispose]() {
      await stage[Symbol.asyncDispose]();
      await puppet.close();
    },
  };
  return world;
}
