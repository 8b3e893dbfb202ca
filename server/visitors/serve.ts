import { createHash } from 'node:crypto';
import type { Server, Socket } from 'socket.io';
import type { z } from 'zod';
import { protocolVersion } from '../../shared/limits.ts';
import {
  fromVisitor,
  type LogEvent,
  type Refusal,
  type Reply,
  type RequestName,
  type Requests,
  type SiteInfo,
} from '../../shared/protocol.ts';
import type { Handoff } from '../../shared/handoff.ts';
import type { Config } from '../config.ts';
import type { Context } from '../conversation/context.ts';
import {
  choose,
  deleteMessage,
  retryMessage,
  visitorAsked,
  visitorLeft,
  visitorWrote,
} from '../conversation/conversation.ts';
import type { Beginning, Conversations } from '../conversation/conversations.ts';
import type { Draft, Loaded } from '../conversation/draft.ts';
import { show } from '../conversation/handoff.ts';
import type { Desk } from '../desks/desk.ts';
import { RelayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import type { Store } from '../stores/store.ts';
import { sharedTimes, type Address } from './address.ts';
import type { Audience } from './audience.ts';
import type { Connection, Connections } from './connections.ts';
import { createHistory } from './history.ts';
import { TooFast, type KindByAddress, type Pace } from './pace.ts';
import { createSeldom } from './seldom.ts';
import type { Right, Sessions } from './sessions.ts';
import type { Reader, View } from './view.ts';

/*
 * Socket events: parsed once, handled, answered. A socket says hello, and is from then on the voice of one visitor in
 * one conversation; nothing a browser sends can name another.
 */

interface Parts {
  config: Pick<Config, 'limits'>;
  siteInfo(site: string, language: string): SiteInfo;
  conversations: Conversations;
  sessions: Sessions;
  store: Pick<Store, 'receipt' | 'message'>;
  /** Events as browsers may see them, oldest first: a page, or fewer. */
  events(to: Reader, after: number, most?: number): Promise<LogEvent[]>;
  view: Pick<View, 'handoff'>;
  deskOf(site: string): Desk;
  audience: Audience;
  /** Whether what is written there does not reach the people at the desk now. */
  isDeskAway(id: string, loaded: Loaded): boolean;
  pace: Pace;
  connections: Pick<Connections, 'of'>;
  /** @returns the site; @throws {RelayError} where the page may not connect */
  admit(socket: Socket, connection: Connection): string;
  now(): number;
  log: Log;
}

/** What a socket has said hello with. */
interface Voice extends Pick<Right, 'token' | 'claims'> {
  beginning: Beginning;
  address: Address;
}

type In<N extends RequestName> = z.output<Requests[N]['body']>;
type Out<N extends RequestName> = z.output<Requests[N]['reply']>;

/** A socket that goes on and on although it was told to wait, or that its token is over, is closed. */
const mostRefused = 100;
/** A language as BCP 47 writes one; what else it may be, no desk and no bot needs to know. */
const languageTag = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;

export function serveVisitors(io: Server, parts: Parts): void {
  const { config, audience, pace, connections, log } = parts;
  const perVisitor = new Map<string, number>();
  const history = createHistory(parts);
  // On a full disk each request fails.
  const failures = createSeldom(parts.now);

  io.use((socket, next) => {
    const connection = connections.of(socket.conn);
    try {
      socket.data = { site: parts.admit(socket, connection) };
      next();
    } catch (error) {
      next(Object.assign(new Error('refused'), { data: refusalOf(error) }));
      // It is said at the end of this turn.
      setImmediate(connection.end);
    }
  });

  io.on('connection', (socket) => {
    const { site } = socket.data as { site: string };
    const connection = connections.of(socket.conn);
    const { address } = connection;
    // These were looked at, and socket.io would keep them for as long as the socket lives. No sooner: the origin is there.
    (socket.conn as { request: unknown }).request = null;
    (socket as { handshake: unknown }).handshake = null;
    let voice: Voice | undefined;
    let isGreeting = false;
    /** Whose sockets it is counted among. */
    let countedFor: string | undefined;
    let refusedInARow = 0;

    function leave() {
      audience.leave(socket);
      if (countedFor !== undefined) countDown(perVisitor, countedFor);
      countedFor = undefined;
    }
    socket.on('disconnect', () => {
      leave();
      // It may have left the namespace alone.
      connection.end();
    });
    socket.onAny((name: unknown, ...args: unknown[]) => {
      if (typeof name === 'string' && Object.hasOwn(fromVisitor, name)) return;
      const answer = args.at(-1);
      if (typeof answer === 'function') (answer as (said: unknown) => void)({ ok: false, refusal: 'invalid' });
      connection.nonsense();
    });

    function on<N extends RequestName>(name: N, handle: (body: In<N>) => Promise<Out<N>>) {
      socket.on(name as string, (...args: unknown[]) => {
        const answer = args.at(-1);
        // Without a callback nobody waits for the answer.
        if (typeof answer !== 'function') return connection.nonsense();
        void reply(name, args.length > 1 ? args[0] : {}, handle).then((said) =>
          (answer as (said: unknown) => void)(said),
        );
      });
    }

    async function reply<N extends RequestName>(
      name: N,
      body: unknown,
      handle: (body: In<N>) => Promise<Out<N>>,
    ): Promise<Reply<Out<N>>> {
      try {
        await pace.spend('event', socket.id);
        const parsed = fromVisitor[name].body.safeParse(body);
        if (!parsed.success) {
          connection.nonsense();
          return { ok: false, refusal: 'invalid' };
        }
        // The table ties the name to its body, which a generic lookup cannot express.
        const value = await handle(parsed.data as In<N>);
        refusedInARow = 0;
        return { ok: true, value };
      } catch (error) {
        const refusal = refusalOf(error);
        const isToWait = refusal.refusal === 'tooFast' || refusal.refusal === 'expired';
        if (isToWait && (refusedInARow += 1) >= mostRefused) socket.disconnect(true);
        const isKnown = error instanceof RelayError;
        if (!isKnown || refusal.refusal === 'unavailable') {
          const sentence = isKnown ? error.message : 'a request failed';
          const conversation = voice && shortName(voice.claims.conversation);
          failures(`${name} ${sentence}`, 60_000, (times) =>
            log.error({ err: error, request: name, times, ...(conversation ? { conversation } : {}) }, sentence),
          );
        }
        return { ok: false, ...refusal };
      }
    }

    on('hello', async (body) => {
      if (voice || isGreeting) throw new RelayError('hello was said already', { refusal: 'forbidden' });
      if (body.version > protocolVersion) throw new RelayError('a widget of the future', { refusal: 'invalid' });
      if (!languageTag.test(body.language)) throw new RelayError('a language that is none', { refusal: 'invalid' });
      isGreeting = true;
      try {
        return await greet(body);
      } catch (error) {
        // As if it had not been said: the browser says it again.
        leave();
        throw error;
      } finally {
        isGreeting = false;
      }
    });

    async function greet(body: In<'hello'>): Promise<Out<'hello'>> {
      const right = await parts.sessions.open(site, body.token);
      const { token, claims } = right;
      const { visitor, conversation: id } = claims;
      // A page of the log costs, and hello is answered with one.
      if (body.token !== undefined) await pace.spend('read', visitor);
      await spendAt(address, 'helloByAddress');
      // Nobody would count down what is counted up for a socket that left meanwhile.
      if (!socket.connected) throw new RelayError('the visitor has left', { refusal: 'forbidden' });
      if ((perVisitor.get(visitor) ?? 0) >= config.limits.sockets.perVisitor) {
        throw pace.refusal('limits.sockets.per_visitor', 10_000);
      }
      countedFor = visitor;
      perVisitor.set(visitor, (perVisitor.get(visitor) ?? 0) + 1);
      // First listen, then read: what happens in between arrives twice rather than never.
      const { language } = body;
      audience.join(id, socket, language);
      const info = parts.siteInfo(site, language);
      const conversation =
        right.loaded &&
        (await history.since(right.loaded, body, { conversation: id, desk: parts.deskOf(site), language }));
      if (right.next) socket.emit('token', { token: right.next });
      const page = body.page ? { url: plainAddress(body.page.url), title: clean(body.page.title) } : null;
      voice = { token, claims, address, beginning: { site, visitor, language, page } };
      return { token, site: info, conversation: conversation ?? null };
    }

    const speaking = (): Voice => {
      if (!voice) throw new RelayError('hello comes first', { refusal: 'forbidden' });
      return voice;
    };

    on('log:read', async ({ after }) => {
      const { claims, beginning } = speaking();
      await pace.spend('read', claims.visitor);
      await spendAt(address, 'readByAddress');
      const loaded = await parts.conversations.look(claims.conversation);
      if (!loaded) throw new RelayError('there is no such log', { refusal: 'forbidden' });
      const { log: identity, seq } = loaded.conversation;
      return { log: identity, seq, events: await parts.events(readerOf(claims.conversation, beginning), after) };
    });

    on('message:send', async ({ id, text, choice }) => {
      const words = clean(text);
      if (text.length > config.limits.text || words.trim() === '') {
        throw new RelayError('an empty or a too long message', { refusal: 'invalid' });
      }
      const chosen = choice && { title: clean(choice.title), value: clean(choice.value) };
      return once(speaking(), id, ['message', text, choice?.value ?? ''], true, (draft, context, hash) =>
        visitorWrote(draft, context, { id, text: words, hash, choice: chosen }),
      );
    });

    const undelivered =
      (change: (draft: Draft, context: Context, message: string) => void) =>
      async ({ id: message }: In<'message:retry'>) => {
        const { claims } = speaking();
        const accepted = await parts.conversations.decide(claims.conversation, async (draft, context) => {
          await pace.spend('message', claims.visitor);
          change(draft, context, message);
          return { log: draft.log, seq: draft.seq, at: draft.at };
        });
        if (!accepted) throw new RelayError('nothing was said yet', { refusal: 'forbidden' });
        return accepted;
      };
    on('message:retry', undelivered(retryMessage));
    on('message:delete', undelivered(deleteMessage));

    on('handoff:ask', async ({ id }) => {
      await once(speaking(), id, ['handoff'], false, (draft, context, hash) =>
        visitorAsked(draft, context, { id, hash }),
      );
      return handoffOf(speaking());
    });

    const turn = (kind: 'cancelled' | 'back' | 'ended') => async () => {
      const { claims } = speaking();
      await parts.conversations.decide(claims.conversation, (draft, context) => visitorLeft(draft, context, kind));
      return handoffOf(speaking());
    };
    on('handoff:cancel', turn('cancelled'));
    on('handoff:back', turn('back'));
    on('chat:end', turn('ended'));
    on('handoff:choose', async ({ topic }) => {
      const { claims } = speaking();
      await parts.conversations.decide(claims.conversation, (draft, context) => choose(draft, context, topic));
      return handoffOf(speaking());
    });
  });

  /** What one visitor may not do takes nothing from the others at the address: so the visitor's own limit comes first. */
  const spendAt = ({ network, isShared }: Address, what: KindByAddress) =>
    pace.spend(what, network, isShared ? sharedTimes : 1);

  /** What a browser sends may arrive many times, and happens once. */
  async function once(
    { token, claims, beginning, address }: Voice,
    id: string,
    asked: string[],
    isMessage: boolean,
    happen: (draft: Draft, context: Context, hash: string) => void,
  ): Promise<Out<'message:send'>> {
    if (id.includes('.')) throw new RelayError("an id that is the relay's to give", { refusal: 'invalid' });
    const hash = createHash('sha256').update(JSON.stringify(asked)).digest('base64url');
    const { conversation } = claims;
    const accepted = await parts.conversations.decide(
      conversation,
      async (draft, context) => {
        const before = draft.isNew ? undefined : await parts.store.receipt(conversation, id);
        if (before && before.hash !== hash) {
          throw new RelayError('an id was used twice with another text', { refusal: 'conflict' });
        }
        if (before) return { log: draft.log, seq: before.seq, at: before.at };
        if (isMessage && !draft.isNew && (await parts.store.message(conversation, id))) {
          throw new RelayError("an id of somebody else's message was used", { refusal: 'conflict' });
        }
        await pace.spend(isMessage ? 'message' : 'handoff', claims.visitor);
        if (isMessage) await spendAt(address, 'messageByAddress');
        if (draft.isNew) {
          await spendAt(address, 'conversation');
          draft.session(parts.sessions.row({ token, claims }));
        }
        draft.state.language = beginning.language;
        draft.state.page = beginning.page;
        happen(draft, context, hash);
        return { log: draft.log, seq: draft.seqOf(id), at: draft.at };
      },
      beginning,
    );
    if (!accepted) throw new RelayError('a conversation could not be begun');
    return accepted;
  }

  const readerOf = (conversation: string, { site, language }: Beginning): Reader => ({
    conversation,
    desk: parts.deskOf(site),
    language,
  });

  async function handoffOf({ claims, beginning }: Voice): Promise<Handoff> {
    const loaded = await parts.conversations.look(claims.conversation);
    if (!loaded) throw new RelayError('nothing was said yet', { refusal: 'forbidden' });
    return parts.view.handoff(show(loaded.conversation.state.handoff), readerOf(claims.conversation, beginning));
  }
}

function refusalOf(error: unknown): { refusal: Refusal; retryAfterMs?: number } {
  if (error instanceof TooFast) return { refusal: 'tooFast', retryAfterMs: error.retryAfterMs };
  return { refusal: error instanceof RelayError ? error.refusal : 'unavailable' };
}

/** What stands in a query or a fragment, a key or an address, is nobody's business at the desk. */
function plainAddress(url: string): string {
  if (!URL.canParse(url)) return '';
  const { origin, pathname } = new URL(url);
  return origin === 'null' ? '' : origin + pathname;
}

function countDown(counts: Map<string, number>, key: string) {
  const left = (counts.get(key) ?? 1) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}

/** Control characters say nothing and break terminals and logs; line breaks and tabs stay. Half a character is none. */
function clean(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd');
}
