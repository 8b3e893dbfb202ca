import type { Socket } from 'socket.io';
import type { News } from '../../shared/protocol.ts';

/** The browsers that follow conversations. A room is made by the relay alone; no visitor names one. */
export interface Audience {
  /** @param language what its visitor reads, BCP 47 */
  join(conversation: string, socket: Socket, language: string): void;
  leave(socket: Socket): void;
  /** @param news as it is in a language */
  tell<N extends keyof News>(conversation: string, name: N, news: (language: string) => News[N]): void;
  /** How many follow it. */
  count(conversation: string): number;
}

export function createAudience(): Audience {
  const rooms = new Map<string, Map<Socket, string>>();
  const where = new Map<Socket, string>();
  const leave = (socket: Socket) => {
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
      const room = rooms.get(conversation) ?? new Map<Socket, string>();
      rooms.set(conversation, room.set(socket, language));
    },
    tell(conversation, name, news) {
      for (const [socket, language] of rooms.get(conversation) ?? []) socket.emit(name, news(language));
    },
    count: (conversation) => rooms.get(conversation)?.size ?? 0,
  };
}
