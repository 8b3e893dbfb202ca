import type { Socket } from 'socket.io';
import type { News } from '../../shared/protocol.ts';

/** The browsers that follow conversations. A room is made by the relay alone; no visitor names one. */
export interface Audience {
  join(conversation: string, socket: Socket): void;
  leave(socket: Socket): void;
  tell<N extends keyof News>(conversation: string, name: N, news: News[N]): void;
  /** How many follow it. */
  count(conversation: string): number;
}

export function createAudience(): Audience {
  const rooms = new Map<string, Set<Socket>>();
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
    join(conversation, socket) {
      if (where.get(socket) === conversation) return;
      leave(socket);
      where.set(socket, conversation);
      const room = rooms.get(conversation) ?? new Set();
      rooms.set(conversation, room.add(socket));
    },
    tell(conversation, name, news) {
      for (const socket of rooms.get(conversation) ?? []) socket.emit(name, news);
    },
    count: (conversation) => rooms.get(conversation)?.size ?? 0,
  };
}
