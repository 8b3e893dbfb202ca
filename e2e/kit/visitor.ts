import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import { until } from './wait.ts';

/*
 * A visitor at the socket's level who behaves as the widget does: keeps what was not acknowledged, says it again under
 * the same id after each reconnection, and asks for what it has missed.
 */

/** An event of the log, as it travels. */
export interface LogEvent {
  seq: number;
  kind: string;
  /** Of a deletion: whose words are gone. */
  id?: string;
  at?: number;
  message?: { id: string; at: number; text: string; author: { kind: string; name?: string }; deleted?: true };
  handoff?: { phase: string; team?: string | null };
  because?: string;
}

interface Page {
  log: string;
  seq: number;
  events: LogEvent[];
}

/** As the widget tells which event was its last: a restored log has another one in that place. */
export const markOf = ({ kind, message, id, because, at }: LogEvent) =>
  message ? `message ${message.id} ${message.at}` : `${kind} ${id ?? because ?? ''} ${at}`;

type Reply = { ok: true; value: Record<string, unknown> } | { ok: false; refusal: string; retryAfterMs?: number };

export interface Visitor extends AsyncDisposable {
  /** Sends; resolved when it is acknowledged, however long that takes. */
  say(text: string): Promise<void>;
  ask(name: 'handoff:ask' | 'handoff:cancel' | 'handoff:back' | 'chat:end'): Promise<void>;
  choose(topic: string | null): Promise<void>;
  /** The right to the conversation, once hello was said. */
  token(): string | undefined;
  /** The words of each message in their order, without who said them. */
  texts(): string[];
  /** The identity of the log; undefined before anything was said. */
  logId(): string | undefined;
  /** All events in their order. */
  events(): LogEvent[];
  /** Numbers of the log under which two different things were told. */
  changed(): string[];
  /** What the relay said no to last, where it is worth knowing. */
  lastRefusal(): string | undefined;
  /** Leaves, and comes back as it was; what is sent meanwhile waits. */
  leave(): void;
  comeBack(): void;
  /** The log so far: `who: text` and `[because]`. */
  transcript(): string[];
  hears(line: string): Promise<void>;
  /** How often an event arrived that was there already, live and not in answer to a hello. */
  doubled(): number;
  phase(): string;
  /** Throws away the next acknowledgement, as a bad line would. */
  loseNextAck(): void;
}

interface VisitorOptions {
  site?: string;
  transports?: ('websocket' | 'polling')[];
  /** Another tab of somebody who is known. */
  token?: string;
  /** The address of the loopback network it comes from, such as 127.7.1.1. */
  from?: string;
  /** How long a connection may take, in milliseconds. */
  patienceMs?: number;
}

/** After as many requests in a row without an answer a connection is given up, as the widget does. */
const mostSilences = 2;
/** A hello that was refused is said again after so long, in milliseconds. */
const againMs = 200;

export function openVisitor(
  url: string,
  { site = 'demo', transports = ['websocket'], token: known, from, patienceMs = 20_000 }: VisitorOptions = {},
): Visitor {
  const events = new Map<number, LogEvent>();
  const live = new Map<number, number>();
  const outbox: { name: string; body: object; done: () => void }[] = [];
  let token: string | undefined = known;
  let log: string | undefined;
  let ready = false;
  let sending = false;
  let loseAck = false;
  let silences = 0;
  let away = false;
  let refused: string | undefined;
  const changed: string[] = [];
  const socket: Socket = io(url, {
    transports,
    auth: { site },
    forceNew: true,
    timeout: patienceMs,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    // In Node it takes an agent, which its types do not say.
    ...(from ? { agent: new Agent({ localAddress: from }) as unknown as string } : {}),
  });
  /** The last event before which nothing is missing: what is told live may be further on. */
  const last = () => {
    let seq = 0;
    while (events.has(seq + 1)) seq += 1;
    return seq;
  };
  const take = (event: LogEvent) => {
    const before = events.get(event.seq);
    if (before && markOf(before) !== markOf(event)) changed.push(`${event.seq}: ${markOf(before)} → ${markOf(event)}`);
    events.set(event.seq, event);
  };
  async function emit(name: string, body: object): Promise<Reply> {
    const { id } = socket;
    try {
      const reply = (await socket.timeout(3_000).emitWithAck(name, body)) as Reply; // the wire's tables say so
      silences = 0;
      if (!reply.ok) refused = `${name}: ${reply.refusal}`;
      return reply;
    } catch (error) {
      if (socket.connected && socket.id === id && ++silences >= mostSilences) again();
      throw error;
    }
  }
  /** Hangs up, and comes back unless it has left. */
  function again() {
    silences = 0;
    socket.disconnect();
    setTimeout(() => away || socket.connect(), againMs);
  }

  socket.on('event', (news: { log: string; event: LogEvent }) => {
    log ??= news.log;
    live.set(news.event.seq, (live.get(news.event.seq) ?? 0) + 1);
    take(news.event);
  });
  socket.on('token', (news: { token: string }) => (token = news.token));
  socket.on('disconnect', (reason) => {
    ready = false;
    if (reason === 'io server disconnect') again();
  });
  // Turned away at the door: socket.io does not try that again by itself.
  socket.on('connect_error', () => {
    if (!socket.active) again();
  });
  socket.on('connect', () => {
    void (async () => {
      const end = events.get(last());
      const after = log ? { log, after: last(), ...(end ? { mark: markOf(end) } : {}) } : {};
      const hello = await emit('hello', { version: 1, language: 'en', ...(token ? { token } : {}), ...after });
      if (!hello.ok) throw new Error(`hello was refused: ${hello.refusal}`);
      const { conversation, ...rest } = hello.value as {
        token: string;
        conversation: Page | null;
      };
      token ??= rest.token;
      if (conversation) await keep(conversation);
      ready = true;
      void drain();
    })().catch(() => {
      if (socket.connected) again();
    });
  });

  /** Takes a page of the log, and reads on until there is no more. Another log is another history. */
  async function keep(page: Page): Promise<void> {
    if (log !== undefined && log !== page.log) events.clear();
    log = page.log;
    page.events.forEach(take);
    if (last() >= page.seq) return;
    const more = await emit('log:read', { after: last() });
    if (more.ok) return keep(more.value as unknown as Page); // the wire's tables say so
    if (more.refusal !== 'tooFast') throw new Error(`log:read was refused: ${more.refusal}`);
    await new Promise((resolve) => setTimeout(resolve, more.retryAfterMs ?? 1_000));
    return keep({ ...page, events: [] });
  }

  async function drain() {
    if (sending || !ready) return;
    const [next] = outbox;
    if (!next) return;
    sending = true;
    try {
      const reply = await emit(next.name, next.body);
      if (loseAck) {
        loseAck = false;
        throw new Error('the acknowledgement was lost');
      }
      if (!reply.ok && reply.refusal !== 'unavailable') throw new Error(`${next.name} was refused: ${reply.refusal}`);
      if (reply.ok) {
        outbox.shift();
        next.done();
      }
    } catch {
      // It stays where it is, and goes out again.
    } finally {
      sending = false;
    }
    if (ready) setTimeout(() => void drain(), 20);
  }

  const request = (name: string, body: object) =>
    new Promise<void>((done) => {
      outbox.push({ name, body, done });
      void drain();
    });
  const newId = () => randomBytes(12).toString('hex');
  const line = (event: LogEvent) => {
    if (event.kind !== 'message' || !event.message) return `[${event.because ?? event.kind}]`;
    const { author, text, deleted } = event.message;
    return `${author.name ?? author.kind}: ${deleted ? '(deleted)' : text}`;
  };
  const transcript = () => [...events.values()].sort((a, b) => a.seq - b.seq).map(line);
  return {
    transcript,
    say: (text) => request('message:send', { id: newId(), text }),
    ask: (name) => request(name, name === 'handoff:ask' ? { id: newId() } : {}),
    choose: (topic) => request('handoff:choose', { topic }),
    hears: (text) =>
      until(
        () => transcript().some((each) => each.includes(text)),
        () => `“${text}” at the visitor, who has\n  ${transcript().join('\n  ')}`,
      ),
    token: () => token,
    texts: () =>
      [...events.values()].sort((a, b) => a.seq - b.seq).flatMap(({ message }) => (message ? [message.text] : [])),
    logId: () => log,
    events: () => [...events.values()].sort((a, b) => a.seq - b.seq),
    changed: () => [...changed],
    lastRefusal: () => refused,
    leave() {
      away = true;
      socket.disconnect();
    },
    comeBack() {
      away = false;
      socket.connect();
    },
    doubled: () => [...live.values()].filter((times) => times > 1).length,
    phase: () => {
      const handoffs = [...events.values()].sort((a, b) => b.seq - a.seq).find(({ kind }) => kind === 'handoff');
      return handoffs?.handoff?.phase ?? 'bot';
    },
    loseNextAck: () => void (loseAck = true),
    async [Symbol.asyncDispose]() {
      away = true;
      socket.close();
    },
  };
}
