import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';

/*
 * A socket that does what it likes: it speaks engine.io and socket.io by hand over a websocket, may come from any
 * address of the loopback network, and may stop reading.
 */

export type Reply =
  { ok: true; value: Record<string, unknown> } | { ok: false; refusal: string; retryAfterMs?: number };

export interface WireOptions {
  site?: unknown;
  origin?: string;
  headers?: Record<string, string>;
  /** The address of the loopback network it comes from, such as 127.7.1.1. */
  from?: string;
  /** Stay on the level of the connection, and join no namespace. */
  join?: boolean;
}

export interface Wire extends Disposable {
  /** Sends a packet as it is written here: `42["…"]`. */
  send(packet: string): void;
  /** Sends a frame of bytes, or of what is said to be text. */
  sendBytes(bytes: Buffer, asText?: boolean): void;
  /** @throws where the socket is closed before the answer, or there is none in 10 s */
  ask(name: string, body: object): Promise<Reply>;
  /** Called with each packet, as it came. */
  hears(heard: (packet: string) => void): void;
  /** The socket stops reading. */
  stopReading(): void;
  readonly isOpen: boolean;
  /** Resolved with the code once it is closed. */
  readonly closed: Promise<number>;
  close(): void;
}

/** The relay let the socket connect and refused to let it join. */
export class NotAdmitted extends Error {
  readonly refusal: string;
  constructor(refusal: string) {
    super(`not admitted: ${refusal}`);
    this.refusal = refusal;
  }
}

export const newId = (): string => randomBytes(12).toString('hex');

export async function openWire(
  url: string,
  { site = 'demo', origin, headers = {}, from, join = true }: WireOptions = {},
): Promise<Wire> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    perMessageDeflate: false,
    headers,
    handshakeTimeout: 10_000,
    ...(origin === undefined ? {} : { origin }),
    ...(from === undefined ? {} : { localAddress: from }),
  });
  let number = 0;
  let heard: ((packet: string) => void) | undefined;
  const waiting = new Map<number, (said: Reply) => void>();
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const ready = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`the socket was closed with ${code}`)));
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      heard?.(text);
      if (text.startsWith('43')) {
        const at = text.indexOf('[');
        const id = Number(text.slice(2, at));
        const done = waiting.get(id);
        waiting.delete(id);
        done?.((JSON.parse(text.slice(at)) as [Reply])[0]);
      } else if (text === '2') socket.send('3');
      else if (text.startsWith('0')) {
        if (join) socket.send(`40${JSON.stringify({ site })}`);
        else resolve();
      } else if (text.startsWith('40')) resolve();
      else if (text.startsWith('44{')) {
        const { data: why } = JSON.parse(text.slice(2)) as { data?: { refusal?: string } };
        reject(new NotAdmitted(why?.refusal ?? 'without a word'));
      }
    });
  });
  try {
    await ready;
  } catch (error) {
    // A handshake that is still on its way ends with an error of its own.
    socket.on('error', () => {});
    socket.terminate();
    throw error;
  }
  socket.on('error', () => {});
  const send = (packet: string) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(packet);
  };
  const close = () => socket.terminate();
  return {
    send,
    sendBytes: (bytes, asText = false) => socket.send(bytes, { binary: !asText }),
    ask: (name, body) =>
      new Promise((resolve, reject) => {
        number += 1;
        const id = number;
        const timer = setTimeout(() => reject(new Error(`${name}: no answer in 10 s`)), 10_000);
        waiting.set(id, (said) => {
          clearTimeout(timer);
          resolve(said);
        });
        void closed.then((code) => {
          clearTimeout(timer);
          reject(new Error(`${name}: the socket was closed with ${code}`));
        });
        send(`42${id}${JSON.stringify([name, body])}`);
      }),
    hears: (listener) => void (heard = listener),
    stopReading: () => socket.pause(),
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    closed,
    close,
    [Symbol.dispose]: close,
  };
}

/** Says hello. @returns the token. @throws where it is refused */
export async function hello(wire: Wire, more: object = {}): Promise<string> {
  const reply = await wire.ask('hello', { version: 1, language: 'en', ...more });
  if (!reply.ok) throw new Error(`hello was refused: ${reply.refusal}`);
  return String(reply.value['token']);
}

/** A visitor who has said one thing, and so has a conversation. */
export async function openTalker(url: string, options: WireOptions = {}): Promise<Wire & { token: string }> {
  const wire = await openWire(url, options);
  const token = await hello(wire);
  const said = await wire.ask('message:send', { id: newId(), text: 'Hello' });
  if (!said.ok) throw new Error(`the first message was refused: ${said.refusal}`);
  return Object.defineProperties({ token }, Object.getOwnPropertyDescriptors(wire)) as Wire & { token: string };
}
