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
import { choose, visitorAsked, visitorTurned, visitorWrote } from '../conversation/conversation.ts';
import { deleteMessage, retryMessage } from '../conversation/desk-answers.ts';
import type { Beginning, Conversations } from '../conversation/conversations.ts';
import type { Draft, Loaded } from '../conversation/draft.ts';
import { show } from '../conversation/handoff.ts';
import { RelayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../stores/store.ts';
import type { Audience } from './audience.ts';
import { TooFast, type Pace } from './pace.ts';
import type { Right, Sessions } from './sessions.ts';

/*
 * Socket events: parsed once, handled, answered. A socket says hello, and is from then on the voice of one visitor in
 * one conversation; nothing a browser sends can name another.
 */

interface Parts {
  config: Pick<Config, 'sites' | 'limits'>;
  siteInfo(site: string, language: string): SiteInfo;
  conversations: Conversations;
  sessions: Sessions;
  store: Pick<Store, 'receipt' | 'message'>;
  /** Events as browsers may see them, oldest first. */
  events(id: string, after: number): Promise<LogEvent[]>;
  audience: Audience;
  /** Whether what is written there does not reach the people at the desk now. */
  isDeskAway(id: string, loaded: Loaded): boolean;
  pace: Pace;
  /** Whose address a connection has, behind the configured proxies; undefined where it cannot be told apart. */
  addressOf(socket: Socket): string | undefined;
  log: Log;
}

/** What a socket has said hello with. */
interface Voice extends Pick<Right, 'token' | 'claims'> {
  beginning: Beginning;
  address: string | undefined;
}

type In<N extends RequestName> = z.output<Requests[N]['body']>;
type Out<N extends RequestName> = z.output<Requests[N]['reply']>;

/** A socket that sends this many things nobody understands is closed. */
const mostNonsense = 3;
/** So is one that goes on and on although it was told to wait. */
const mostRefused = 100;

export function serveVisitors(io: Server, parts: Parts): void {
  const { config, audience, pace, addressOf, log } = parts;
  const perAddress = new Map<string, number>();
  const perVisitor = new Map<string, number>();

  io.use((socket, next) => {
    admit(socket).then(
      () => next(),
      (error: unknown) => next(Object.assign(new Error('refused'), { data: refusalOf(error) })),
    );
  });

  async function admit(socket: Socket): Promise<void> {
    const address = addressOf(socket);
    if (address !== undefined) {
      await pace.spend('handshake', address);
      if ((perAddress.get(address) ?? 0) >= config.limits.sockets.perAddress) throw new TooFast(10_000);
    }
    const wanted = (socket.handshake.auth as { site?: unknown }).site;
    const site = typeof wanted === 'string' && Object.hasOwn(config.sites, wanted) ? wanted : undefined;
    if (site === undefined) {
      const known = Object.keys(config.sites).join(', ');
      log.warn(
        { site: String(wanted).slice(0, 63) },
        `a site that is not configured was asked for; there are: ${known}`,
      );
      throw new RelayError('an unknown site was asked for', { refusal: 'forbidden' });
    }
    // A page of the relay's own origin that falls back to polling sends none, and neither does a program.
    const { origin } = socket.handshake.headers;
    if (origin !== undefined && !config.sites[site]?.allowsOrigin(origin)) {
      log.warn({ site, origin }, `a page of ${origin} was refused; to allow it, add it to sites.${site}.origins`);
      throw new RelayError('a foreign origin was refused', { refusal: 'forbidden' });
    }
    socket.data = { site, address };
  }

  io.on('connection', (socket) => {
    const { site, address } = socket.data as { site: string; address: string | undefined };
    // It was looked at, and socket.io would keep it for as long as the socket lives. No sooner: the origin is in it.
    (socket.conn as { request: unknown }).request = null;
    let voice: Voice | undefined;
    let isGreeting = false;
    let nonsense = 0;
    let refusedInARow = 0;
    if (address !== undefined) perAddress.set(address, (perAddress.get(address) ?? 0) + 1);

    socket.on('disconnect', () => {
      audience.leave(socket);
      if (address !== undefined) countDown(perAddress, address);
      if (voice) countDown(perVisitor, voice.claims.visitor);
    });
    socket.onAny((name: unknown, ...args: unknown[]) => {
      if (typeof name === 'string' && Object.hasOwn(fromVisitor, name)) return;
      const answer = args.at(-1);
      if (typeof answer === 'function') (answer as (said: unknown) => void)({ ok: false, refusal: 'invalid' });
      isNonsense();
    });

    function isNonsense() {
      nonsense += 1;
      if (nonsense >= mostNonsense) socket.disconnect(true);
    }

    function on<N extends RequestName>(name: N, handle: (body: In<N>) => Promise<Out<N>>) {
      socket.on(name as string, (...args: unknown[]) => {
        const answer = args.at(-1);
        // Without a callback nobody waits for the answer.
        if (typeof answer !== 'function') return isNonsense();
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
        refusedInARow = 0;
        const parsed = fromVisitor[name].body.safeParse(body);
        if (!parsed.success) {
          isNonsense();
          return { ok: false, refusal: 'invalid' };
        }
        // The table ties the name to its body, which a generic lookup cannot express.
        return { ok: true, value: await handle(parsed.data as In<N>) };
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal.refusal === 'tooFast' && (refusedInARow += 1) >= mostRefused) socket.disconnect(true);
        if (!(error instanceof RelayError)) log.error({ err: error, request: name }, 'a request failed');
        else if (refusal.refusal === 'unavailable') log.error({ err: error, request: name }, error.message);
        return { ok: false, ...refusal };
      }
    }

    on('hello', async (body) => {
      if (voice || isGreeting) throw new RelayError('hello was said already', { refusal: 'forbidden' });
      if (body.version > protocolVersion) throw new RelayError('a widget of the future', { refusal: 'invalid' });
      isGreeting = true;
      const right = await parts.sessions.open(site, body.token).finally(() => (isGreeting = false));
      // Nobody would count down what is counted up for a socket that left meanwhile.
      if (!socket.connected) throw new RelayError('the visitor has left', { refusal: 'forbidden' });
      const { visitor, conversation: id } = right.claims;
      if ((perVisitor.get(visitor) ?? 0) >= config.limits.sockets.perVisitor) throw new TooFast(10_000);
      perVisitor.set(visitor, (perVisitor.get(visitor) ?? 0) + 1);
      const { language } = body;
      const page = body.page ? { ...body.page, url: plainAddress(body.page.url) } : null;
      voice = { token: right.token, claims: right.claims, address, beginning: { site, visitor, language, page } };
      // First listen, then read: what happens in between arrives twice rather than never.
      audience.join(id, socket);
      if (right.next) socket.emit('token', { token: right.next });
      const loaded = right.loaded && (await theSameHistory(right.loaded, body));
      const info = parts.siteInfo(site, language);
      if (!loaded) return { token: right.token, site: info, conversation: null };
      const { log: identity } = loaded.conversation;
      const after = body.log === identity ? (body.after ?? 0) : 0;
      const events = await parts.events(id, after);
      const now = await parts.conversations.look(id);
      const { seq, state } = (now ?? loaded).conversation;
      const deskAway = parts.isDeskAway(id, now ?? loaded);
      return {
        token: right.token,
        site: info,
        conversation: {
          log: identity,
          seq,
          handoff: show(state.handoff),
          events,
          ...(deskAway ? { deskAway } : {}),
        },
      };
    });

    const speaking = (): Voice => {
      if (!voice) throw new RelayError('hello comes first', { refusal: 'forbidden' });
      return voice;
    };

    on('log:read', async ({ after }) => {
      const { claims } = speaking();
      const loaded = await parts.conversations.look(claims.conversation);
      if (!loaded) throw new RelayError('there is no such log', { refusal: 'forbidden' });
      const { log: identity, seq } = loaded.conversation;
      return { log: identity, seq, events: await parts.events(claims.conversation, after) };
    });

    on('message:send', async ({ id, text, choice }) => {
      const words = clean(text);
      if (text.length > config.limits.text || words.trim() === '') {
        throw new RelayError('an empty or a too long message', { refusal: 'invalid' });
      }
      return once(speaking(), id, ['message', text, choice?.value ?? ''], true, (draft, context, hash) =>
        visitorWrote(draft, context, { id, text: words, hash, choice }),
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
      await parts.conversations.decide(claims.conversation, (draft, context) => visitorTurned(draft, context, kind));
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
        if (draft.isNew) {
          if (address !== undefined) await pace.spend('conversation', address);
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

  /** A browser that has read further than there is anything knows of history that a restored backup lost. */
  async function theSameHistory(loaded: Loaded, { log: known, after = 0 }: In<'hello'>): Promise<Loaded> {
    const { id, log: identity, seq } = loaded.conversation;
    if (known !== identity || after <= seq) return loaded;
    log.warn({ missing: after - seq }, 'a browser has more of a conversation than there is: was a backup restored?');
    await parts.conversations.decide(id, (draft, context) => draft.renewLog(context.newId()));
    return (await parts.conversations.look(id)) ?? loaded;
  }

  async function handoffOf({ claims }: Voice): Promise<Handoff> {
    const loaded = await parts.conversations.look(claims.conversation);
    if (!loaded) throw new RelayError('nothing was said yet', { refusal: 'forbidden' });
    return show(loaded.conversation.state.handoff);
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
