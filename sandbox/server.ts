import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createCable } from './cable.ts';
import { createDeliveries } from './deliveries.ts';
import { createDesk } from './create-desk.ts';
import { createFaults } from './faults.ts';
import { hostCheck, strangeName } from './host.ts';
import type { Fault } from './faults.ts';
import { meetFaults } from './http.ts';
import { labels, notifications, webhooks } from './routes/account.ts';
import { bots } from './routes/bots.ts';
import { contactLinks } from './routes/contact-links.ts';
import { contactNotes } from './routes/contact-notes.ts';
import { contacts } from './routes/contacts.ts';
import { control } from './routes/control.ts';
import { conversationChanges } from './routes/conversation-changes.ts';
import { conversationSigns } from './routes/conversation-signs.ts';
import { conversations } from './routes/conversations.ts';
import { files } from './routes/files.ts';
import { inboxMembers } from './routes/inbox-members.ts';
import { inboxes } from './routes/inboxes.ts';
import { messages } from './routes/messages.ts';
import { participants } from './routes/participants.ts';
import { people } from './routes/people.ts';
import { teamMembers, teams } from './routes/teams.ts';
import { pictures } from './routes/pictures.ts';
import { publicApi } from './routes/public.ts';
import { search } from './routes/search.ts';
import { surveyReports, surveys } from './routes/survey.ts';
import { widgetApi } from './routes/widget.ts';
import { demo, plant } from './seed.ts';
import type { Seed } from './seed.ts';
import { createRequests } from './requests.ts';
import { openState } from './state.ts';
import { normal } from './switches.ts';
import type { Switches } from './switches.ts';

export interface SandboxOptions {
  /** 0 takes a free one, which is the default. */
  port?: number;
  /** Without it only this machine reaches the sandbox, as 127.0.0.1 and as localhost. */
  host?: string;
  /** By which names it may be called, beside localhost, `host` and any address. */
  names?: readonly string[];
  /** The file that keeps the state; without it the state is gone with the process. */
  file?: string;
  /** Who is at the desk at first: the people of the demo unless told otherwise. */
  seed?: Seed;
  switches?: Partial<Switches>;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export interface Sandbox extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  url: string;
  port: number;
  /** The switches as they are now. */
  switches: Readonly<Switches>;
  /** Changes switches, as `POST /sandbox/switches` does. */
  set(wanted: Partial<Switches>): void;
  /** Adds a mishap for the next requests that match, as `POST /sandbox/faults` does. @throws if it makes no sense */
  fault(wanted: Omit<Fault, 'id' | 'times' | 'after'> & Partial<Pick<Fault, 'times' | 'after'>>): void;
  /** Cuts the live websockets. */
  cut(): void;
  /** Resolves once every delivery that is due was sent and answered. */
  idle(): Promise<void>;
  /** Drops all connections and stops. */
  close(): Promise<void>;
}

/** Starts a sandbox in this process. @throws with code EADDRINUSE where the port is taken */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const state = openState(options.file);
  plant(state, options.seed ?? demo, now());
  const switches: Switches = { ...normal, ...options.switches };
  let port = options.port ?? 0;
  const desk = createDesk(state, switches, { now, baseUrl: () => `http://localhost:${port}` });
  const cable = createCable(desk);
  const deliveries = createDeliveries(desk);
  const faults = createFaults();
  const parts = { desk, deliveries, faults };

  const set = (wanted: Partial<Switches>) => {
    Object.assign(switches, wanted);
    if (switches.refuseCable) cable.cut();
    deliveries.release();
  };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const mayBeCalled = hostCheck([...(options.names ?? []), ...(options.host === undefined ? [] : [options.host])]);
  app.use((request, response, next) => {
    if (mayBeCalled(request.headers.host)) next();
    else response.status(403).type('text').send(strangeName);
  });
  const requests = createRequests();
  app.use(requests.keep);
  app.use(meetFaults(parts));
  control(app, parts, { requests: requests.recent, cut: cable.cut, set });
  servePage(app);
  app.use(express.raw({ type: () => true, limit: '64mb' }));
  app.get('/api', (_request, response) => {
    const timestamp = new Date(now()).toISOString().slice(0, 19).replace('T', ' ');
    response.json({ version: `${switches.chatwoot}.0`, timestamp, queue_services: 'ok', data_services: 'ok' });
  });
  for (const routes of [
    people,
    teams,
    teamMembers,
    pictures,
    inboxes,
    inboxMembers,
    bots,
    contacts,
    contactLinks,
    contactNotes,
    conversations,
    conversationChanges,
    conversationSigns,
    participants,
    messages,
    files,
    notifications,
    labels,
    webhooks,
    search,
    publicApi,
    widgetApi,
    surveys,
    surveyReports,
  ])
    routes(app, parts);
  app.use((_request, response) => void response.status(404).json({ error: 'Resource could not be found' }));

  const servers: Server[] = [];
  const open = async (host: string) => {
    const server = createServer(app);
    server.on('upgrade', (request, socket, head) => upgrade(request, socket, head));
    await listen(server, port, host);
    servers.push(server);
    port = (server.address() as AddressInfo).port; // a string only for pipes
  };
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!mayBeCalled(request.headers.host)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    } else if (new URL(request.url ?? '/', 'http://sandbox').pathname === '/cable')
      cable.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  };
  const stop = async () => {
    cable.close();
    await deliveries.close();
    await Promise.all(servers.map((server) => closeServer(server)));
    state.close();
  };

  try {
    await open(options.host ?? '127.0.0.1');
    // where localhost is ::1 first; a machine without IPv6 does without
    if (options.host === undefined) await open('::1').catch(() => undefined);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    switches,
    set,
    fault(wanted) {
      const added = faults.add(wanted);
      if (typeof added === 'string') throw new Error(added);
    },
    cut: cable.cut,
    idle: () => deliveries.idle(),
    close: stop,
    [Symbol.asyncDispose]: stop,
  };
}

function servePage(app: express.Express): void {
  const root = fileURLToPath(new URL('page/', import.meta.url));
  app.use((_request, response, next) => {
    response.set({
      'content-security-policy': "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    next();
  });
  app.use(express.static(root, { cacheControl: false }));
}

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      done();
    });
  });

const closeServer = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
