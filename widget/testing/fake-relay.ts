import { protocolVersion } from '../../shared/limits.ts';
import type { Because, Handoff } from '../../shared/handoff.ts';
import type { Author, Message } from '../../shared/message.ts';
import type { Body, LogEvent, News, Refusal, Reply, RequestName, SiteInfo, Value } from '../../shared/protocol.ts';
import type { Link, LinkChange } from '../link.ts';

/** A link with its other end in the test's hand. */
export interface FakeLink extends Link {
  /** What was asked over it, in order. */
  readonly asked: { name: RequestName; body: unknown }[];
  readonly isOpen: () => boolean;
  /** The network goes, and with it the socket; it comes back, and the browser says so. */
  drop(): void;
  comeBack(): void;
  /** From now on nothing becomes of dialling: no socket, and no error. */
  swallow(): void;
  /** The socket stays open, and nothing that is asked from now on is answered. */
  stall(): void;
}

type Unnumbered = LogEvent extends infer E ? (E extends LogEvent ? Omit<E, 'seq'> : never) : never;
type Replies = { [N in RequestName]: Reply<Value<N>> };

const pageOf = 200;

/**
 * A relay in memory, as far as a widget can tell: one log for one token, repeated ids answered alike, news for every
 * link. Faults are one call each.
 */
export function createFakeRelay(at: () => number = () => Date.now()) {
  const site: SiteInfo = {
    name: 'Little Fen Lamps',
    intro: 'Ask about lamps, orders and repairs.',
    greeting: 'Hello. I know the catalogue, delivery times and the returns rules. What would you like to know?',
    suggestions: [
      { title: 'Where is my order?', value: 'order' },
      { title: 'Return a lamp', value: 'return' },
      { title: 'Which shade fits?', value: 'shade' },
    ],
    now: 0,
  };
  let log = 'log-1';
  let events: LogEvent[] = [];
  let handoff: Handoff = { phase: 'bot', epoch: 0 };
  let tokens = 0;
  /** Tokens that open the conversation; the others are good, and open nothing yet. */
  const opens = new Set<string>();
  const issued = new Set<string>();
  const accepted = new Map<string, { text: string; value: { log: string; seq: number; at: number } }>();
  const faults: { name: RequestName; fault: 'unheard' | 'unanswered' | Refusal; retryAfterMs?: number }[] = [];
  let mutes = 0;
  let next: string | undefined;
  const links = new Set<{ token: () => string | null; hear: <N extends keyof News>(name: N, news: News[N]) => void }>();

  function tell<N extends keyof News>(name: N, news: News[N]) {
    for (const link of links) if (opens.has(link.token() ?? '')) link.hear(name, news);
  }
  function push(event: Unnumbered): number {
    // Each kind keeps its own shape; only the number is added.
    const numbered = { ...event, seq: events.length + 1 } as LogEvent;
    events.push(numbered);
    if (numbered.kind === 'handoff') handoff = numbered.handoff;
    if (mutes > 0) mutes--;
    else tell('event', { log, event: numbered });
    return numbered.seq;
  }
  function say(author: Author, text: string, more: Partial<Message> = {}): string {
    const id = more.id ?? `m${events.length + 1}`;
    push({ kind: 'message', message: { id, author, text, at: at(), ...more } });
    return id;
  }
  const hand = (to: Handoff, because: Because) => push({ kind: 'handoff', at: at(), handoff: to, because });
  function begin(token: string) {
    issued.add(token);
    if (opens.has(token)) return;
    opens.add(token);
    if (events.length === 0) say({ kind: 'bot' }, site.greeting);
  }
  const page = (after: number) => events.slice(after, after + pageOf);
  const refuse = (refusal: Refusal) => ({ ok: false, refusal }) as const;

  /** What is asked of a conversation that has begun. */
  function answer<N extends RequestName>(name: N, body: Body<N>): Replies[RequestName] {
    switch (name) {
      case 'log:read': {
        const { after } = body as Body<'log:read'>;
        return { ok: true, value: { log, seq: events.length, events: page(after) } };
      }
      case 'handoff:choose':
        hand({ phase: 'transferring', epoch: 1, team: 'Orders and returns' }, 'connecting');
        break;
      case 'handoff:cancel':
        if (['asking', 'transferring', 'waiting'].includes(handoff.phase))
          hand({ phase: 'bot', epoch: handoff.epoch + 1 }, 'cancelled');
        break;
      case 'handoff:back':
        if (handoff.phase === 'human') hand({ phase: 'bot', epoch: handoff.epoch + 1 }, 'back');
        break;
      case 'chat:end':
        hand({ phase: 'ending', epoch: handoff.epoch + 1, by: 'visitor', agent: null }, 'ended');
        break;
      case 'message:retry':
      case 'message:delete': {
        const { id } = body as Body<'message:retry'>;
        const last = events.findLast((event) => 'id' in event && event.id === id);
        if (last?.kind === 'undelivered')
          push({ kind: name === 'message:retry' ? 'retried' : 'deletion', id, at: at() });
        return { ok: true, value: { log, seq: events.length, at: at() } };
      }
      default:
    }
    return { ok: true, value: handoff };
  }
  function send({ id, text }: Body<'message:send'>, token: string): Replies['message:send'] {
    if (text.trim() === '') return refuse('invalid');
    const before = accepted.get(id);
    if (before) return before.text === text ? { ok: true, value: before.value } : refuse('conflict');
    begin(token);
    const value = { log, seq: events.length + 1, at: at() };
    accepted.set(id, { text, value });
    say({ kind: 'visitor' }, text, { id });
    return { ok: true, value };
  }
  function askForPerson({ id }: Body<'handoff:ask'>, token: string): Replies['handoff:ask'] {
    begin(token);
    if (!accepted.has(id)) {
      accepted.set(id, { text: '', value: { log, seq: 0, at: 0 } });
      hand({ phase: 'transferring', epoch: 1, team: 'Support' }, 'connecting');
    }
    return { ok: true, value: handoff };
  }

  function openLink(): FakeLink {
    const asked: FakeLink['asked'] = [];
    const heard: { [N in keyof News]?: (news: News[N]) => void } = {};
    let tellChange: (change: LinkChange) => void = () => {};
    /** Counts sockets. */
    let dialled = 0;
    let isOpen = false;
    let isReachable = true;
    let isSwallowed = false;
    let isStalled = false;
    /** What this socket has said hello with. */
    let token: string | null = null;
    links.add({
      token: () => (isOpen ? token : null),
      hear: (name, news) => heard[name]?.(structuredClone(news)),
    });
    function hello(body: Body<'hello'>): Reply<Value<'hello'>> {
      if (token !== null) return refuse('forbidden');
      if (body.version > protocolVersion) return refuse('invalid');
      if (body.token !== undefined && !issued.has(body.token)) return refuse('expired');
      token = body.token ?? `token-${++tokens}`;
      issued.add(token);
      if (next !== undefined) {
        heard.token?.({ token: next });
        next = undefined;
      }
      const after = body.log === log ? (body.after ?? 0) : 0;
      return {
        ok: true,
        value: {
          token,
          site: { ...site, now: at() },
          conversation: opens.has(token) ? { log, seq: events.length, handoff, events: page(after) } : null,
        },
      };
    }
    function reply<N extends RequestName>(name: N, body: Body<N>): Replies[RequestName] {
      if (name === 'hello') return hello(body as Body<'hello'>);
      if (token === null) return refuse('forbidden');
      if (name === 'message:send') return send(body as Body<'message:send'>, token);
      if (name === 'handoff:ask') return askForPerson(body as Body<'handoff:ask'>, token);
      return opens.has(token) ? answer(name, body) : refuse('forbidden');
    }
    function close() {
      dialled++;
      isOpen = false;
      token = null;
    }
    return {
      asked,
      isOpen: () => isOpen,
      dial() {
        close();
        const mine = dialled;
        queueMicrotask(() => {
          if (mine !== dialled || isSwallowed) return;
          isOpen = isReachable;
          tellChange(isOpen ? 'opened' : 'lost');
        });
      },
      hangUp: close,
      drop() {
        isReachable = false;
        const wasOpen = isOpen;
        close();
        if (wasOpen) tellChange('lost');
      },
      comeBack() {
        isReachable = true;
        isSwallowed = false;
        dispatchEvent(new Event('online'));
      },
      swallow: () => void (isSwallowed = true),
      stall: () => void (isStalled = true),
      async ask<N extends RequestName>(name: N, body: Body<N>) {
        asked.push({ name, body });
        if (isStalled) return new Promise(() => {});
        const index = faults.findIndex((it) => it.name === name);
        const [it] = index < 0 ? [] : faults.splice(index, 1);
        const mine = dialled;
        await Promise.resolve();
        if (mine !== dialled || !isOpen || it?.fault === 'unheard') return undefined;
        if (it && it.fault !== 'unanswered')
          return {
            ok: false,
            refusal: it.fault,
            ...(it.retryAfterMs !== undefined && { retryAfterMs: it.retryAfterMs }),
          };
        // The table above answers each name with its own value.
        const said = reply(name, body) as Reply<Value<N>>;
        return it ? undefined : structuredClone(said);
      },
      on<N extends keyof News>(name: N, listener: (news: News[N]) => void) {
        (heard as Record<string, unknown>)[name] = listener;
      },
      onChange(listener) {
        tellChange = listener;
      },
    };
  }

  return {
    openLink,
    say,
    hand,
    push,
    tell,
    begin,
    site,
    events: () => events,
    /** The tokens that have begun something, or been let in. */
    begun: () => [...opens],
    /** The next request of this name is lost on its way there, or its answer on its way back, or it is refused. */
    fail(name: RequestName, fault: 'unheard' | 'unanswered' | Refusal, retryAfterMs?: number) {
      faults.push({ name, fault, ...(retryAfterMs !== undefined && { retryAfterMs }) });
    },
    /** The next hello brings a new token, just before it is answered. */
    rotate(to: string) {
      begin(to);
      next = to;
    },
    /** The next events reach nobody. */
    mute(count: number) {
      mutes = count;
    },
    expire(token: string) {
      issued.delete(token);
      opens.delete(token);
    },
    /** A restored backup: other events under another name. */
    restart(to: string) {
      log = to;
      events = [];
    },
  };
}
export type FakeRelay = ReturnType<typeof createFakeRelay>;
