import { Socket } from 'node:net';
import { Client } from 'pg';
import { unavailable } from './database-errors.ts';
import { type Patience, prepare } from './examine.ts';
import { connectionOptions, placeOf } from './place.ts';

/** One connection, and the socket under it, which can be cut where the other side does not answer. */
export interface OpenClient {
  client: Client;
  socket: Socket;
}

/**
 * Connects, once.
 * @param ready what is to be done before it is used
 * @throws {RelayError} `unavailable` where it does not come about; nothing of it stays open then
 */
export async function openClient(
  { url, patience }: { url: string; patience: Patience },
  ready: (client: Client) => Promise<void>,
): Promise<OpenClient> {
  const socket = new Socket();
  const client = new Client({
    ...connectionOptions(url),
    stream: () => socket,
    connectionTimeoutMillis: patience.connect,
    query_timeout: patience.answer,
  });
  // What is asked then fails, too; and where nothing is asked, the next will make another connection.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await prepare(client, patience);
    await ready(client);
  } catch (error) {
    socket.destroy();
    throw unavailable(error, placeOf(url));
  }
  return { client, socket };
}

/** Says goodbye, and cuts it where the other side does not answer. */
export async function closeClient(open: OpenClient | undefined, { lock }: Patience): Promise<void> {
  if (!open || open.socket.closed) return;
  const late = setTimeout(() => open.socket.destroy(), lock);
  await open.client.end().catch(() => undefined);
  clearTimeout(late);
}
