import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createPort, type AddressInfo, type Server, type Socket } from 'node:net';
import { sleep } from './numbers.ts';

/*
 * Two things that stand in between and do harm. `openMeddler` understands HTTP and spoils single answers; `openLine`
 * knows bytes alone and cuts, holds and delays them.
 */

/** What becomes of one request. */
export type Harm =
  | { kind: 'cutBefore' }
  /** Done at the other side, and nobody is told. */
  | { kind: 'cutAfter' }
  /** `after`: it is done first. */
  | { kind: 'answer'; status: number; body: string; headers?: Record<string, string>; after?: boolean }
  /** The true answer, so much later; `after` false waits before it is passed on. */
  | { kind: 'late'; ms: number; after: boolean }
  /** Half of the true answer, then a cut. */
  | { kind: 'half' }
  /** The true answer, byte by byte. */
  | { kind: 'drip'; bytesPerSecond: number }
  /** The true answer, changed. */
  | { kind: 'rewrite'; to: (body: string) => string };

export interface Meddler extends AsyncDisposable {
  readonly url: string;
  /** Every request that came in, as `METHOD /path?query`. */
  readonly asked: string[];
  /** Decides about each request; undefined lets it through. */
  harm: ((what: string, count: number) => Harm | undefined) | undefined;
  /** Websockets are refused, and those there are are cut. */
  refuseSockets(refuse: boolean): void;
}

export async function openMeddler(target: string): Promise<Meddler> {
  const { hostname, port } = new URL(target);
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let refuses = false;

  function pass(req: IncomingMessage, body: Buffer): Promise<{ answer: IncomingMessage; whole: Buffer }> {
    const { host: _host, ...headers } = req.headers;
    return new Promise((resolve, reject) => {
      const onward = request(
        { hostname, port, method: req.method, path: req.url, headers: { ...headers, host: `${hostname}:${port}` } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => resolve({ answer, whole: Buffer.concat(chunks) }));
          answer.on('error', reject);
        },
      );
      onward.on('error', reject);
      onward.end(body);
    });
  }

  async function meet(req: IncomingMessage, body: Buffer, res: ServerResponse): Promise<void> {
    const what = `${req.method} ${req.url}`;
    asked.push(what);
    const harm = meddler.harm?.(what, asked.length);
    if (harm?.kind === 'cutBefore') return void res.destroy();
    if (harm?.kind === 'late' && !harm.after) await sleep(harm.ms);
    if (harm?.kind === 'answer' && !harm.after) return void res.writeHead(harm.status, harm.headers).end(harm.body);
    const { answer, whole } = await pass(req, body);
    if (harm?.kind === 'cutAfter') return void res.destroy();
    if (harm?.kind === 'answer') return void res.writeHead(harm.status, harm.headers).end(harm.body);
    if (harm?.kind === 'late' && harm.after) await sleep(harm.ms);
    const said = harm?.kind === 'rewrite' ? Buffer.from(harm.to(whole.toString())) : whole;
    const { 'transfer-encoding': _chunked, ...rest } = answer.headers;
    // Where the other side leads on to itself, it leads here.
    if (rest.location && URL.canParse(rest.location)) {
      const to = new URL(rest.location);
      if (to.port === port) rest.location = meddler.url + to.pathname + to.search;
    }
    res.writeHead(answer.statusCode ?? 502, { ...rest, 'content-length': String(said.length) });
    if (harm?.kind === 'half') {
      res.write(said.subarray(0, said.length >> 1));
      await sleep(20);
      return void res.destroy();
    }
    if (harm?.kind === 'drip') {
      for (let at = 0; at < said.length && !res.destroyed; at += 1) {
        res.write(said.subarray(at, at + 1));
        await sleep(1_000 / harm.bytesPerSecond);
      }
      return void res.end();
    }
    res.end(said);
  }

  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    // What lies behind is down, or somebody left: so is the line to it.
    req.on('end', () => void meet(req, Buffer.concat(chunks), res).catch(() => res.destroy()));
  });
  server.on('upgrade', (req, socket: Socket, head) => {
    if (refuses) return void socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
    sockets.add(socket);
    const onward = connect(Number(port), hostname, () => {
      const lines = Object.entries(req.headers).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(`GET ${req.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    onward.on('close', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      onward.destroy();
    });
  });
  const meddler: Meddler = {
    url: await listen(server),
    asked,
    harm: undefined,
    refuseSockets(refuse) {
      refuses = refuse;
      if (refuse) for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return meddler;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A line of bytes that can go bad. */
export interface Line extends AsyncDisposable {
  readonly url: string;
  /** Cuts those there are now: all, or those for which `chosen` says so. */
  cut(chosen?: () => boolean): void;
  /** New ones are cut at once, too, until it is up again. */
  down(isDown: boolean): void;
  /** Bytes of this direction vanish: `up` is what the caller says, `down` what it hears. */
  hole(direction: 'up' | 'down' | 'both' | 'none'): void;
  /** Each piece is this late. */
  delayMs: number;
  /** Cuts a connection after so many bytes were said by the caller; 0 never. */
  cutAfterBytes: number;
}

export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<[Socket, Socket]>();
  let isDown = false;
  let hole: 'up' | 'down' | 'both' | 'none' = 'none';
  const server = createPort((near) => {
    if (isDown) return void near.destroy();
    const far = connect(Number(port), hostname);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    let said = 0;
    const carry = (from: Socket, to: Socket, direction: 'up' | 'down') => {
      from.on('data', (bytes: Buffer) => {
        if (hole === direction || hole === 'both') return;
        if (direction === 'up' && line.cutAfterBytes > 0 && (said += bytes.length) > line.cutAfterBytes) {
          to.write(bytes.subarray(0, Math.max(1, bytes.length >> 1)));
          return void setTimeout(() => pair.forEach((each) => each.destroy()), 5);
        }
        if (line.delayMs === 0) to.write(bytes);
        else setTimeout(() => to.destroyed || to.write(bytes), line.delayMs);
      });
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    };
    carry(near, far, 'up');
    carry(far, near, 'down');
  });
  const line: Line = {
    url: await listen(server),
    delayMs: 0,
    cutAfterBytes: 0,
    cut(chosen = () => true) {
      for (const pair of pairs) if (chosen()) pair.forEach((each) => each.destroy());
    },
    down(now) {
      isDown = now;
      if (now) line.cut();
    },
    hole: (direction) => void (hole = direction),
    async [Symbol.asyncDispose]() {
      line.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return line;
}
