import { io, type Socket } from 'socket.io-client';
import type { Handoff } from '../../shared/handoff.ts';
import type { Body, LogEvent, News, Reply, RequestName, Value } from '../../shared/protocol.ts';
import { protocolVersion } from '../../shared/limits.ts';
import { newId } from '../visitors/tokens.ts';

/** A visitor at the socket's level: what the widget does, without the widget. */
export interface Visitor extends AsyncDisposable {
  readonly socket: Socket;
  readonly token: string;
  /** What hello was answered with. */
  readonly welcome: Value<'hello'>;
  /** Everything of the log that arrived, by number; a repeat changes nothing. */
  readonly events: ReadonlyMap<number, LogEvent>;
  /** Every arrival, repeats included. */
  readonly arrivals: readonly LogEvent[];
  readonly typing: readonly News['typing'][];
  /** Each time it was told whether the desk is reached. */
  readonly reached: readonly boolean[];
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
  /** Who has it, as it was told last. */
  handoff(): Handoff | undefined;
  close(): void;
}

export interface VisitOptions {
  token?: string | undefined;
  site?: string;
  language?: string;
  /** Of the wire. */
  version?: number;
  origin?: string;
  headers?: Record<string, string>;
  transports?: ('websocket' | 'polling')[];
  after?: number;
  /** The page the visitor is on. */
  url?: string;
  log?: string;
  mark?: string;
}

/** Waits until something is so, looking again whenever anything happens, and at the latest every 20 ms. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
  ms = 40_000,
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A socket that has said nothing yet. @throws {Error} the refusal, where it may not connect */
export async function knock(
  url: string,
  { site = 'demo', origin, headers, transports = ['websocket'] }: VisitOptions = {},
): Promise<Socket> {
  const socket = io(url, {
    transports,
    auth: { site },
    forceNew: true,
    reconnection: false,
    extraHeaders: { ...headers, ...(origin ? { origin } : {}) },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error: Error & { data?: { refusal?: string } }) => {
      socket.close();
      reject(new Error(error.data?.refusal ?? error.message));
    });
  });
  return socket;
}

export async function visit(url: string, options: VisitOptions = {}): Promise<Visitor> {
  const { token, language = 'en', version = protocolVersion, after, log, mark } = options;
  const socket = await knock(url, options);
  const events = new Map<number, LogEvent>();
  const arrivals: LogEvent[] = [];
  const typing: News['typing'][] = [];
  const reached: boolean[] = [];
  let current = '';
  const take = (event: LogEvent) => {
    arrivals.push(event);
    if (!events.has(event.seq)) events.set(event.seq, event);
  };
  socket.on('event', ({ event }: News['event']) => take(event));
  socket.on('typing', (news: News['typing']) => typing.push(news));
  socket.on('desk', (news: News['desk']) => reached.push(news.reached));
  socket.on('token', (news: News['token']) => (current = news.token));
  let welcome: Value<'hello'> | undefined = undefined as Value<'hello'> | undefined;
  const visitor: Visitor = {
    socket,
    get welcome() {
      if (!welcome) throw new Error('hello was not answered yet');
      return welcome;
    },
    events,
    arrivals,
    typing,
    reached,
    get token() {
      return current;
    },
    ask: (name, body) => socket.timeout(30_000).emitWithAck(name, body) as Promise<never>,
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
    phase: () => visitor.handoff()?.phase ?? 'bot',
    handoff() {
      const last = [...events.values()].sort((a, b) => b.seq - a.seq).find((event) => event.kind === 'handoff');
      return last?.kind === 'handoff' ? last.handoff : undefined;
    },
    close: () => void socket.close(),
    async [Symbol.asyncDispose]() {
      socket.close();
    },
  };
  const hello = await visitor.ask('hello', {
    version,
    language,
    page: { url: options.url ?? 'https://shop.example/lamps', title: 'Lamps' },
    ...(token ? { token } : {}),
    ...(after === undefined ? {} : { after }),
    ...(log ? { log } : {}),
    ...(mark ? { mark } : {}),
  });
  if (!hello.ok) {
    socket.close();
    throw new Error(`hello was refused: ${hello.refusal}`);
  }
  current ||= hello.value.token;
  welcome = hello.value;
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
    case 'undelivered':
    case 'retried':
      return `[${event.kind}]`;
  }
}
