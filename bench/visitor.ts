import { randomBytes } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';

/** The visitors of the bench: a light one, so that the server is what is busy, and one with the real client. */

export const words = 'When do you deliver, and what does that cost for two lamps?';
export const site = 'bench';

let made = 0;
const prefix = randomBytes(6).toString('hex');
/** As long as the widget's own. */
export const newId = (): string => `${prefix}-${(made += 1).toString().padStart(11, '0')}`;

export interface Event {
  seq: number;
  kind: string;
  message?: { id: string; text: string; author: { kind: string } };
  handoff?: { phase: string };
}

/** Speaks just enough of socket.io over a websocket. */
export interface Light {
  /** Sends one message; `done` is called with its acknowledgement. */
  say(done: () => void): void;
  /** @throws where it is refused */
  ask(name: string, body: object): Promise<Record<string, unknown>>;
  /** Called with each event of the log; costs parsing. */
  hears(heard: ((event: Event) => unknown) | undefined): void;
  /** Resolves once it is closed, by either end. */
  readonly closed: Promise<void>;
  close(): void;
}

export async function openLight(url: string): Promise<Light> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    perMessageDeflate: false,
  });
  let number = 0;
  const waiting = new Map<number, (said: string) => void>();
  let heard: ((event: Event) => unknown) | undefined;
  let connected: () => void = () => {};
  const ready = new Promise<void>((resolve, reject) => {
    connected = resolve;
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the socket was closed')));
  });
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    if (text.startsWith('43')) {
      const at = text.indexOf('[');
      const id = Number(text.slice(2, at));
      const done = waiting.get(id);
      waiting.delete(id);
      done?.(text.slice(at));
    } else if (text.startsWith('42')) {
      if (!heard || !text.startsWith('42["event"')) return;
      const [, news] = JSON.parse(text.slice(2)) as [string, { event: Event }];
      heard(news.event);
    } else if (text === '2') socket.send('3');
    else if (text.startsWith('0')) socket.send(`40${JSON.stringify({ site })}`);
    else if (text.startsWith('40')) connected();
    else if (text.startsWith('44')) socket.close();
  });
  await ready;
  // From here on whoever wants to know is told by `closed`.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const send = (name: string, body: string, done: (said: string) => void) => {
    number += 1;
    waiting.set(number, done);
    socket.send(`42${number}["${name}",${body}]`);
  };
  return {
    say: (done) =>
      send('message:send', `{"id":"${newId()}","text":"${words}"}`, (said) => {
        if (!said.startsWith('[{"ok":true')) throw new Error(`a message was refused: ${said}`);
        done();
      }),
    ask: (name, body) =>
      new Promise((resolve, reject) =>
        send(name, JSON.stringify(body), (said) => {
          const [reply] = JSON.parse(said) as [{ ok: boolean; value?: Record<string, unknown> }];
          if (reply.ok) resolve(reply.value ?? {});
          else reject(new Error(`${name} was refused: ${said}`));
        }),
      ),
    hears: (listener) => void (heard = listener),
    closed,
    close: () => socket.close(),
  };
}

const greeting = (token: string | undefined) => ({ version: 1, language: 'en', ...(token ? { token } : {}) });

/** @returns the token */
export async function hello(visitor: Light, token?: string): Promise<string> {
  return String((await visitor.ask('hello', greeting(token)))['token']);
}

/** The client that the widget has. @param token undefined: nothing is said by way of hello, as to the bare server */
export async function openReal(url: string, token?: string): Promise<Socket> {
  const socket = io(url, { transports: ['websocket'], auth: { site }, forceNew: true, reconnection: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  if (token !== undefined) {
    const reply = (await socket.emitWithAck('hello', greeting(token || undefined))) as { ok: boolean };
    if (!reply.ok) throw new Error(`hello was refused: ${JSON.stringify(reply)}`);
  }
  return socket;
}

/** Listens for the bot. @returns resolves with the first of its words that stand after a place in the log */
export function botSpeaks(socket: Socket): (after: number) => Promise<void> {
  let last = 0;
  let heard: (() => void) | undefined;
  socket.on('event', ({ event }: { event: Event }) => {
    if (event.message?.author.kind !== 'bot') return;
    last = event.seq;
    heard?.();
  });
  return (after) =>
    new Promise((resolve) => {
      heard = () => last > after && resolve();
      heard();
    });
}
