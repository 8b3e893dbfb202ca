import type { News } from '../../shared/protocol.ts';
import { tell, type Listener } from './wire.ts';

/**
 * The browsers that follow conversations. A room is made by the relay alone; no visitor names one. These are not
 * socket.io's rooms, since each browser hears the news in its visitor's language.
 */
export interface Audience {
  /**
   * @param language what its visitor reads, BCP 47
   * @param seq how far the log was just before: nobody is sent that any more
   */
  join(conversation: string, socket: Listener, language: string, seq?: number): void;
  leave(socket: Listener): void;
  /** @param news as it is in a language */
  tell<N extends keyof News>(conversation: string, name: N, news: (language: string) => News[N]): void;
  /** Up to where the log was sent to those who follow it; undefined where nobody does. */
  sentTo(conversation: string): number | undefined;
  /** It was sent to them all up to here. */
  sent(conversation: string, seq: number): void;
  /** All that are followed. */
  followed(): string[];
  /** How many follow it. */
  count(conversation: string): number;
}

export function createAudience(): Audience {
  const rooms = new Map<string, { sockets: Map<Listener, string>; seq: number }>();
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
    join(conversation, socket, language, seq = 0) {
      if (where.get(socket) === conversation) return;
      leave(socket);
      where.set(socket, conversation);
      const room = rooms.get(conversation) ?? { sockets: new Map<Listener, string>(), seq };
      room.sockets.set(socket, language);
      rooms.set(conversation, room);
    },
    tell(conversation, name, news) {
      for (const [socket, language] of rooms.get(conversation)?.sockets ?? []) tell(socket, name, news(language));
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
