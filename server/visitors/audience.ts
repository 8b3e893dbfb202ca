import type { News } from '../../shared/protocol.ts';
import { tell, type Listener } from './wire.ts';

/**
 * The browsers that follow conversations. A room is made by the relay alone; no visitor names one. These are not
 * socket.io's rooms, since each browser hears the news in its visitor's language.
 */
export interface Audience {
  /**
   * @param as how it is to be told
   * @param seq how far the log was just before: nobody is sent that any more
   */
  join(conversation: string, socket: Listener, as: Edition, seq?: number): void;
  leave(socket: Listener): void;
  /** @param news as it is in an edition */
  tell<N extends keyof News>(conversation: string, name: N, news: (as: Edition) => News[N]): void;
  /** Up to where the log was sent to those who follow it; undefined where nobody does. */
  sentTo(conversation: string): number | undefined;
  /** It was sent to them all up to here. */
  sent(conversation: string, seq: number): void;
  /** All that are followed. */
  followed(): string[];
  /** How many follow it. */
  count(conversation: string): number;
}

/** What a browser is told is made for its visitor's language (BCP 47), and for the version of the wire that it speaks. */
export interface Edition {
  language: string;
  version: number;
}

export function createAudience(): Audience {
  const rooms = new Map<string, { sockets: Map<Listener, Edition>; seq: number }>();
  const where = new Map<Listener, string>();
  const leave = (socket: Listener) => {
    const conversation = where.get(socket);
    if (conversation === undefined) return;
    where.delete(socket);
    const room = rooms.get(conversation);
    room?.sockets.delete(socket);
    if (room?.sockets.size === 0) rooms.delete(conversation);
  };
  return {
    leave,
    join(conversation, socket, as, seq = 0) {
      if (where.get(socket) === conversation) return;
      leave(socket);
      where.set(socket, conversation);
      const room = rooms.get(conversation) ?? { sockets: new Map<Listener, Edition>(), seq };
      room.sockets.set(socket, as);
      rooms.set(conversation, room);
    },
    tell(conversation, name, news) {
      for (const [socket, as] of rooms.get(conversation)?.sockets ?? []) tell(socket, name, news(as));
    },
    sentTo: (conversation) => rooms.get(conversation)?.seq,
    sent(conversation, seq) {
      const room = rooms.get(conversation);
      if (room) room.seq = Math.max(room.seq, seq);
    },
    followed: () => [...rooms.keys()],
    count: (conversation) => rooms.get(conversation)?.sockets.size ?? 0,
  };
}
