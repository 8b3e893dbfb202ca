import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Server } from 'socket.io';
import type { SiteInfo } from '../shared/protocol.ts';
import { pageOfEvents } from '../shared/limits.ts';
import type { Bot } from './bots/bot.ts';
import type { Config } from './config.ts';
import type { Context } from './conversation/context.ts';
import { createConversations } from './conversation/conversations.ts';
import { createDeskReach } from './conversation/desk-reach.ts';
import { watchDesk, type DeskWatch } from './conversation/desk-watch.ts';
import { recoverWork } from './conversation/recover-work.ts';
import { createStepRunner } from './conversation/run-step.ts';
import { createTurnRunner } from './conversation/run-turn.ts';
import { createWorkRunner } from './conversation/work-runner.ts';
import { decide, labelIn, labelOf, matchTopic } from './conversation/routing.ts';
import { visitorName } from './conversation/transcript.ts';
import type { Desk } from './desks/desk.ts';
import { after as realAfter, type After } from './clock.ts';
import { RelayError } from './errors.ts';
import type { Log } from './log.ts';
import type { Store } from './stores/store.ts';
import type { Doorbell } from './doorbells.ts';
import { demoState } from './demo-state.ts';
import { serveHttp } from './http.ts';
import { createAdmission } from './visitors/admission.ts';
import { createAudience } from './visitors/audience.ts';
import { createConnections } from './visitors/connections.ts';
import { createFiles } from './visitors/files.ts';
import { openLogos } from './visitors/logos.ts';
import { createPace } from './visitors/pace.ts';
import { createPictures } from './visitors/pictures.ts';
import { serveVisitors } from './visitors/serve.ts';
import { createSessions } from './visitors/sessions.ts';
import { createTokens, hashOf, newId } from './visitors/tokens.ts';
import { createView } from './visitors/view.ts';
import type { VisitorServer } from './visitors/wire.ts';
import { inLanguage } from './words.ts';

export interface RelayParts {
  config: Config;
  store: Store;
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

/** A page of the log ends after as much, so that a browser that reads slowly can go on: less than may wait for it. */
const pageOfBytes = 128 * 1024;

/** A secret of ours that outlives the process: made once, kept with the conversations. */
async function secret(store: Store, name: string): Promise<Buffer> {
  const known = await store.setting(name);
  if (known) return Buffer.from(known, 'base64url');
  const made = `${newId()}${newId()}`;
  await store.set(name, made);
  return Buffer.from(made, 'base64url');
}

/** At the end: how long answers are waited for, and connections that do not close, in milliseconds. */
const answerMs = 500;
const hangUpMs = 200;

/** Resolves with the promise, or when the time is over. */
function within(ms: number, done: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void done.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Puts HTTP and sockets around the conversations. */
export async function createRelay(parts: RelayParts): Promise<Relay> {
  const { config, store, desks, bots, now, after = realAfter, log } = parts;
  const app = express();
  const http = createServer(
    {
      // Node looks at both only so often: every 30 s if nobody says otherwise.
      headersTimeout: 8_000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
    },
    app,
  );
  // An answer that nobody reads any further is given up.
  http.setTimeout(60_000);
  const pace = createPace(config.limits, { now, log });
  const { limits, trustProxy } = config;
  const connections = createConnections({ limits, trustProxy, pace, now, log });
  const io: VisitorServer = new Server(http, {
    serveClient: false,
    maxHttpBufferSize: 65_536,
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: 10_000,
    allowRequest: connections.allow,
    // No cookie is ever used, and which page may connect is decided, readably, in the socket's middleware.
    cors: { origin: true },
    cleanupEmptyChildNamespaces: true,
  });
  connections.watch(io.engine, http);

  const audience = createAudience();
  const files = createFiles({
    key: await secret(store, 'key.files'),
    store,
    origins: [config.desk.url, ...config.desk.files],
    addressOf: connections.addressOf,
    now,
    log,
  });

  const pictures = createPictures({
    key: await secret(store, 'key.pictures'),
    desks: [...desks.values()],
    origins: [config.desk.url, ...config.desk.files],
    now,
    log,
  });
  const logos = openLogos(config.bots);
  const view = createView({ files, pictures, labelIn: (label, language) => labelIn(config.routing, label, language) });

  const part = <T>(of: ReadonlyMap<string, T>, site: string): T => {
    const found = of.get(config.sites[site]?.bot ?? '');
    if (!found) throw new RelayError(`the site ${site} is not configured any more`, { refusal: 'forbidden' });
    return found;
  };
  const deskOf = (site: string) => part(desks, site);
  const nameOf = (visitor: string) => visitorName(Buffer.from(hashOf(visitor), 'base64url').toString('hex'));
  const siteInfo = (site: string, language: string): SiteInfo => {
    const at = config.sites[site];
    const bot = config.bots[at?.bot ?? ''];
    const intro = at?.intro && inLanguage(at.intro, language);
    const title = bot?.title && inLanguage(bot.title, language);
    const logo = logos.of(at?.bot ?? '');
    return {
      name: at?.name ?? site,
      ...(intro ? { intro } : {}),
      greeting: (bot && inLanguage(bot.greeting, language)) ?? '',
      suggestions: (at && inLanguage(at.suggestions, language)) ?? [],
      ...(at ? { accent: at.accent } : {}),
      ...(title || logo ? { bot: { ...(title ? { name: title } : {}), ...(logo ? { logo } : {}) } } : {}),
      now: now(),
    };
  };

  const contexts = new Map<string, Context>();
  const context = (site: string): Context => {
    const known = contexts.get(site);
    if (known) return known;
    const desk = deskOf(site);
    const made: Context = {
      newId,
      chance: Math.random,
      plan: (intent) => desk.plan(intent),
      get home() {
        return desk.home;
      },
      route: (wish) => decide(config.routing, wish, desk.teams()),
      matchTopic: (text, topics) => matchTopic(config.routing, text, topics),
      labelOf: (team) => labelOf(config.routing, team),
      nameOf,
      greeting: (language) => {
        const { greeting, suggestions } = siteInfo(site, language);
        return { text: greeting, choices: suggestions };
      },
      askingMs: config.times.asking,
      transferMs: config.times.transfer,
      onBotFailure: config.bots[config.sites[site]?.bot ?? '']?.onFailure ?? 'offer',
    };
    contexts.set(site, made);
    return made;
  };

  const watches: DeskWatch[] = [];
  const conversations = createConversations({
    store,
    context,
    recoverWork: (draft) => recoverWork(draft, Math.max(config.times.asking, config.times.transfer)),
    now,
    newId,
    committed(id, loaded, news, before) {
      for (const event of news) {
        const { log, site } = loaded.conversation;
        // Somebody who listens has come from a site that there is; others are told nothing.
        audience.tell(id, 'event', (language) => ({
          log,
          event: view.event(event, { conversation: id, desk: deskOf(site), language }),
        }));
      }
      for (const watch of watches) watch.note(id, loaded, before);
      reach.note(id, loaded);
      runner.startDue(id, loaded);
    },
  });
  const reach = createDeskReach({
    deskOf,
    tell: (id, reached) => audience.tell(id, 'desk', () => ({ reached })),
    now,
    after,
  });
  const steps = createStepRunner({
    conversations: () => conversations,
    store,
    deskOf,
    nameOf,
    reached: (id, isReached) => reach.reached(id, isReached),
    now,
    log,
  });
  const turns = createTurnRunner({
    conversations: () => conversations,
    store,
    botOf: (site) => part(bots, site),
    botDeadlineMs: (site) => config.bots[config.sites[site]?.bot ?? '']?.deadline ?? config.times.bot,
    thinking: (id, on) => audience.tell(id, 'typing', () => ({ author: { kind: 'bot' }, on })),
    after,
    log,
  });
  const runner = createWorkRunner({ conversations: () => conversations, store, steps, turns, now, after, log });

  const tokens = createTokens({ key: await secret(store, 'key.tokens'), lifeMs: config.times.token, now });
  serveVisitors(io, {
    config,
    siteInfo,
    conversations,
    sessions: createSessions({ tokens, store, conversations, now, rotationMs: config.times.rotation, log }),
    store,
    events: async (to, after, most = pageOfEvents) =>
      (await store.events(to.conversation, after, most, pageOfBytes)).map((event) => view.event(event, to)),
    view,
    deskOf,
    audience,
    isDeskAway(id, loaded) {
      reach.note(id, loaded);
      return reach.isAway(id);
    },
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
    addressOf: connections.addressOf,
    state: demoState({
      store,
      conversationOf: (token) =>
        Object.keys(config.sites).flatMap((site) => tokens.read(token, site)?.conversation ?? [])[0],
      sockets: (id) => audience.count(id),
    }),
  });

  for (const [name, desk] of desks) {
    watches.push(
      await watchDesk({
        desk,
        conversations,
        store,
        ownershipChanges: steps.ownershipChanges,
        typing: (id, author, on) =>
          audience.tell(id, 'typing', (language) => ({ author: view.author(author, { desk, language }), on })),
        isOurs: (site) => config.sites[site]?.bot === name,
        reached: steps.retryUnanswered,
        now,
        after,
        log,
      }),
    );
  }

  /**
   * Visitors are served to the end, and only what follows from their words is not begun any more: it is in the database,
   * and the next process does it. So this takes as long as what is under way, and that not for long.
   */
  async function close() {
    reach[Symbol.dispose]();
    await Promise.all([...watches, runner].map((part) => part[Symbol.asyncDispose]()));
    http.close(); // nobody else comes in; who is here gets an answer to what was taken
    await within(answerMs, conversations.idle());
    const ended = io.close();
    // A download or a slow sender would hold the port for as long as they like.
    const cut = setTimeout(() => http.closeAllConnections(), hangUpMs);
    await ended;
    clearTimeout(cut);
  }

  return {
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, host, resolve);
      });
      await runner.resume();
      // A server that listens on a port has this kind of address.
      return (http.address() as AddressInfo).port;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
