import { protocolVersion } from '../../shared/limits.ts';
import type { SiteInfo } from '../../shared/protocol.ts';
import type { Config } from '../config.ts';
import type { Beginning } from '../conversation/conversations.ts';
import { RelayError } from '../errors.ts';
import { sharedTimes, type Address } from './address.ts';
import type { Audience } from './audience.ts';
import type { History } from './history.ts';
import type { Pace } from './pace.ts';
import type { PictureSource } from './pictures.ts';
import type { Right, Sessions } from './sessions.ts';
import { plainPage } from './visitor-text.ts';
import type { In, Out, VisitorSocket } from './wire.ts';

/*
 * A socket says hello, and is from then on the voice of one visitor in one conversation; nothing a browser sends can
 * name another.
 */

/** What a socket has said hello with. */
export interface Voice extends Pick<Right, 'token' | 'claims'> {
  beginning: Beginning;
  address: Address;
  /** Of the wire, as its browser speaks it. */
  version: number;
}

/** One socket's hello. */
interface Greeting {
  hello(body: In<'hello'>): Promise<Out<'hello'>>;
  /** Undefined before hello was answered. */
  voice(): Voice | undefined;
  /** It is gone, and follows nothing any more. */
  leave(): void;
}

interface Parts {
  config: Pick<Config, 'limits'>;
  siteInfo(site: string, language: string): SiteInfo;
  sessions: Pick<Sessions, 'open'>;
  deskOf(site: string): PictureSource;
  audience: Audience;
  history: History;
  pace: Pace;
}

/** A language as BCP 47 writes one; what else it may be, no desk and no bot needs to know. */
const languageTag = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;

export function createGreetings({ config, siteInfo, sessions, deskOf, audience, history, pace }: Parts) {
  /** How many sockets each visitor has. */
  const sockets = new Map<string, number>();
  const countDown = (visitor: string) => {
    const left = (sockets.get(visitor) ?? 1) - 1;
    if (left > 0) sockets.set(visitor, left);
    else sockets.delete(visitor);
  };

  return (socket: VisitorSocket, site: string, address: Address): Greeting => {
    let voice: Voice | undefined;
    let isGreeting = false;
    /** The visitor among whose sockets it is counted. */
    let countedFor: string | undefined;

    function leave() {
      audience.leave(socket);
      if (countedFor !== undefined) countDown(countedFor);
      countedFor = undefined;
    }

    function count(visitor: string) {
      const open = sockets.get(visitor) ?? 0;
      if (open >= config.limits.sockets.perVisitor) throw pace.refusal('limits.sockets.per_visitor', 10_000);
      countedFor = visitor;
      sockets.set(visitor, open + 1);
    }

    async function greet(body: In<'hello'>): Promise<Out<'hello'>> {
      const right = await sessions.open(site, body.token);
      const { token, claims } = right;
      const { visitor, conversation: id } = claims;
      // A page of the log costs, and hello is answered with one.
      if (body.token !== undefined) await pace.spend('read', visitor);
      await pace.spend('helloByAddress', address.network, address.isShared ? sharedTimes : 1);
      // Nobody would count down what is counted up for a socket that left meanwhile.
      if (!socket.connected) throw new RelayError('the visitor has left', { refusal: 'forbidden' });
      count(visitor);
      // First listen, then read: what happens in between arrives twice rather than never.
      const { language, version } = body;
      audience.join(id, socket, { language, version }, right.loaded?.conversation.seq ?? 0);
      const info = siteInfo(site, language);
      const conversation =
        right.loaded &&
        (await history.since(right.loaded, body, { conversation: id, desk: deskOf(site), language, version }));
      if (right.next) socket.emit('token', { token: right.next });
      const page = body.page ? plainPage(body.page) : null;
      voice = { token, claims, address, version, beginning: { site, visitor, language, page } };
      return { token, site: info, conversation: conversation ?? null };
    }

    return {
      leave,
      voice: () => voice,
      async hello(body) {
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
      },
    };
  };
}
