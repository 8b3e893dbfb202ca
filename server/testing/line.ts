import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that can be cut, and on which what goes by can be changed. */
export interface Line extends AsyncDisposable {
  /** The address that was given, by way of this line. */
  readonly url: string;
  /** How many connections there are now. */
  readonly connections: number;
  /** Ends all connections, and lets none in until `mend`. */
  cut(): void;
  /** Takes everything and lets nothing through, as a network does that has lost the other side; until `mend`. */
  hang(): void;
  mend(): void;
  /** Changes what the server says, byte for byte: both are of the same length. */
  rewrite(from: string, to: string): void;
  /**
   * Cuts all connections at the next thing that the client says in which these words are.
   * @param where `before` the server has it, or `after` it has answered; the answer does not arrive
   * @param then whether others are let in from then on, or only after `mend`
   */
  cutAt(words: string, where: 'before' | 'after', then?: 'cut' | 'through'): Promise<void>;
  /** From now on, what the client says with these words in it is answered with an error, and the server never hears it. */
  refuse(words: string, code: string, message: string): void;
  /** Nothing is refused any more. */
  allow(): void;
}

/** PostgreSQL's own way to say no, and that it is ready for the next. */
function refusal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SERROR\0VERROR\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields, Buffer.from('Z\0\0\0\x05I')]);
}

export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let state: 'through' | 'cut' | 'hanging' = 'through';
  let change: { from: Buffer; to: Buffer } | undefined;
  let refused: { words: string; answer: Buffer } | undefined;
  let trap: { words: string; where: 'before' | 'after'; then: 'cut' | 'through'; sprung(): void } | undefined;

  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const changed = (chunk: Buffer): Buffer => {
    const at = change ? chunk.indexOf(change.from) : -1;
    if (!change || at < 0) return chunk;
    return Buffer.concat([chunk.subarray(0, at), change.to, chunk.subarray(at + change.from.length)]);
  };

  const door = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const server = connect(Number(port), hostname);
    let answerIsTheEnd = false;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // its end follows
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    const spring = () => {
      const { sprung, then = 'cut' } = trap ?? {};
      trap = undefined;
      state = then;
      endAll();
      sprung?.();
    };
    client.on('data', (chunk) => {
      if (state === 'hanging') return;
      if (refused && chunk.includes(refused.words)) return void client.write(refused.answer);
      if (trap && chunk.includes(trap.words)) {
        if (trap.where === 'before') return spring();
        answerIsTheEnd = true;
      }
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (answerIsTheEnd) return spring();
      if (state !== 'hanging') client.write(changed(chunk));
    });
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const url = new URL(target);
  url.host = `127.0.0.1:${(door.address() as AddressInfo).port}`; // it listens on TCP
  return {
    url: url.href,
    get connections() {
      return sockets.size / 2;
    },
    cut() {
      state = 'cut';
      endAll();
    },
    hang: () => void (state = 'hanging'),
    mend: () => void (state = 'through'),
    rewrite: (from, to) => void (change = { from: Buffer.from(from), to: Buffer.from(to) }),
    cutAt: (words, where, then = 'cut') => new Promise((sprung) => (trap = { words, where, then, sprung })),
    refuse: (words, code, message) => void (refused = { words, answer: refusal(code, message) }),
    allow: () => void (refused = undefined),
    async [Symbol.asyncDispose]() {
      endAll();
      door.close();
      await once(door, 'close');
    },
  };
}
