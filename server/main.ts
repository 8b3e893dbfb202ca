import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { Bot } from './bots/bot.ts';
import { openSkillBot } from './bots/skills/skill-bot.ts';
import { wantsOf } from './bots/webhook/wants.ts';
import { openWebhookBot } from './bots/webhook/webhook-bot.ts';
import { createClock } from './clock.ts';
import { readConfig, type Config } from './config.ts';
import { openChatwoot, type ChatwootDesk } from './desks/chatwoot/chatwoot-desk.ts';
import { followRenamedBots } from './desks/chatwoot/setup/renamed.ts';
import { RelayError } from './errors.ts';
import { requireFreePort } from './free-port.ts';
import { type Log, openLog } from './log.ts';
import type { Node } from './nodes/node.ts';
import { openPostgresNode } from './nodes/postgres/postgres-node.ts';
import { createSoleNode } from './nodes/sole-node.ts';
import { createRelay } from './relay.ts';
import { teamsIn } from './conversation/routing-targets.ts';
import { openPostgres } from './stores/postgres/postgres-store.ts';
import { openSqlite } from './stores/sqlite/sqlite-store.ts';
import type { Store } from './stores/store.ts';

/** The sandbox's token is no secret, and is for the sandbox alone. */
const sandboxToken = 'sandbox-administrator';
/** How long a goodbye may take, in milliseconds. */
const patienceMs = 2_800;
/** How long all desks together may take before visitors are served without them, in milliseconds. */
const deskMs = 1_200;
const isLoopback = (url: string) => /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);

/** The composition root: everything is put together here, by hand, and nowhere else. */
async function main() {
  const config = readConfig({ env: process.env });
  const log = openLog(config.log);
  const now = createClock();
  for (const warning of config.warnings) log.warn({}, warning);

  await requireFreePort(config.port, config.host);
  const store = await openStore(config, log);
  const node = await openNode(config, log);
  const sitesOf = (bot: string) => Object.keys(config.sites).filter((site) => config.sites[site]?.bot === bot);
  const names = Object.keys(config.bots).filter((name) => sitesOf(name).length > 0);
  if (config.desk.inbox !== undefined && names.length > 1) {
    throw new RelayError(`one inbox cannot serve ${names.length} bots (${names.join(', ')})`, {
      remedy: 'leave CHATWOOT_INBOX_ID empty: each bot gets an inbox of its own, named after it',
    });
  }
  const bots = new Map(names.map((name) => [name, openBot(name, config)]));
  const settings = { get: store.setting, set: store.set };
  await node.exclusively('the bots’ names', () =>
    followRenamedBots({
      ...config.desk,
      configured: Object.keys(config.bots),
      bots: names.map((name) => ({ name, formerly: config.bots[name]?.formerly })),
      settings: { ...settings, list: store.settings },
      log,
    }),
  );
  // One inbox a bot, named after it; opened one after the other, so that the second finds what the first has made.
  const chatwoots = new Map<string, ChatwootDesk>();
  const waitingEnds = performance.now() + deskMs;
  for (const name of names) {
    const { url, account, token, inbox, publicUrl, settle, sweep } = config.desk;
    if (token === sandboxToken && !isLoopback(url)) {
      throw new RelayError('the access token for Chatwoot is missing', {
        remedy: 'set CHATWOOT_TOKEN to the access token of an administrator (Profile settings, at the bottom)',
      });
    }
    const desk = await openChatwoot({
      waitMs: Math.max(0, waitingEnds - performance.now()),
      failed: fail,
      url,
      account,
      token,
      ...(inbox === undefined ? {} : { inbox }),
      ...(publicUrl === undefined ? {} : { publicUrl }),
      reconcileMs: settle,
      // Without people there is less to miss.
      timing: { sweepMs: sweep, calmSweepMs: Math.max(60_000, sweep) },
      botName: name,
      // Any of its sites will do; not the first, so that the address stays when the order changes.
      siteName: sitesOf(name).sort()[0] ?? name,
      teams: teamsIn(config.routing),
      settings,
      ...(node.family === undefined
        ? {}
        : { shared: { run: node.family, exclusively: (job) => node.exclusively(`desk/${name}`, job) } }),
      now,
      log,
    });
    chatwoots.set(name, desk);
  }

  const relay = await createRelay({
    config,
    store,
    node,
    desks: chatwoots,
    bots,
    doorbells: [...chatwoots.values()].map(({ webhook }) => ({
      route: webhook.path,
      knows: ({ secret = '' }) => webhook.knows(secret),
      ring: (raw, headers, { secret = '' }) => webhook.receive(raw, headers, secret),
    })),
    // Where this file is built to, the widget and the demo page are next door.
    assets: fileURLToPath(new URL('..', import.meta.url)),
    agentPage: process.env['SANDBOX_URL'] ?? null,
    now,
    log,
  });
  const port = await relay.listen(config.port, config.host);
  console.log(`${config.demo ? 'Demo page ' : 'Relay     '}  http://localhost:${port}/`);

  const stop = async () => {
    await relay.close();
    for (const desk of chatwoots.values()) await desk.close();
    await node[Symbol.asyncDispose]();
    await store.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // A desk that takes requests and never answers holds nobody up: all that matters is on the disk already.
      setTimeout(() => process.exit(0), patienceMs).unref();
      void stop().then(() => process.exit(0));
    });
  }
}

main().catch(fail);

function fail(error: unknown): void {
  console.error(explain(error));
  process.exit(1);
}

async function openStore({ data, database: { url, connections } }: Config, log: Log): Promise<Store> {
  if (url === undefined) return openSqlite({ file: join(data, 'baton.db'), log });
  return openPostgres({ url, connections, alone: false, log });
}

async function openNode({ database: { url } }: Config, log: Log): Promise<Node> {
  return url === undefined ? createSoleNode() : openPostgresNode({ url, log });
}

function openBot(name: string, config: Config): Bot {
  const bot = config.bots[name];
  if (bot?.kind === 'webhook') return openWebhookBot({ name, url: bot.url, secret: bot.secret, wants: wantsOf(bot) });
  const handoffs = Object.keys(config.routing.handoffs ?? {});
  if (bot?.kind === 'skills') return openSkillBot({ name, file: bot.file, handoffs });
  throw new RelayError(`there is no bot named ${name}`);
}

/** One sentence for the operator: what failed, and what to do. */
function explain(error: unknown): string {
  if (error instanceof RelayError) return error.remedy ? `${error.message}\n${error.remedy}` : error.message;
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is in use. End what uses it, or set PORT to another one.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
