import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { ServerOptions, Socket } from 'socket.io';
import type { LimitsConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { addressOf, isNear, sharedConnections, sharedTimes, type Address } from './address.ts';
import { boundOutput, type Output } from './output.ts';
import type { Pace, TooFast } from './pace.ts';
import { createThrottle } from '../throttle.ts';

/*
 * Connections are counted when they open, below socket.io: most of what attacks one never joins, or joins and leaves.
 * One that is over a limit is let in just to be told so, for a browser cannot read why a handshake failed; when too many
 * are being told, the rest are refused by HTTP.
 */

type Conn = Socket['conn'];
type Allow = NonNullable<ServerOptions['allowRequest']>;

/** One connection below socket.io, joined or not. */
export interface Connection {
  readonly address: Address;
  /** Set where it is only here to be told this. */
  readonly refused: TooFast | undefined;
  /** It sent something that nobody understands; the third time ends it. */
  nonsense(): void;
  /** Ends it once what was said to it has been sent. */
  end(): void;
}

export interface Connections {
  /** socket.io's `allowRequest`: refuses what no widget asks for, before it costs anything. */
  allow: Allow;
  /** Follows each connection from its beginning. */
  watch(engine: { on(name: 'connection', opened: (conn: Conn) => void): unknown }, http: HttpServer): void;
  of(conn: Conn): Connection;
  /** Whose address any request has, as limits count it. */
  addressOf(request: IncomingMessage): Address;
}

interface Parts {
  limits: LimitsConfig;
  trustProxy: number;
  pace: Pace;
  now(): number;
  log: Log;
}

/** What is there of one network. */
interface NetworkLoad extends Output {
  open: number;
  /** Connections that are only here to be told that there are too many. */
  told: number;
}

/** A connection that sends this many things nobody understands is closed. */
const mostNonsense = 3;
const mostTold = 10;
/** How long one that is only told why it is refused may stay, and how long a goodbye may take, in milliseconds. */
const toldMs = 5_000;
const goodbyeMs = 2_000;
/** For how long a network gets no answer at all, once too many of it ask even why they are refused, in milliseconds. */
const ignoredMs = 250;
const mostIgnored = 1_000;
const tooMany = 'too many connections';
/** Browsers open several connections beside the socket, for scripts and files. */
const connectionsPerSocket = 4;
const mostConnections = 10_000;

export function createConnections({ limits, trustProxy, pace, now, log }: Parts): Connections {
  const throttle = createThrottle(now);
  const networks = new Map<string, NetworkLoad>();
  const asked = new WeakMap<IncomingMessage, { address: Address; refused: TooFast | undefined }>();
  const known = new WeakMap<Conn, Connection>();
  const ignoredUntil = new Map<string, number>();
  /** So many times as many connections an address may have. */
  const timesOf = ({ isShared }: Address) => (isShared ? sharedConnections : 1);
  const mostOpen = (address: Address) => limits.sockets.perAddress * timesOf(address);

  function whose(request: IncomingMessage): Address {
    // Node joins this header where it comes more than once.
    const forwarded = request.headers['x-forwarded-for'] as string | undefined;
    const address = addressOf(request.socket.remoteAddress, forwarded, trustProxy);
    if (address.isShared) {
      throttle('trust_proxy', Infinity, () =>
        log.warn(
          {},
          `a proxy is in front, and trust_proxy is not set: all visitors behind it share the limits by address, which are ${sharedTimes} times as high for it, and ${sharedConnections} times for connections; set trust_proxy`,
        ),
      );
    }
    return address;
  }

  function beginLoad(network: string): NetworkLoad {
    const load: NetworkLoad = {
      open: 0,
      told: 0,
      waiting: 0,
      waiters: new Set(),
      changed() {
        const isOver = load.open + load.told === 0 && load.waiting === 0;
        if (isOver && networks.get(network) === load) networks.delete(network);
      },
    };
    networks.set(network, load);
    return load;
  }

  /** @returns why not; undefined where it may open */
  async function refusal(request: IncomingMessage): Promise<string | undefined> {
    const query = new URL(request.url ?? '', 'http://relay').searchParams;
    // Scripts of any page can ask in these two ways, and nobody learns which page it is.
    if (query.has('j')) return 'JSON-P is not served';
    if (request.headers['sec-fetch-mode'] === 'no-cors') return 'only scripts of pages may connect, by CORS';
    const address = whose(request);
    const { network } = address;
    if (performance.now() < (ignoredUntil.get(network) ?? 0)) return tooMany;
    const times = address.isShared ? sharedTimes : 1;
    const load = networks.get(network);
    try {
      let refused: TooFast | undefined;
      await pace.spend('handshake', network, times).catch((error: TooFast) => (refused = error));
      const isFull = load !== undefined && load.open >= mostOpen(address);
      if (refused || isFull) {
        if (load && load.told >= mostTold * timesOf(address))
          throw refused ?? pace.refusal('limits.sockets.per_address', 10_000);
        await pace.spend('told', network, times);
      }
      asked.set(request, { address, refused });
      return undefined;
    } catch {
      // To look at each of a flood costs more than what is refused.
      if (ignoredUntil.size > mostIgnored) ignoredUntil.clear();
      ignoredUntil.set(network, performance.now() + ignoredMs);
      return tooMany;
    }
  }

  function open(conn: Conn) {
    const { request } = conn as unknown as { request: IncomingMessage };
    const { address, refused: tooFast } = asked.get(request) ?? { address: whose(request), refused: undefined };
    const { network } = address;
    const load = networks.get(network) ?? beginLoad(network);
    const refused =
      tooFast ?? (load.open >= mostOpen(address) ? pace.refusal('limits.sockets.per_address', 10_000) : undefined);
    const count = refused ? 'told' : 'open';
    load[count] += 1;

    const cut = boundOutput(conn, load, address.isShared, () =>
      throttle('slow', 60_000, (times) =>
        log.warn({ times }, 'a browser does not read what it is sent; it is let go of'),
      ),
    );
    let nonsense = 0;
    const connection: Connection = {
      address,
      refused,
      nonsense() {
        nonsense += 1;
        if (nonsense >= mostNonsense) cut();
      },
      end: () => void conn.close(),
    };
    known.set(conn, connection);
    // How long one that answers polls waits for another poll to say goodbye to.
    (conn.transport as { closeTimeout?: number }).closeTimeout = goodbyeMs;
    // To be told is quick; who does not even listen is cut off.
    const timer = refused ? setTimeout(cut, toldMs) : undefined;
    boundPackets(conn, 10 * limits.events.burst, connection.nonsense, cut);
    conn.on('close', () => {
      clearTimeout(timer);
      setTimeout(cut, goodbyeMs).unref();
      load[count] -= 1;
      load.changed();
    });
    if (load.told > mostTold * timesOf(address)) cut();
  }

  return {
    addressOf: whose,
    allow: (request, decide) => {
      void refusal(request).then((why) => decide(why ?? null, why === undefined));
    },
    watch(engine, http) {
      engine.on('connection', open);
      http.maxConnections = mostConnections;
      // Behind configured proxies all have their address.
      if (trustProxy === 0) boundPeers(http, limits.sockets.perAddress * connectionsPerSocket);
    },
    of(conn) {
      const connection = known.get(conn);
      // Each is followed from its beginning.
      if (!connection) throw new Error('a connection that was never seen to open');
      return connection;
    },
  };
}

/** Cuts a connection that sends too many packets in a second, or joins more than once. */
function boundPackets(conn: Conn, mostInASecond: number, nonsense: () => void, cut: () => void): void {
  let joins = 0;
  let second = { startedAt: 0, packets: 0 };
  conn.on('packet', () => {
    const now = performance.now();
    if (now - second.startedAt > 1_000) second = { startedAt: now, packets: 0 };
    second.packets += 1;
    if (second.packets > mostInASecond) cut();
  });
  conn.on('data', (data: unknown) => {
    if (typeof data !== 'string' || !data.startsWith('0')) return;
    // There is one namespace, and it is joined once: a page that was refused begins with another connection.
    if (/^0\/(?!,|$)/.test(data)) nonsense();
    else if ((joins += 1) > 1) cut();
  });
}

/** Cuts connections of one peer beyond this many, whatever they are for. */
function boundPeers(http: HttpServer, most: number): void {
  const open = new Map<string, number>();
  http.on('connection', (socket) => {
    const peer = socket.remoteAddress;
    const { network } = addressOf(peer, undefined, 0);
    const there = (open.get(network) ?? 0) + 1;
    if (there > most * (isNear(peer) ? sharedConnections : 1)) return void socket.destroy();
    open.set(network, there);
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
  });
}
