import type { Client, QueryResult } from 'pg';
import { isAnswer, unavailable } from '../../stores/postgres/database-errors.ts';
import type { Patience } from '../../stores/postgres/examine.ts';
import { closeClient, openClient, type OpenClient } from '../../stores/postgres/open-client.ts';
import { placeOf } from '../../stores/postgres/place.ts';

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

export function createConnection({ url, patience, connected, lost }: Options): Connection {
  const place = placeOf(url);
  let current: Promise<OpenClient> | undefined;
  let closed = false;

  async function connect(): Promise<OpenClient> {
    const open = await openClient({ url, patience }, async (client) => {
      await connected?.(client);
      if (closed) throw new Error('it was closed meanwhile');
    });
    const made = current;
    open.socket.once('close', () => {
      if (current === made) current = undefined;
      if (!closed) lost?.();
    });
    return open;
  }

  async function line(): Promise<OpenClient> {
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
      await closeClient(await current?.catch(() => undefined), patience);
    },
  };
}
