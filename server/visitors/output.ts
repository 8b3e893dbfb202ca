import type { ServerResponse } from 'node:http';
import type { Socket } from 'socket.io';

/*
 * What leaves for a browser waits in memory until the browser reads it. Nobody has to read: so what may wait is bounded in
 * bytes, for each connection and for each network, whatever kind of packet it is.
 */

/** What waits for all connections of one network. */
export interface Output {
  /** Bytes, roughly. */
  readonly waiting: number;
  /** @param bytes more of them, or fewer */
  change(bytes: number): void;
}

/** Of one connection, beside what its transport is just sending. */
const mostWaiting = 256 * 1024;
/** Of one network; a hundred browsers that read slowly at the same time need less. */
const mostOfNetwork = 8 * 1024 * 1024;
/** What a packet costs beside its words. */
const packetBytes = 64;

/** As much as is used here of engine.io's transports: one over a websocket, or one that answers polls. */
interface Transport {
  once(name: 'drain', sent: () => void): unknown;
  socket?: { terminate(): void };
  res?: ServerResponse | null;
}

/**
 * Ends a connection that does not read before what waits for it fills the memory; it reads the log again later.
 * @param of counted there, too
 * @param overflows is called when it is ended for this
 * @returns ends it at once, whatever it still has to send
 */
export function boundOutput(conn: Socket['conn'], of: Output, overflows: () => void): () => void {
  const transport = () => conn.transport as unknown as Transport;
  /** Waits for the transport. */
  let queued = 0;
  /** Is with a websocket. */
  let sending = 0;
  /** Answers to polls that nobody has read yet. */
  const unread = new Set<ServerResponse>();

  function cut() {
    const { socket } = transport();
    conn.close(true);
    // It would wait half a minute for the other end to say goodbye, with all that was not read.
    socket?.terminate();
    for (const response of unread) response.destroy();
  }
  conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    const bytes = packetBytes + (data === undefined ? 0 : Buffer.byteLength(data));
    // One alone may be longer: an agent's words are.
    const isTooMuch = (queued > 0 && queued + bytes > mostWaiting) || of.waiting + bytes > mostOfNetwork;
    if (isTooMuch) {
      overflows();
      return cut();
    }
    queued += bytes;
    of.change(bytes);
  });
  conn.on('flush', () => {
    const bytes = queued;
    const { res } = transport();
    queued = 0;
    if (res) {
      unread.add(res);
      res.once('close', () => {
        unread.delete(res);
        of.change(-bytes);
      });
    } else {
      sending += bytes;
      transport().once('drain', () => {
        of.change(-sending);
        sending = 0;
      });
    }
  });
  conn.on('close', () => {
    of.change(-queued - sending);
    queued = sending = 0;
  });
  return cut;
}
