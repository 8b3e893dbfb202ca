import type { ServerResponse } from 'node:http';
import type { Socket as Connection } from 'node:net';
import type { Socket } from 'socket.io';

/*
 * What leaves for a browser waits in memory until the browser reads it. Nobody has to read: so what may wait is bounded in
 * bytes, for each connection and for each network, whatever kind of packet it is.
 */

/** What waits for all connections of one network. */
export interface Output {
  /** Bytes, roughly. */
  waiting: number;
  /** The connections that something waits for: first the one that has read nothing for the longest. */
  readonly waiters: Set<Waiter>;
  /** Is called when something was read, or given up. */
  changed(): void;
}

/** A connection that something waits for. */
interface Waiter {
  bytes: number;
  cut(): void;
}

/** Of one connection, beside what its transport is just sending. */
const mostWaiting = 256 * 1024;
/** Of one network; a hundred browsers that read slowly at the same time need less. Twice as much where many share it. */
const mostOfNetwork = 8 * 1024 * 1024;
/** What a packet costs beside its words. */
const packetBytes = 64;

/** As much as is used here of engine.io's transports: one over a websocket, or one that answers polls. */
interface Transport {
  once(name: 'drain', sent: () => void): unknown;
  /** `ws` has its connection there, and no other name for it. */
  socket?: { terminate(): void; _socket?: Pick<Connection, 'cork' | 'uncork'> | null };
  res?: ServerResponse | null;
}

/**
 * Ends a connection that does not read before what waits for it fills the memory; it reads the log again later. Where a
 * network's share is full, those that read are not the ones to suffer.
 * @param of counted there, too
 * @param isShared whether many share the network
 * @param overflows is called when one is ended for this
 * @returns ends it at once, whatever it still has to send
 */
export function boundOutput(conn: Socket['conn'], of: Output, isShared: boolean, overflows: () => void): () => void {
  const mostOfAll = mostOfNetwork * (isShared ? 2 : 1);
  const transport = () => conn.transport as unknown as Transport;
  /** Waits for the transport. */
  let queued = 0;
  /** Is with a websocket. */
  let sending = 0;
  /** Answers to polls that nobody has read yet, and how long they are. */
  const unread = new Map<ServerResponse, number>();
  const me: Waiter = { bytes: 0, cut };

  function add(bytes: number) {
    me.bytes += bytes;
    of.waiting += bytes;
    of.waiters.add(me);
  }
  /** It was read, or nobody will. */
  function remove(bytes: number) {
    me.bytes -= bytes;
    of.waiting -= bytes;
    of.waiters.delete(me);
    if (me.bytes > 0) of.waiters.add(me);
    of.changed();
  }
  function forget(response: ServerResponse) {
    const bytes = unread.get(response);
    if (unread.delete(response)) remove(bytes ?? 0);
  }
  function cut() {
    const { socket } = transport();
    conn.close(true);
    // It would wait half a minute for the other end to say goodbye, with all that was not read.
    socket?.terminate();
    for (const response of [...unread.keys()]) {
      forget(response);
      response.destroy();
    }
  }
  let isGathering = false;
  /** What waits leaves in one write: events, and the answers to what brought them. `ws` writes each by itself. */
  function gather() {
    const connection = transport().socket?._socket;
    if (!connection || isGathering) return;
    isGathering = true;
    connection.cork();
    process.nextTick(() => {
      isGathering = false;
      connection.uncork();
    });
  }
  conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    const bytes = packetBytes + (data === undefined ? 0 : Buffer.byteLength(data));
    // One alone may be longer: an agent's words are.
    if (queued > 0 && queued + bytes > mostWaiting) {
      overflows();
      return cut();
    }
    add(bytes);
    queued += bytes;
    while (of.waiting > mostOfAll) {
      const late = latest(of);
      if (!late) break;
      // Whatever becomes of it, it is not looked at again.
      of.waiters.delete(late);
      overflows();
      late.cut();
      if (late === me) break;
    }
  });
  conn.on('flush', () => {
    gather();
    const bytes = queued;
    const { res } = transport();
    queued = 0;
    if (res) {
      unread.set(res, bytes);
      res.once('close', () => forget(res));
    } else {
      sending += bytes;
      transport().once('drain', () => {
        const sent = sending;
        sending = 0;
        remove(sent);
      });
    }
  });
  conn.on('close', () => {
    const left = queued + sending;
    queued = sending = 0;
    remove(left);
  });
  return cut;
}

/** The one to end: of those for which not just a little waits, the one that has read nothing for the longest. */
function latest({ waiting, waiters }: Output): Waiter | undefined {
  const average = waiting / waiters.size;
  for (const waiter of waiters) if (waiter.bytes >= average / 2) return waiter;
  return undefined;
}
