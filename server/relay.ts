import { createHmac } from 'node:crypto';
import express from 'express';
import { pageOfEvents } from '../shared/limits.ts';
import type { Bot } from './bots/bot.ts';
import { after as realAfter, type After } from './clock.ts';
import type { Config } from './config.ts';
import type { Browsers } from './conversation/browsers.ts';
import { createCore } from './conversation/core.ts';
import { labelIn } from './conversation/topics.ts';
import { demoState } from './demo-state.ts';
import type { Desk } from './desks/desk.ts';
import type { Doorbell } from './doorbells.ts';
import { serveHttp } from './http.ts';
import { createListener } from './listener.ts';
import type { Log } from './log.ts';
import type { Node } from './nodes/node.ts';
import { createSoleNode } from './nodes/sole-node.ts';
import { createRetention } from './retention.ts';
import { readIsLost } from './lost.ts';
import { readSecret } from './secret.ts';
import { createSites, nameOf } from './sites.ts';
import type { Store } from './stores/store.ts';
import { createAdmission } from './visitors/admission.ts';
import { createAudience } from './visitors/audience.ts';
import { createConnections } from './visitors/connections.ts';
import { createFeed } from './visitors/feed.ts';
import { createFiles } from './visitors/files.ts';
import { openLogos } from './visitors/logos.ts';
import { createPace } from './visitors/pace.ts';
import { createPictures } from './visitors/pictures.ts';
import { serveVisitors } from './visitors/serve.ts';
import { createSessions } from './visitors/sessions.ts';
import { createTokens, newId } from './visitors/tokens.ts';
import { createView } from './visitors/view.ts';

export interface RelayParts {
  config: Config;
  store: Store;
  /** Which of the relays this is that share the store; by default the only one. */
  node?: Node;
  /** By the name of the bot: one inbox each. */
  desks: ReadonlyMap<string, Desk>;
  bots: ReadonlyMap<string, Bot>;
  doorbells: readonly Doorbell[];
  /** Where the built widget and demo page are; nothing is served where it is missing. */
  assets: string;
  /** For the demo page: where agents answer. */
  agentPage: string | null;
  now(): number;
  /** Timers, for tests that have no time. */
  after?: After;
  log: Log;
}

export interface Relay extends AsyncDisposable {
  /** @returns the port that is listened on */
  listen(port: number, host?: string): Promise<number>;
  close(): Promise<void>;
}

/** What is counted under somebody's address stands under a name that tells nobody the address. */
const named = (key: Buffer, what: string): string => createHmac('sha256', key).update(what).digest('base64url');

/** A page of the log ends after as much, so that a browser that reads slowly can go on: less than may wait for it. */
const pageOfBytes = 128 * 1024;

/** Puts HTTP and sockets around the conversations. */
export async function createRelay(parts: RelayParts): Promise<Relay> {
  const { config, store, node = createSoleNode(), desks, bots, now, after = realAfter, log } = parts;
  const { limits, trustProxy, times } = config;
  const app = express();
  const limitsKey = await readSecret(store, 'key.limits');
  const pace = createPace(limits, {
    ...(node.isSole ? {} : { countAll: (what, seconds) => node.count(named(limitsKey, what), seconds) }),
    now,
    log,
  });
  const connections = createConnections({ limits, trustProxy, pace, now, log });
  const listener = createListener({ app, allow: connections.allow, now, after });
  connections.watch(listener.io.engine, listener.http);

  const origins = [config.desk.url, ...config.desk.files];
  const { addressOf } = connections;
  const files = createFiles({ key: await readSecret(store, 'key.files'), store, origins, addressOf, now, log });
  const key = await readSecret(store, 'key.pictures');
  const pictures = createPictures({ key, desks: [...desks.values()], origins, now, log });
  const logos = openLogos(config.bots);
  const view = createView({ files, pictures, labelIn: (label, language) => labelIn(config.routing, label, language) });
  const sites = createSites({ config, desks, bots, logos, isLost: await readIsLost(store), now });

  const audience = createAudience();
  const feed = createFeed({
    audience,
    store,
    send(id, { log, site }, event) {
      // Somebody who listens has come from a site that there is; others are told nothing.
      audience.tell(id, 'event', (as) => ({
        log,
        event: view.event(event, { conversation: id, desk: sites.deskOf(site), ...as }),
      }));
    },
    pageOfBytes,
    log,
  });
  const tell: Browsers = {
    events: (id, { conversation }, news) => feed.committed(id, conversation, news),
    behind: (id, seq) => feed.behind(id, seq),
    missed: () => feed.missed(),
    thinking: (id, on) => audience.tell(id, 'typing', () => ({ author: { kind: 'bot' }, on })),
    typing: (id, desk, author, on) =>
      audience.tell(id, 'typing', (as) => ({ author: view.author(author, { desk, ...as }), on })),
    reached: (id, reached) => audience.tell(id, 'desk', () => ({ reached })),
  };
  const longestTimerMs = Math.max(times.asking, times.transfer, times.waiting, times.rating);
  const core = createCore({ ...sites, store, node, desks, nameOf, longestTimerMs, tell, newId, now, after, log });
  const { conversations } = core;

  const tokens = createTokens({ key: await readSecret(store, 'key.tokens'), lifeMs: times.token, now });
  serveVisitors(listener.io, {
    config,
    siteInfo: sites.info,
    conversations,
    sessions: createSessions({ tokens, store, conversations, now, rotationMs: times.rotation, log }),
    store,
    events: async (to, after, most = pageOfEvents) =>
      (await store.events(to.conversation, after, most, pageOfBytes)).map((event) => view.event(event, to)),
    view,
    deskOf: sites.deskOf,
    audience,
    isDeskAway: core.isDeskAway,
    pace,
    connections,
    admit: createAdmission({ config, now, log }),
    now,
    log,
  });
  serveHttp(app, {
    ...parts,
    file: files.serve,
    picture: pictures.serve,
    logo: logos.serve,
    addressOf,
    isHearing: node.isWell,
    isLeaving: listener.isLeaving,
    state: demoState({
      store,
      conversationOf: (token) =>
        Object.keys(config.sites).flatMap((site) => tokens.read(token, site)?.conversation ?? [])[0],
      sockets: (id) => audience.count(id),
    }),
  });
  await core.watchDesks();
  const retention = createRetention({
    store,
    remove: conversations.remove,
    isFollowed: (id) => audience.count(id) > 0,
    // A token that is not used yet still proves itself by the one before it.
    keptMs: { ...config.retention, sessions: Math.max(config.retention.sessions, times.token) },
    now,
    after,
    log,
  });

  /**
   * Visitors are served to the end, and only what follows from their words is not begun any more: it is in the database,
   * and the next process does it. So this takes as long as what is under way, and that not for long.
   */
  async function close() {
    retention[Symbol.dispose]();
    const quiet = core[Symbol.asyncDispose]().then(() => node.leases[Symbol.asyncDispose]());
    await listener.sendAway(quiet);
    await quiet;
    await listener.close(conversations.idle());
  }

  return {
    async listen(port, host) {
      const listened = await listener.listen(port, host);
      await core.resume();
      retention.start();
      return listened;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
