import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { openBot } from './bots/open-bot.ts';
import { readConfig } from './config.ts';
import { openChatwoot } from './desks/chatwoot/chatwoot-desk.ts';
import { RelayError } from './errors.ts';
import { openLog } from './log.ts';
import { createRelay } from './relay.ts';
import { openSqlite } from './stores/sqlite/sqlite-store.ts';

/** The composition root: everything is put together here, by hand, and nowhere else. */
async function main() {
  const config = readConfig({ env: process.env });
  const log = openLog(config.log);
  for (const warning of config.warnings) log.warn({}, warning);

  const store = await openSqlite({ file: join(config.data, 'baton.db'), log });
  const names = Object.keys(config.bots).filter((name) =>
    Object.values(config.sites).some((site) => site.bot === name),
  );
  const bots = new Map(names.map((name) => [name, openBot(name, config)]));
  // One inbox a bot, named after it.
  const chatwoots = new Map(
    await Promise.all(
      names.map(async (name) => {
        const site = Object.keys(config.sites).find((each) => config.sites[each]?.bot === name) ?? name;
        const desk = await openChatwoot({
          ...config.desk,
          botName: name,
          siteName: site,
          teams: teamsOf(config.routing),
          settleMs: config.desk.settle,
          settings: {
            get: (key) => store.setting(`${name}.${key}`),
            set: (key, value) => store.set(`${name}.${key}`, value),
          },
          now: Date.now,
          log,
        });
        return [name, desk] as const;
      }),
    ),
  );

  const relay = await createRelay({
    config,
    store,
    desks: chatwoots,
    bots,
    doorbells: [...chatwoots.values()].map((desk) => desk.doorbell),
    assets: fileURLToPath(new URL('..', import.meta.url)),
    agentPage: process.env['SANDBOX_URL'] ?? null,
    now: Date.now,
    log,
  });
  const port = await relay.listen(config.port, config.host);
  console.log(`${config.demo ? 'Demo page ' : 'Relay     '}  http://localhost:${port}/`);

  const stop = async () => {
    await relay.close();
    for (const desk of chatwoots.values()) await desk.close();
    await store.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().then(() => process.exit(0)));
  }
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});

/** One sentence for whoever started it: what failed, and what to do. */
function explain(error: unknown): string {
  if (error instanceof RelayError) return error.remedy ? `${error.message}\n${error.remedy}` : error.message;
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is in use. End what uses it, or set PORT to another one.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
