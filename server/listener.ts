import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type ServerOptions } from 'socket.io';
import type { After } from './clock.ts';
import type { VisitorServer } from './visitors/wire.ts';

/** The port: HTTP and sockets on one server, with the limits that no request may exceed. */
interface Listener {
  http: HttpServer;
  io: VisitorServer;
  /** @returns the port that is listened on */
  listen(port: number, host?: string): Promise<number>;
  /** Whether it is ending: who asks where to connect is to go elsewhere. */
  isLeaving(): boolean;
  /**
   * Begins the end: takes nobody new, and hangs up on those who are here, one after the other, each served until then.
   * Browsers connect anew at once, so all at one moment would be a storm for the relay that they come to.
   * @param quiet kept once nothing is under way: few browsers may stay until then
   */
  sendAway(quiet: PromiseLike<void>): Promise<void>;
  /**
   * Answers who is still here, and hangs up.
   * @param answered kept once nothing waits for an answer any more
   */
  close(answered: Promise<void>): Promise<void>;
}

/** How far apart browsers are sent away, and how long that takes at most for all of them, in milliseconds. */
const apartMs = 2;
const sendAwayMs = 2_000;
/** At the end: how long answers are waited for, and connections that do not close, in milliseconds. */
const answerMs = 500;
const hangUpMs = 200;

interface Parts {
  /** Answers what is no socket. */
  app: RequestListener;
  /** socket.io's `allowRequest`. */
  allow: NonNullable<ServerOptions['allowRequest']>;
  now(): number;
  after: After;
}

export function createListener({ app, allow, now, after }: Parts): Listener {
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
  let leaving = false;
  const io: VisitorServer = new Server(http, {
    serveClient: false,
    maxHttpBufferSize: 65_536,
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: 10_000,
    allowRequest: (request, decide) => {
      // No answer: then a balancer in front tries another relay, and the browser never knows.
      if (leaving) request.socket.destroy();
      else allow(request, decide);
    },
    // No cookie is ever used, and which page may connect is decided, readably, in the socket's middleware.
    cors: { origin: true },
    cleanupEmptyChildNamespaces: true,
  });
  return {
    http,
    io,
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(port, host, resolve);
      });
      // A server that listens on a port has this kind of address.
      return (http.address() as AddressInfo).port;
    },
    isLeaving: () => leaving,
    async sendAway(quiet) {
      leaving = true;
      const count = io.sockets.sockets.size;
      const apart = Math.min(apartMs, sendAwayMs / count);
      await within(sendAwayMs - apart * count, quiet);
      const sockets = [...io.sockets.sockets.values()];
      const began = now();
      for (const [at, { conn }] of sockets.entries()) {
        const early = began + at * apart - now();
        if (early >= 1) await new Promise<void>((resolve) => void after(early, resolve));
        conn.close();
      }
    },
    async close(answered) {
      http.close();
      await within(answerMs, answered);
      const ended = io.close();
      // A download or a slow sender would hold the port for as long as they like.
      const cut = after(hangUpMs, () => http.closeAllConnections());
      await ended;
      cut[Symbol.dispose]();
    },
  };

  /** Resolves with the promise, or when the time is over. */
  function within(ms: number, done: PromiseLike<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = after(ms, resolve);
      void done.then(() => {
        timer[Symbol.dispose]();
        resolve();
      });
    });
  }
}
