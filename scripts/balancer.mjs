/*
 * A small balancer for `npm run cluster` and for tests: passes HTTP and websockets on to relays that say they are ready.
 * What belongs to one connection of a browser that polls goes to one relay; everything else goes to each in turn. It is
 * for trying things on; in earnest Caddy or nginx do this, see docs/operating.md.
 */
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

/** How often it is asked whether a relay is ready, in milliseconds. */
const askEveryMs = 300;
/** Browsers that poll, and where. */
const mostSticky = 10_000;

/**
 * @param {() => readonly { port: number }[]} relays those that there are, at this moment
 * @returns {{ listen(port: number): Promise<number>, readyCount(): number, close(): void }}
 */
export function createBalancer(relays) {
  const ready = new Set();
  /** By the id of a connection. */
  const sticky = new Map();
  let turn = 0;

  const timer = setInterval(() => {
    for (const { port } of relays()) {
      const asked = request({ host: '127.0.0.1', port, path: '/readyz', timeout: 1_000 }, (answer) => {
        answer.resume();
        if (answer.statusCode === 200) ready.add(port);
        else ready.delete(port);
      });
      asked.on('timeout', () => asked.destroy());
      asked.on('error', () => ready.delete(port));
      asked.end();
    }
  }, askEveryMs);

  const idOf = (url) => new URL(url, 'http://balancer').searchParams.get('sid');

  /** Those to try, in order. */
  function candidates(url) {
    const ports = relays().map(({ port }) => port);
    const kept = sticky.get(idOf(url));
    if (kept !== undefined && ports.includes(kept)) return [kept];
    const well = ports.filter((port) => ready.has(port));
    const first = (turn += 1) % Math.max(1, well.length);
    return [...well.slice(first), ...well.slice(0, first), ...ports.filter((port) => !ready.has(port))];
  }

  /** Connects to the first that takes it. */
  function reach([port, ...others], found, none) {
    if (port === undefined) return none();
    const socket = connect(port, '127.0.0.1');
    const failed = () => reach(others, found, none);
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      socket.on('error', () => socket.destroy());
      found(socket, port);
    });
  }

  const headersOf = ({ headers, socket }) => ({
    ...headers,
    'x-forwarded-for': [headers['x-forwarded-for'], socket.remoteAddress].filter(Boolean).join(', '),
  });

  const server = createServer((req, res) => {
    const none = () => {
      if (!res.headersSent) res.writeHead(502);
      res.end();
    };
    reach(
      candidates(req.url),
      (socket, port) => {
        const { method, url: path } = req;
        const passed = request({ createConnection: () => socket, method, path, headers: headersOf(req) }, (answer) => {
          res.writeHead(answer.statusCode ?? 502, answer.headers);
          // The first answer to one that polls says how its connection is called.
          if (path.startsWith('/socket.io/') && idOf(path) === null) {
            answer.once('data', (chunk) => stick(/"sid":"([^"]+)"/.exec(String(chunk))?.[1], port));
          }
          answer.pipe(res);
        });
        passed.on('error', none);
        res.on('close', () => passed.destroy());
        req.pipe(passed);
      },
      none,
    );
  });

  function stick(id, port) {
    if (id === undefined) return;
    sticky.set(id, port);
    if (sticky.size > mostSticky) sticky.delete(sticky.keys().next().value);
  }

  server.on('upgrade', (req, client, head) => {
    client.on('error', () => client.destroy());
    reach(
      candidates(req.url),
      (socket) => {
        const lines = Object.entries(headersOf(req)).map(([name, value]) => `${name}: ${value}`);
        socket.write([`${req.method} ${req.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
        socket.write(head);
        socket.pipe(client).pipe(socket);
        client.on('close', () => socket.destroy());
        socket.on('close', () => client.destroy());
      },
      () => client.destroy(),
    );
  });

  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, () => resolve(server.address().port));
      }),
    readyCount: () => ready.size,
    close() {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}
