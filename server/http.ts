import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Config } from './config.ts';
import type { Desk } from './desks/desk.ts';
import { openDoorbells, type Doorbell } from './doorbells.ts';
import type { Log } from './log.ts';
import { serveSiteScripts } from './site-script.ts';
import type { Store } from './stores/store.ts';
import type { Address } from './visitors/address.ts';
import type { Files } from './visitors/files.ts';
import type { Logos } from './visitors/logos.ts';
import type { Pictures } from './visitors/pictures.ts';
import { createRequestLimit } from './visitors/request-limit.ts';

interface Parts {
  config: Pick<Config, 'demo' | 'sites' | 'trustProxy'>;
  desks: ReadonlyMap<string, Desk>;
  store: Store;
  doorbells: readonly Doorbell[];
  /** Where the built widget and demo page are. */
  assets: string;
  agentPage: string | null;
  file: Files['serve'];
  picture: Pictures['serve'];
  logo: Logos['serve'];
  /** What the demo page shows of conversations. */
  state(token: string | undefined): Promise<object>;
  /** By which requests are counted. */
  addressOf(request: Request): Address;
  /** Whether it hears the other relays that share the database. */
  isHearing(): boolean;
  /** Whether the relay is ending, and sends its visitors elsewhere. */
  isLeaving(): boolean;
  log: Log;
}

/** The widget's scripts carry no secret and are for every page. */
const forEveryPage = { 'access-control-allow-origin': '*', 'timing-allow-origin': '*' };

/** How long browsers keep a script. */
const scriptsStay = 'public, max-age=300, stale-while-revalidate=86400';

/** How often it is tried whether the database can be written, in milliseconds. */
const probeEveryMs = 1_000;
/** Questions for `/readyz` from one address. */
const mostAskedInASecond = 20;

/** Everything that is asked for over HTTP; sockets are `visitors/serve.ts`. */
export function serveHttp(app: Express, parts: Parts): void {
  const {
    config,
    desks,
    store,
    doorbells,
    assets,
    agentPage,
    file,
    picture,
    logo,
    state,
    addressOf,
    isHearing,
    isLeaving,
    log,
  } = parts;
  app.set('query parser', 'simple');
  app.set('trust proxy', config.trustProxy);
  app.disable('x-powered-by');
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'", 'ws:', 'wss:'],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          requireTrustedTypesFor: ["'script'"],
        },
      },
      crossOriginResourcePolicy: { policy: 'cross-origin' },
      crossOriginOpenerPolicy: false,
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: { maxAge: 63_072_000 },
    }),
  );
  let probe = { at: -Infinity, result: Promise.resolve() };
  // A write that waits for the disk, for anybody who asks: so once a second, however many ask.
  const canWrite = () => {
    const at = performance.now();
    if (at - probe.at >= probeEveryMs) probe = { at, result: store.set('probe', String(Date.now())) };
    return probe.result;
  };
  const isOneTooMany = createRequestLimit(mostAskedInASecond, 1);
  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }));
  app.get('/readyz', async (req, res) => {
    if (await isOneTooMany(addressOf(req))) return void res.status(429).set('retry-after', '1').end();
    if (isLeaving()) return void res.status(503).json({ status: 'leaving' });
    try {
      // Reading may go on for long where nothing can be written any more.
      await canWrite();
      // The desk may be away for hours, and visitors are served all the same.
      res.json({ status: isHearing() && [...desks.values()].every((desk) => desk.healthy()) ? 'ok' : 'degraded' });
    } catch {
      res.status(503).json({ status: 'unavailable' });
    }
  });
  openDoorbells(app, doorbells, { addressOf, log });
  app.get('/files/:conversation/:message/:index/:key', file);
  app.get('/pictures/:name', picture);
  app.get('/logos/:name', logo);
  // Stable addresses, so that a page that was opened before a deploy still finds its panel.
  app.get(
    '/widget.js',
    serveSiteScripts(config.sites, assets, { ...forEveryPage, 'cache-control': scriptsStay }),
    script(assets, () => 'widget/widget.js'),
  );
  app.get(
    '/widget/:name.js',
    script(assets, ({ name }) => (/^[\w-]+$/.test(name ?? '') ? `widget/${name}.js` : undefined)),
  );
  if (config.demo) {
    app.get('/demo/state', (req, res, next) => {
      state(req.get('authorization')?.replace(/^Bearer /, ''))
        .then((found) => res.set('cache-control', 'no-store').json({ agentPage, ...found }))
        .catch(next);
    });
    if (existsSync(join(assets, 'demo'))) app.use(express.static(join(assets, 'demo'), { maxAge: 0 }));
  }
  app.use((_req, res) => void res.status(404).type('text').send('Not found\n'));
  // Express knows an error handler by its four parameters.
  app.use((error: { status?: number }, _req: unknown, res: Response, _next: unknown) => {
    const status = error.status && error.status < 500 ? error.status : 500;
    if (status === 500) log.error({ err: error }, 'a request failed');
    if (!res.headersSent)
      res
        .status(status)
        .type('text')
        .send(status === 500 ? 'Something went wrong\n' : 'Not like this\n');
  });
}

/** A script as it was packed by the build, in the best way that the browser understands; `find` names it below `root`. */
function script(root: string, find: (params: Record<string, string>) => string | undefined): RequestHandler {
  return (req, res, next) => {
    const path = find(req.params as Record<string, string>);
    if (!path) return next();
    const encoding = req.acceptsEncodings('br', 'gzip') || '';
    const packed = { br: '.br', gzip: '.gz' }[encoding];
    const isPacked = packed !== undefined && existsSync(join(root, path + packed));
    const headers = {
      ...forEveryPage,
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'accept-encoding',
      ...(isPacked ? { 'content-encoding': encoding } : {}),
    };
    res.sendFile(
      isPacked ? path + packed : path,
      // With a root only what is below it is looked at: the folders above may begin with a dot.
      { root, cacheControl: false, headers: { ...headers, 'cache-control': scriptsStay } },
      (error) => {
        // Where something was sent already, the browser has left: there is nothing to answer any more.
        if (error && !res.headersSent) next();
      },
    );
  };
}
