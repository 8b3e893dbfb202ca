import type { News } from '../../shared/protocol.ts';
import { tell, type Listener } from './wire.ts';

/**
 * The browsers that follow conversations. A room is made by the relay alone; no visitor names one. These are not
 * socket.io's rooms, since each browser hears the news in its visitor's language.
 */
export interface Audience {
  /** @param language what its visitor reads, BCP 47 */
  join(conversation: string, socket: Listener, language: string): void;
  leave(socket: Listener): void;
  /** @param news as it is in a language */
  tell<N extends keyof News>(conversation: string, name: N, news: (language: string) => News[N]): void;
  /** How many follow it. */
  count(conversation: string): number;
}

export function createAudience(): Audience {
  const rooms = new Map<string, Map<Listener, string>>();
  const where = new Map<Listener, string>();
  const leave = (socket: Listener) => {
    const conversation = where.get(socket);
    if (conversation === undefined) return;
    where.delete(socket);
    const room = rooms.get(conversation);
    room?.delete(socket);
    if (room?.size === 0) rooms.delete(conversation);
  };
  return {
    leave,
    join(conversation, socket, language) {
      if (where.get(socket) === conversation) return;
      leave(socket);
      where.set(socket, conversation);
      const room = rooms.get(conversation) ?? new Map<Listener, string>();
      rooms.set(conversation, room.set(socket, language));
    },
    tell(conversation, name, news) {
      for (const [socket, language] of rooms.get(conversation) ?? []) tell(socket, name, news(language));
    },
    count: (conversation) => rooms.get(conversation)?.size ?? 0,
  };
}
