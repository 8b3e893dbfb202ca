import { io, type Socket } from 'socket.io-client';
import type { Body, LogEvent, News, Reply, RequestName, Value } from '../../shared/protocol.ts';
import { protocolVersion } from '../../shared/limits.ts';
import { newId } from '../visitors/tokens.ts';

/** A visitor at the socket's level: what the widget does, without the widget. */
export interface Visitor extends AsyncDisposable {
  readonly socket: Socket;
  readonly token: string;
  /** Everything of the log that arrived, by number; a repeat changes nothing. */
  readonly events: ReadonlyMap<number, LogEvent>;
  /** Every arrival, repeats included. */
  readonly arrivals: readonly LogEvent[];
  readonly typing: readonly News['typing'][];
  ask<N extends RequestName>(name: N, body: Body<N>): Promise<Reply<Value<N>>>;
  /** Sends, and fails the test where it was not accepted. */
  say(text: string, id?: string): Promise<string>;
  /** The transcript so far: `author: text`, notices as `[because]`. */
  transcript(): string[];
  /** Waits until something is so. */
  until(condition: (visitor: Visitor) => boolean, what?: string): Promise<void>;
  /** Waits for a line of the transcript that contains this. */
  hears(line: string): Promise<void>;
  phase(): string;
  close(): void;
}

export interface VisitOptions {
  token?: string | undefined;
  site?: string;
  language?: string;
  origin?: string;
  transports?: ('websocket' | 'polling')[];
  after?: number;
  log?: string;
}

/** Waits until something is so, looking again whenever anything happens, and at the latest every 20 ms. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
  ms = 15_000,
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function visit(url: string, options: VisitOptions = {}): Promise<Visitor> {
  const { token, site = 'demo', language = 'en', origin, transports = ['websocket'], after, log } = options;
  const socket = io(url, {
    transports,
    auth: { site },
    forceNew: true,
    reconnection: false,
    ...(origin ? { extraHeaders: { origin } } : {}),
  });
  const events = new Map<number, LogEvent>();
  const arrivals: LogEvent[] = [];
  const typing: News['typing'][] = [];
  let current = '';
  const take = (event: LogEvent) => {
    arrivals.push(event);
    if (!events.has(event.seq)) events.set(event.seq, event);
  };
  socket.on('event', ({ event }: News['event']) => take(event));
  socket.on('typing', (news: News['typing']) => typing.push(news));
  socket.on('token', (news: News['token']) => (current = news.token));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error) => {
      socket.close();
      reject(error);
    });
  });
  const visitor: Visitor = {
    socket,
    events,
    arrivals,
    typing,
    get token() {
      return current;
    },
    ask: (name, body) => socket.timeout(10_000).emitWithAck(name, body) as Promise<never>,
    async say(text, id = newId()) {
      const reply = await visitor.ask('message:send', { id, text });
      if (!reply.ok) throw new Error(`“${text}” was refused: ${reply.refusal}`);
      return id;
    },
    transcript: () => [...events.values()].sort((a, b) => a.seq - b.seq).map(line),
    until: (condition, what = 'something at the visitor') =>
      eventually(() => condition(visitor), what).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${visitor.transcript().join('\n')}`);
      }),
    hears: (text) => visitor.until(({ transcript }) => transcript().some((each) => each.includes(text)), text),
    phase: () => {
      const last = [...events.values()].sort((a, b) => b.seq - a.seq).find((event) => event.kind === 'handoff');
      return last?.kind === 'handoff' ? last.handoff.phase : 'bot';
    },
    close: () => void socket.close(),
    async [Symbol.asyncDispose]() {
      socket.close();
    },
  };
  const hello = await visitor.ask('hello', {
    version: protocolVersion,
    language,
    page: { url: 'https://shop.example/lamps', title: 'Lamps' },
    ...(token ? { token } : {}),
    ...(after === undefined ? {} : { after }),
    ...(log ? { log } : {}),
  });
  if (!hello.ok) {
    socket.close();
    throw new Error(`hello was refused: ${hello.refusal}`);
  }
  current ||= hello.value.token;
  for (const event of hello.value.conversation?.events ?? []) take(event);
  return visitor;
}

function line(event: LogEvent): string {
  switch (event.kind) {
    case 'message': {
      const { author, text, deleted } = event.message;
      return `${author.kind === 'agent' ? author.name : author.kind}: ${deleted ? '(deleted)' : text}`;
    }
    case 'handoff':
      return `[${event.because}]`;
    case 'deletion':
      return '[deleted]';
    case 'botFailed':
      return '[botFailed]';
  }
}
