import type { LogEvent, SiteInfo } from '../../shared/protocol.ts';
import type { Config } from '../config.ts';
import type { Conversations } from '../conversation/conversations.ts';
import type { Loaded } from '../conversation/draft.ts';
import { RelayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../stores/store.ts';
import { createAnswers, refusalOf } from './answer.ts';
import type { Audience } from './audience.ts';
import type { Connection, Connections } from './connections.ts';
import { createGreetings, type Voice } from './greeting.ts';
import { createHistory } from './history.ts';
import type { Pace } from './pace.ts';
import type { PictureSource } from './pictures.ts';
import { createRequests } from './requests.ts';
import type { Sessions } from './sessions.ts';
import type { Reader, View } from './view.ts';
import type { VisitorServer, VisitorSocket } from './wire.ts';

/* Sockets of visitors: who may connect, then one greeting and the answers to its requests for each of them. */

interface Parts {
  config: Pick<Config, 'limits'>;
  siteInfo(site: string, language: string): SiteInfo;
  conversations: Conversations;
  sessions: Sessions;
  store: Pick<Store, 'receipt' | 'conversation'>;
  /** Events as browsers may see them, oldest first: a page, or fewer. */
  events(to: Reader, after: number, most?: number): Promise<LogEvent[]>;
  view: Pick<View, 'handoff'>;
  deskOf(site: string): PictureSource;
  audience: Audience;
  /** Whether what is written there does not reach the people at the desk now. */
  isDeskAway(id: string, loaded: Loaded): boolean;
  pace: Pace;
  connections: Pick<Connections, 'of'>;
  /** @returns the site; @throws {RelayError} where the page may not connect */
  admit(socket: VisitorSocket, connection: Connection): string;
  now(): number;
  log: Log;
}

export function serveVisitors(io: VisitorServer, parts: Parts): void {
  const { connections } = parts;
  const greet = createGreetings({ ...parts, history: createHistory(parts) });
  const handle = createRequests(parts);
  const answer = createAnswers(parts);

  io.use((socket, next) => {
    const connection = connections.of(socket.conn);
    try {
      socket.data = { site: parts.admit(socket, connection) };
      next();
    } catch (error) {
      next(Object.assign(new Error('refused'), { data: refusalOf(error) }));
      // It is said at the end of this turn.
      setImmediate(connection.end);
    }
  });

  io.on('connection', (socket) => {
    const connection = connections.of(socket.conn);
    // socket.io would keep these for as long as the socket lives. Only now they are let go: admission reads the origin.
    (socket.conn as { request: unknown }).request = null;
    (socket as { handshake: unknown }).handshake = null;
    const greeting = greet(socket, socket.data.site, connection.address);
    const speaking = (): Voice => {
      const voice = greeting.voice();
      if (!voice) throw new RelayError('hello comes first', { refusal: 'forbidden' });
      return voice;
    };
    const handlers = { hello: greeting.hello, ...handle(speaking) };
    answer(socket, connection, handlers, () => greeting.voice()?.claims.conversation);
    socket.on('disconnect', () => {
      greeting.leave();
      // It may have left the namespace alone.
      connection.end();
    });
  });
}
