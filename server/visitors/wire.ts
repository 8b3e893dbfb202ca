import type { Server, Socket } from 'socket.io';
import type { z } from 'zod';
import { fromVisitor, type News, type Reply, type RequestName, type Requests } from '../../shared/protocol.ts';

/* The tables of the protocol as socket.io's event maps: types alone, and what they cannot say for a generic name. */

/** What a handler is given, after parsing. */
export type In<N extends RequestName> = z.output<Requests[N]['body']>;
/** What it answers. */
export type Out<N extends RequestName> = z.output<Requests[N]['reply']>;

/** As events arrive: nothing of them is known before it was parsed. */
type FromVisitor = Record<RequestName, (body: unknown, answer: (reply: Reply<unknown>) => void) => void>;
type ToVisitor = { [N in keyof News]: (news: News[N]) => void };
type BetweenServers = Record<string, never>;
/** What the middleware found out. */
interface SocketData {
  site: string;
}

export type VisitorServer = Server<FromVisitor, ToVisitor, BetweenServers, SocketData>;
export type VisitorSocket = Socket<FromVisitor, ToVisitor, BetweenServers, SocketData>;

/** By request, so that a generic name finds the schema of its own body. */
export const requests: { readonly [N in RequestName]: { readonly body: z.ZodType<In<N>> } } = fromVisitor;

export function isRequest(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(requests, name);
}

/** All requests of one socket. */
export type Handlers = { [N in RequestName]: (body: In<N>) => Promise<Out<N>> };

const send: { [N in keyof News]: (to: Listener, news: News[N]) => void } = {
  event: (to, news) => to.emit('event', news),
  typing: (to, news) => to.emit('typing', news),
  desk: (to, news) => to.emit('desk', news),
  token: (to, news) => to.emit('token', news),
};

/** As much of a socket as hears news. */
export type Listener = Pick<VisitorSocket, 'emit'>;

/** `socket.emit` for a generic name, which its own types cannot follow. */
export function tell<N extends keyof News>(to: Listener, name: N, news: News[N]): void {
  send[name](to, news);
}
