import { batch, computed, effect, signal, untracked } from '@preact/signals';
import { protocolVersion } from '../../shared/limits.ts';
import type { Choice } from '../../shared/message.ts';
import type { Reply, SiteInfo, Welcome } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Link } from '../link.ts';
import { createConnection } from './connection-effects.ts';
import { createHistory } from './history.ts';
import { newId } from './id.ts';
import { createOutbox } from './outbox.ts';
import { createPresence } from './presence.ts';
import { createRequests } from './requests.ts';
import type { Saved } from './saved.ts';
import { createSession } from './session.ts';
import { createUndelivered } from './undelivered.ts';

interface Parts {
  link: Link;
  saved: Saved;
  clock: Clock;
  language: string;
  /** Which page the visitor is on. */
  page: () => { url: string; title: string };
}

/**
 * Puts the conversation together: what was said, who answers, what is on its way. The relay's log is the truth; what the
 * visitor sends goes through the outbox; everything else that is asked for shows when the log says so.
 */
export function createChat({ link, saved, clock, language, page }: Parts) {
  const site = signal<SiteInfo | null>(null);
  /** The relay's clock minus the device's. */
  let skewMs = 0;
  const now = () => clock.now() + skewMs;

  const connection = createConnection({ link, clock, hello: () => void hello() });
  const { isReady } = connection;
  const history = createHistory({ link, clock });
  const session = createSession({
    saved,
    history,
    tell: (what) => connection.send(what === 'expired' ? { kind: 'denied', refusal: 'expired' } : { kind: 'renewed' }),
  });
  const presence = createPresence({ link, clock, history, now });
  const outbox = createOutbox({ saved, session, history, link, clock, isReady, page });
  const requests = createRequests({ link, clock, session, history, isReady });
  const undelivered = createUndelivered({ link, clock, history, isReady });

  const said = computed(() => {
    const ids = new Set<string>();
    for (const event of history.events.value) if (event.kind === 'message') ids.add(event.message.id);
    return ids;
  });

  async function hello() {
    const token = session.present();
    const reply = await link.ask('hello', {
      version: protocolVersion,
      language,
      page: page(),
      ...(token !== null && { token }),
      ...history.stand(),
    });
    if (!reply) connection.send({ kind: 'unanswered' });
    else if (reply.ok) welcome(token, reply.value);
    else deny(token, reply);
  }
  function welcome(presented: string | null, { token, site: info, conversation }: Welcome) {
    batch(() => {
      if (token !== presented) session.rotate(token);
      site.value = info;
      skewMs = info.now - clock.now();
      presence.isDeskUnreached.value = conversation?.deskAway === true;
      history.welcome(conversation);
      connection.send({ kind: 'welcomed' });
    });
  }
  function deny(presented: string | null, { refusal, retryAfterMs }: Extract<Reply<never>, { ok: false }>) {
    if (refusal === 'expired') session.expire(presented);
    else connection.send({ kind: 'denied', refusal, retryAfterMs });
  }

  const stop = effect(() => {
    if (!isReady.value) return;
    untracked(() => {
      outbox.wake();
      void undelivered.wake();
      void requests.wake();
    });
  });
  link.on('token', ({ token }) => session.rotate(token));
  saved.onChange((kept) => {
    outbox.merge(kept);
    session.adopt(kept);
  });

  return {
    link: connection.status,
    connectingSince: connection.since,
    isSlow: computed(() => connection.isSlow.value || outbox.isSlow.value),
    trouble: connection.trouble,
    isReady,
    site,
    events: history.events,
    log: history.id,
    handoff: history.handoff,
    heard: history.heard,
    typing: presence.typing,
    isThinking: presence.isThinking,
    hasJoined: presence.hasJoined,
    isDeskAway: presence.isDeskAway,
    /** What a button asked for, until the relay has answered. */
    pending: requests.pending,
    want: requests.want,
    /** Something but a message has to wait, for the relay was asked too often; until then, by the device's clock. */
    slowedUntil: computed(() => connection.slowedUntil.value ?? requests.slowedUntil.value),
    outbox,
    undelivered,
    /** What the visitor wrote that is not in the log yet, oldest first. */
    unsent: computed(() =>
      outbox.entries.value.filter((entry) => entry.kind === 'message' && !said.value.has(entry.id)),
    ),
    /** "Talk to a person" was pressed, and the relay does not know yet. */
    ask: computed(() => outbox.waiting.value.find((entry) => entry.kind === 'ask') ?? null),
    now,
    connect: () => connection.send({ kind: 'wanted' }),
    disconnect: () => connection.send({ kind: 'unwanted' }),
    send(text: string, choice?: Choice) {
      outbox.add({ id: newId(), kind: 'message', text, at: now(), ...(choice && { choice }) });
    },
    /** "Talk to a person". */
    askForPerson() {
      if (!outbox.waiting.peek().some((entry) => entry.kind === 'ask'))
        outbox.add({ id: newId(), kind: 'ask', text: '', at: now() });
    },
    /** After `expired`: what was not sent yet goes to a new conversation. */
    startAnew() {
      session.forget();
      history.reset();
      undelivered.forget();
      connection.send({ kind: 'renewed' });
      connection.send({ kind: 'wanted' });
    },
    close() {
      stop();
      for (const part of [connection, history, session, presence, outbox, requests, undelivered]) part.close();
    },
  };
}
export type Chat = ReturnType<typeof createChat>;
