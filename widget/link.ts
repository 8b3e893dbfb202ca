import { Manager, type Socket } from 'socket.io-client';
import type { Body, News, Refusal, Reply, RequestName, Value } from '../shared/protocol.ts';

/** What becomes of a socket. `turnedAway`: the relay does not let this page in at all. */
export type LinkChange = 'opened' | 'lost' | 'turnedAway';

/** The typed socket to the relay. When it is opened, and again after it was lost, is decided elsewhere. */
export interface Link {
  /** Opens the socket; what becomes of it is told later. */
  dial(): void;
  /** Closes it, or stops opening it. Nothing is told of that. */
  hangUp(): void;
  /** @returns undefined when no answer came: it may have happened or not, so only what may be repeated is asked again */
  ask<N extends RequestName>(name: N, body: Body<N>): Promise<Reply<Value<N>> | undefined>;
  /** One listener a name. */
  on<N extends keyof News>(name: N, heard: (news: News[N]) => void): void;
  /** One listener. */
  onChange(heard: (change: LinkChange) => void): void;
}

/** An answer that takes longer is not coming. */
const answerMs = 5_000;
/** After as many silences in a row the connection is dead, whatever it says. */
const mostSilences = 2;
/** Some proxies swallow the upgrade to a websocket: no answer, no error. After this long we poll. */
const websocketMs = 2_000;
const pollingMs = 10_000;

type Heard = { [N in keyof News]: (news: News[N]) => void };
type Asked = { [N in RequestName]: (body: Body<N>, answer: (reply: Reply<Value<N>>) => void) => void };

/** @param relay the relay's root, with a slash at its end */
export function openLink({ relay, site }: { relay: string; site: string }): Link {
  const { origin, pathname } = new URL(relay);
  const manager = new Manager(origin, {
    path: `${pathname}socket.io`,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    autoConnect: false,
    reconnection: false,
    timeout: websocketMs,
  });
  const socket: Socket<Heard, Asked> = manager.socket('/', { auth: { site } });
  let isPolling = false;
  let silences = 0;
  /** Counts sockets: an answer that comes for an earlier one is none. */
  let dialled = 0;
  let tell: (change: LinkChange) => void = () => {};

  /** From here on polling comes first; a websocket is tried beside it. */
  function poll() {
    isPolling = true;
    manager.opts.transports = ['polling', 'websocket'];
    manager.timeout(pollingMs);
    socket.connect();
  }
  socket.on('connect', () => {
    silences = 0;
    tell('opened');
  });
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') tell('lost');
  });
  socket.on('connect_error', (error: Error & { data?: { refusal?: Refusal } }) => {
    if (error.data?.refusal === 'forbidden') {
      // For the site's owner; visitors read it in their own words.
      console.warn('Baton: the relay does not know this site or this page’s origin. Its log says what to add.');
      tell('turnedAway');
    } else if (error.message === 'timeout' && !isPolling) poll();
    else tell('lost');
  });
  function hangUp() {
    dialled++;
    socket.disconnect();
  }

  return {
    dial() {
      dialled++;
      socket.connect();
    },
    hangUp,
    async ask(name, body) {
      if (!socket.connected) return undefined;
      const mine = dialled;
      const asked = socket.timeout(answerMs) as Socket;
      try {
        // The relay answers in the shape its table declares; what it is was checked there.
        const reply = (await asked.emitWithAck(name, body)) as Reply<Value<typeof name>>;
        silences = 0;
        return mine === dialled ? reply : undefined;
      } catch {
        if (mine === dialled && socket.connected && ++silences >= mostSilences) {
          hangUp();
          tell('lost');
        }
        return undefined;
      }
    },
    on(name, heard) {
      // A table of listeners by name is more than the generic signature can follow.
      (socket as Socket).on<string>(name, heard);
    },
    onChange(heard) {
      tell = heard;
    },
  };
}
