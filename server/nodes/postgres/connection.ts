import { Socket } from 'node:net';
import { Client, type QueryResult } from 'pg';
import { type Patience, prepare } from '../../stores/postgres/examine.ts';
import { connectionOptions, placeOf } from '../../stores/postgres/place.ts';
import { isAnswer, unavailable } from '../../stores/postgres/weather.ts';

/** A connection of our own, made anew whenever it is needed and not there. */
export interface Connection {
  /** Connects, where it is not. */
  open(): Promise<void>;
  /**
   * @param text one statement, or several that the server carries out as one transaction without waiting for us
   * @returns the result of the last one
   */
  run<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

interface Options {
  url: string;
  patience: Patience;
  /** Told of each new connection, before it is used for anything else. */
  connected?(client: Client): Promise<void>;
  /** Each time that one is not there any more, until it is closed. */
  lost?(): void;
}

interface Line {
  client: Client;
  socket: Socket;
}

export function createConnection({ url, patience, connected, lost }: Options): Connection {
  const place = placeOf(url);
  let current: Promise<Line> | undefined;
  let closed = false;

  async function connect(): Promise<Line> {
    const socket = new Socket();
    const client = new Client({
      ...connectionOptions(url),
      stream: () => socket,
      connectionTimeoutMillis: patience.connect,
      query_timeout: patience.answer,
    });
    client.on('error', () => undefined); // what is asked then fails, too
    try {
      await client.connect();
      await prepare(client, patience);
      await connected?.(client);
      if (closed) throw new Error('it was closed meanwhile');
    } catch (error) {
      socket.destroy();
      throw unavailable(error, place);
    }
    const made = current;
    socket.once('close', () => {
      if (current === made) current = undefined;
      if (!closed) lost?.();
    });
    return { client, socket };
  }

  async function line(): Promise<Line> {
    const made = (current ??= connect());
    try {
      return await made;
    } catch (error) {
      if (current === made) current = undefined;
      throw error;
    }
  }

  return {
    open: async () => void (await line()),
    async run<Row extends object>(text: string, values?: unknown[]) {
      const { client, socket } = await line();
      try {
        // Several statements have several results, which the types of the driver do not say.
        const results: QueryResult<Row> | QueryResult<Row>[] = await client.query<Row>(text, values);
        return (Array.isArray(results) ? (results as QueryResult<Row>[]).at(-1) : results)?.rows ?? [];
      } catch (error) {
        // One that does not answer would be waited for each time.
        if (!isAnswer(error)) socket.destroy();
        throw unavailable(error, place);
      }
    },
    async close() {
      closed = true;
      const { client, socket } = (await current?.catch(() => undefined)) ?? {};
      if (!client || !socket || socket.closed) return;
      const late = setTimeout(() => socket.destroy(), patience.lock);
      await client.end().catch(() => undefined);
      clearTimeout(late);
    },
  };
}
