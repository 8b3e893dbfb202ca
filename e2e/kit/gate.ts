import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** Stands between relay and desk, lets everything through, and on demand holds one request exactly where it hurts. */
export interface Gate extends AsyncDisposable {
  readonly url: string;
  /** What the relay asked of the desk to be done (everything but reading), in order, as `METHOD /path`. */
  readonly writes: readonly string[];
  /**
   * Holds the n-th write from now on: `before` it reaches the desk, or `after` it was done, its answer never arriving.
   * @param counts which requests count, instead of all writes
   * @returns what it was, once it is held
   */
  hold(n: number, where: 'before' | 'after', counts?: (what: string) => boolean): Promise<string>;
  /** Lets go of what is held, by cutting it. */
  release(): void;
}

export async function openGate(target: string): Promise<Gate> {
  const { hostname, port } = new URL(target);
  const writes: string[] = [];
  const held = new Set<ServerResponse>();
  let wanted:
    | { left: number; where: 'before' | 'after'; counts?: (what: string) => boolean; held: (what: string) => void }
    | undefined;

  function pass(req: IncomingMessage, body: Buffer, res: ServerResponse, then: (answer: Buffer) => boolean) {
    const { host: _host, ...headers } = req.headers;
    const onward = request(
      { hostname, port, method: req.method, path: req.url, headers: { ...headers, host: `${hostname}:${port}` } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const whole = Buffer.concat(chunks);
          if (!then(whole)) return;
          const { 'transfer-encoding': _chunked, ...rest } = answer.headers;
          res.writeHead(answer.statusCode ?? 502, { ...rest, 'content-length': String(whole.length) }).end(whole);
        });
      },
    );
    // The desk is down: so is the line to it.
    onward.on('error', () => res.destroy());
    onward.end(body);
  }

  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const what = `${req.method} ${req.url?.replace(/\?.*/, '')}`;
      const isWrite = req.method !== 'GET' && !what.endsWith('/filter');
      if (isWrite) writes.push(what);
      let hold: typeof wanted;
      if (wanted && (wanted.counts?.(what) ?? isWrite) && (wanted.left -= 1) === 0) {
        hold = wanted;
        wanted = undefined;
      }
      if (hold?.where === 'before') {
        held.add(res);
        return hold.held(what);
      }
      pass(req, Buffer.concat(chunks), res, () => {
        if (!hold) return true;
        held.add(res);
        hold.held(what);
        return false;
      });
    });
  });
  // Websockets are no longer the server's to close.
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (req, socket: Duplex, head) => {
    upgraded.add(socket);
    const onward = connect(Number(port), hostname, () => {
      const lines = Object.entries(req.headers).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(`GET ${req.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.on('close', () => {
      upgraded.delete(socket);
      onward.destroy();
    });
    onward.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const release = () => {
    for (const res of held) res.destroy();
    held.clear();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writes,
    hold: (n, where, counts) =>
      new Promise((resolve) => (wanted = { left: n, where, held: resolve, ...(counts ? { counts } : {}) })),
    release,
    async [Symbol.asyncDispose]() {
      release();
      for (const socket of upgraded) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
