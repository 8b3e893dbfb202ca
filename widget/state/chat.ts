import { batch, computed, effect, signal, untracked } from '@preact/signals';
import type { Handoff } from '../../shared/handoff.ts';
import { protocolVersion, typingEndsMs } from '../../shared/limits.ts';
import { markOf } from '../../shared/mark.ts';
import type { Author, Choice } from '../../shared/message.ts';
import type { Body, LogEvent, News, Refusal, RequestName, SiteInfo } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Link } from '../link.ts';
import { newId } from './id.ts';
import { createLog } from './log.ts';
import { createOutbox, type Delivery } from './outbox.ts';
import { retryDelayMs } from './retry.ts';
import type { Entry, Kept, Saved } from './saved.ts';
import { createUndelivered } from './undelivered.ts';

/** What cannot be mended by waiting. `outdated`: the relay does not speak our version any more. */
export type Trouble = 'expired' | 'forbidden' | 'outdated';

/** What can be asked for by pressing a button, beside sending. */
export type Wish = Extract<RequestName, 'handoff:choose' | 'handoff:cancel' | 'handoff:back' | 'chat:end'>;

/** What became part of the log at once. `first`: it was there before this page looked. */
export interface Heard {
  events: readonly LogEvent[];
  first: boolean;
}

interface Parts {
  link: Link;
  saved: Saved;
  clock: Clock;
  language: string;
  /** Which page the visitor is on. */
  page: () => { url: string; title: string };
}

const atStart: Handoff = { phase: 'bot', epoch: 0 };
/** It will be over by itself, so it is worth trying again. */
const isPassing = (refusal: Refusal) => refusal === 'tooFast' || refusal === 'unavailable';
/** No bot is believed to be thinking for longer. */
const thinkingEndsMs = 60_000;
/** The card that says who answers from here stays this long. */
const joinedMs = 4_000;

/**
 * The conversation: what was said, who answers, what is on its way. The relay's log is the truth; what the visitor sends
 * goes through the outbox; everything else that is asked for shows when the log says so.
 */
export function createChat({ link, saved, clock, language, page }: Parts) {
  const log = createLog();
  const site = signal<SiteInfo | null>(null);
  const handoff = signal<Handoff>(atStart);
  const trouble = signal<Trouble | null>(null);
  const isReady = signal(false);
  const typing = signal<Author | null>(null);
  /** The bot owes an answer. */
  const isThinking = signal(false);
  /** Somebody has just taken over, before the visitor's eyes. */
  const hasJoined = signal(false);
  const wish = signal<Wish | null>(null);
  const heard = signal<Heard>({ events: [], first: true });
  /** Something but a message has to wait, for the relay was asked too often; until then, by the device's clock. */
  const slowedUntil = signal<number | null>(null);
  const isDeskOut = signal(false);
  /** What is written does not reach the people, who have the conversation or are awaited. */
  const isDeskAway = computed(
    () => isDeskOut.value && ['transferring', 'waiting', 'human'].includes(handoff.value.phase),
  );

  /** Ours on this page; stored with the first send. */
  let token: string | null = null;
  /** The relay's clock minus the device's. */
  let skewMs = 0;
  /** The handoff we know is the one after this event. */
  let handoffSeq = 0;
  const now = () => clock.now() + skewMs;

  const timers = new Map<string, () => void>();
  /** One timer a name; setting it again moves it. */
  function later(name: string, ms: number, run: () => void) {
    timers.get(name)?.();
    timers.set(name, clock.after(ms, run));
  }

  const outbox = createOutbox({ saved, clock, isReady, held, deliver });
  const undelivered = createUndelivered({
    link,
    clock,
    events: log.events,
    isReady,
    catchUp: (to) => void catchUp(to),
    isPassing,
  });
  const said = computed(() => {
    const ids = new Set<string>();
    for (const event of log.events.value) if (event.kind === 'message') ids.add(event.message.id);
    return ids;
  });
  /** What the visitor wrote that is not in the log yet, oldest first. */
  const unsent = computed(() =>
    outbox.entries.value.filter((entry) => entry.kind === 'message' && !said.value.has(entry.id)),
  );
  /** "Talk to a person" was pressed, and the relay does not know yet. */
  const asked = computed(() => outbox.waiting.value.find((entry) => entry.kind === 'ask') ?? null);

  /** The first send is on its way under our token, which is not to be changed meanwhile. */
  let isBeginning = false;

  /**
   * What is stored, with our token and log where they are missing or were written over; another conversation's stay. A
   * log without a token is one that is over.
   */
  function held(kept: Kept): Kept {
    const { value: id } = log.id;
    if (id !== null && kept.log === id) return kept;
    const isFree = kept.token === null || kept.token === token || (id !== null && kept.log === null);
    return isFree ? { ...kept, token, log: id ?? kept.log } : kept;
  }
  const isOurs = (kept: Kept) => kept.token === token || (kept.log !== null && kept.log === log.id.value);

  // What the relay tells

  function take(logId: string, events: readonly LogEvent[], from?: { handoff: Handoff; seq: number }) {
    batch(() => {
      const first = log.last() === 0 && handoffSeq === 0;
      if (log.id.value !== null && log.id.value !== logId) forgetHandoff();
      const added = log.receive(logId, events);
      if (from) {
        handoff.value = from.handoff;
        handoffSeq = from.seq;
      }
      for (const event of added) apply(event, first);
      if (added.length > 0) heard.value = { events: added, first };
      saved.update(held);
    });
  }
  function apply(event: LogEvent, first: boolean) {
    if (event.kind === 'handoff' && event.seq > handoffSeq) {
      handoff.value = event.handoff;
      handoffSeq = event.seq;
      wish.value = null;
    }
    if (event.kind === 'handoff' && event.seq === handoffSeq && event.because === 'joined' && !first) {
      hasJoined.value = true;
      later('joined', joinedMs, () => (hasJoined.value = false));
    }
    if (event.kind === 'message' && event.message.author.kind !== 'visitor') typing.value = null;
    const owed =
      event.kind === 'message' && event.message.author.kind === 'visitor'
        ? event.message.at + thinkingEndsMs - now()
        : 0;
    if (['message', 'handoff', 'botFailed'].includes(event.kind)) isThinking.value = owed > 0;
    if (owed > 0) later('thinking', owed, () => (isThinking.value = false));
  }
  function forgetHandoff() {
    handoff.value = atStart;
    handoffSeq = 0;
  }

  let reading = false;
  /** Reads what is missing, page by page. */
  async function catchUp(to: number) {
    if (reading) return;
    reading = true;
    while (log.id.value !== null && (log.last() < to || log.hasGap())) {
      const before = log.last();
      const reply = await link.ask('log:read', { after: before });
      if (!reply) break; // the next connection begins with what is missing
      if (!reply.ok) {
        const target = to;
        if (isPassing(reply.refusal)) later('read', reply.retryAfterMs ?? retryDelayMs(3), () => void catchUp(target));
        break;
      }
      const { log: logId, events, seq } = reply.value;
      if (logId !== log.id.value) {
        log.reset(logId);
        forgetHandoff();
        to = seq;
        continue;
      }
      take(logId, events);
      to = Math.max(to, seq);
      if (log.last() === before) break;
    }
    reading = false;
  }

  /** What happened while hello was being answered; it may or may not be in the answer. */
  let early: News['event'][] = [];
  function hear({ log: logId, event }: News['event']) {
    take(logId, [event]);
    if (log.hasGap()) void catchUp(event.seq);
  }
  link.on('event', (news) => {
    if (isReady.value) hear(news);
    else early.push(news);
  });
  link.on('typing', ({ author, on }) => {
    if (author.kind === 'visitor') return;
    typing.value = on ? author : null;
    later('typing', typingEndsMs, () => (typing.value = null));
  });
  link.on('desk', ({ reached }) => (isDeskOut.value = !reached));
  link.on('token', (news) => keepToken(news.token));

  /** A next token replaces the one it follows, wherever that one is stored. */
  function keepToken(next: string) {
    saved.update((kept) => (kept.token !== null && kept.token === token ? { ...kept, token: next } : kept));
    token = next;
  }

  // A connection begins

  async function hello(): Promise<void> {
    early = [];
    timers.get('hello')?.();
    const kept = saved.read();
    // The next token may come before the answer; it follows the one we present.
    const known = (token = kept?.token ?? token);
    const newest = log.events.value.at(-1);
    const reply = await link.ask('hello', {
      version: protocolVersion,
      language,
      page: page(),
      ...(known !== null && { token: known }),
      ...(log.id.value !== null && { log: log.id.value, after: log.last(), ...(newest && { mark: markOf(newest) }) }),
    });
    if (!reply) return link.reconnect();
    if (!reply.ok) return refuse(reply.refusal, known, reply.retryAfterMs);
    const welcome = reply.value;
    batch(() => {
      if (welcome.token !== known) keepToken(welcome.token);
      site.value = welcome.site;
      skewMs = welcome.site.now - clock.now();
      trouble.value = null;
      slowedUntil.value = null;
      const { conversation } = welcome;
      isDeskOut.value = conversation?.deskAway === true;
      if (conversation) {
        take(conversation.log, conversation.events, conversation);
      } else if (log.id.value !== null) {
        log.reset();
        forgetHandoff();
      }
      isReady.value = true;
    });
    early.forEach(hear);
    if (welcome.conversation) void catchUp(welcome.conversation.seq);
    outbox.wake();
    void undelivered.wake();
    void fulfil();
  }
  function refuse(refusal: Refusal, sent: string | null, afterMs?: number) {
    if (refusal === 'expired') expire(sent);
    else if (refusal === 'forbidden') trouble.value = 'forbidden';
    else if (refusal === 'invalid') trouble.value = 'outdated';
    else {
      slow(refusal, afterMs);
      later('hello', afterMs ?? retryDelayMs(3), () => void hello());
    }
  }
  function slow(refusal: Refusal | undefined, afterMs: number | undefined) {
    slowedUntil.value = refusal === 'tooFast' && afterMs !== undefined ? clock.now() + afterMs : null;
  }
  /** The relay does not know this token. Another tab may have stored a newer one; without any, nothing is lost. */
  function expire(sent: string | null) {
    isReady.value = false;
    const kept = saved.read();
    if ((kept?.token ?? null) !== sent) {
      token = null;
      link.reconnect();
    } else {
      trouble.value = 'expired';
    }
  }
  const unwatch = effect(() => {
    const { value } = link.status;
    if (value !== 'up') isReady.value = false;
    if (value === 'refused') trouble.value = 'forbidden';
    if (value === 'up') untracked(() => void hello());
  });

  // What the visitor does

  /** Stores the token, and goes over to another tab's conversation if there is one. */
  function holdsToken(): boolean {
    saved.change(held);
    const kept = saved.read();
    if (kept === null || isOurs(kept)) return true;
    log.reset();
    forgetHandoff();
    link.reconnect();
    return false;
  }
  /** Of several tabs that begin at the same moment one does; the others find its token, and go on under it. */
  function deliver(entry: Entry): Promise<Delivery> {
    if (log.id.value !== null) return ask(entry);
    return saved.alone(async () => {
      isBeginning = true;
      const delivery = await ask(entry);
      isBeginning = false;
      meet(saved.read());
      return delivery;
    });
  }
  async function ask(entry: Entry): Promise<Delivery> {
    if (!isReady.value || !holdsToken()) return { is: 'stop' };
    const { id, text, choice } = entry;
    const reply =
      entry.kind === 'ask'
        ? await link.ask('handoff:ask', { id })
        : await link.ask('message:send', { id, text, ...(choice && { choice }) });
    if (!reply) return { is: 'later' };
    if (reply.ok) {
      if ('seq' in reply.value) {
        const { log: logId, seq, at } = reply.value;
        take(logId, [{ kind: 'message', seq, message: { id, author: { kind: 'visitor' }, text, at } }]);
        if (log.hasGap()) void catchUp(seq);
      } else compare(reply.value);
      return { is: 'done' };
    }
    const { refusal, retryAfterMs } = reply;
    if (refusal === 'expired') {
      expire(token);
      return { is: 'stop' };
    }
    if (isPassing(refusal))
      return { is: 'later', refusal, ...(retryAfterMs !== undefined && { afterMs: retryAfterMs }) };
    // A wish for a person that cannot be heard has no words to keep: the button is there again.
    return entry.kind === 'ask' ? { is: 'done' } : { is: 'failed', refusal };
  }
  /** The log tells what became of a request. Should its news not have come, we fetch it. */
  function compare(answer: Handoff) {
    const { epoch, phase } = handoff.value;
    if (answer.epoch !== epoch || answer.phase !== phase) void catchUp(log.last() + 1);
  }

  let wished: (() => Promise<Awaited<ReturnType<typeof link.ask<Wish>>>>) | undefined;
  /** Asks for it until there is an answer or it is out of date. All of these may be repeated. */
  function want<N extends Wish>(name: N, body: Body<N>) {
    if (wish.value !== null) return;
    wish.value = name;
    wished = () => link.ask<Wish>(name, body);
    void fulfil();
  }
  async function fulfil() {
    if (wish.value === null || !wished || !isReady.value) return;
    const mine = wished;
    const reply = await mine();
    slowedUntil.value = null;
    if (wished !== mine || wish.value === null) return;
    if (reply?.ok) {
      wish.value = null;
      compare(reply.value);
    } else if (!reply || isPassing(reply.refusal)) {
      if (reply) slow(reply.refusal, reply.retryAfterMs);
      later('wish', reply?.retryAfterMs ?? retryDelayMs(1), () => void fulfil());
    } else {
      wish.value = null;
      if (reply.refusal === 'expired') expire(token);
    }
  }

  function send(text: string, choice?: Choice) {
    outbox.add({ id: newId(), kind: 'message', text, at: now(), ...(choice && { choice }) });
  }

  /** Finds what another tab has stored: ours is put back where it was lost; another conversation becomes ours. */
  function meet(found: Kept | null) {
    if (isBeginning || found === null) return;
    if (log.id.value !== null) saved.update(held);
    const kept = saved.read();
    if (kept?.token && !isOurs(kept)) link.reconnect();
  }
  saved.onChange((kept) => {
    outbox.merge(kept);
    meet(kept);
  });

  return {
    link: link.status,
    site,
    events: log.events,
    handoff,
    trouble,
    isReady,
    typing,
    isThinking,
    hasJoined,
    wish,
    heard,
    unsent,
    undelivered,
    isDeskAway,
    slowedUntil,
    ask: asked,
    outbox,
    now,
    send,
    /** "Talk to a person". */
    askForPerson() {
      if (asked.value === null) outbox.add({ id: newId(), kind: 'ask', text: '', at: now() });
    },
    want,
    /** After `expired`: what was not sent yet goes to a new conversation. */
    startAnew() {
      token = null;
      log.reset();
      forgetHandoff();
      undelivered.forget();
      trouble.value = null;
      // The log stays until there is a new one, so that other tabs see which one is over.
      saved.update((kept) => ({ ...kept, token: null, seen: 0 }));
      if (link.status.value === 'up') link.reconnect();
      else link.connect();
    },
    close() {
      unwatch();
      outbox.close();
      undelivered.close();
      for (const callOff of timers.values()) callOff();
    },
  };
}
export type Chat = ReturnType<typeof createChat>;
