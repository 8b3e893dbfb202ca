import { type ReadonlySignal, signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import type { Body, News, Reply, RequestName, Value } from '../shared/protocol.ts';
import type { Clock } from './clock.ts';
import { retryDelayMs } from './state/retry.ts';

/** `off`: nobody wants it. `down`: it was lost or never came, and we keep trying. `refused`: this page may not. */
export type LinkStatus = 'off' | 'connecting' | 'up' | 'down' | 'refused';

/** The connection to the relay. Whoever holds it asks `hello` first on each connection. */
export interface Link {
  readonly status: ReadonlySignal<LinkStatus>;
  connect(): void;
  disconnect(): void;
  /** Gives this connection up and makes another, after a pause that grows. */
  reconnect(): void;
  /** @returns undefined when no answer came: it may have happened or not, so only what may be repeated is asked again */
  ask<N extends RequestName>(name: N, body: Body<N>): Promise<Reply<Value<N>> | undefined>;
  on<N extends keyof News>(name: N, heard: (news: News[N]) => void): void;
  /** Ends it for good. */
  close(): void;
}

/** An answer that takes longer is not coming. */
const answerMs = 5_000;
/** After as many silences in a row the connection is dead, whatever it says. */
const mostSilences = 2;

/**
 * @param relay the relay's root, with a slash at its end
 * @returns a link that is off
 */
export function openLink({ relay, site, clock }: { relay: string; site: string; clock: Clock }): Link {
  const status = signal<LinkStatus>('off');
  const { origin, pathname } = new URL(relay);
  const socket: Socket = io(origin, {
    path: `${pathname}socket.io`,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    auth: { site },
    autoConnect: false,
    forceNew: true,
    reconnection: false, // we do it: `online` retries at once, which the manager's own waiting cannot
    timeout: 10_000,
  });
  let attempt = 0;
  let silences = 0;
  let callOff: (() => void) | undefined;

  const isWanted = () => status.value !== 'off' && status.value !== 'refused';
  function tryNow() {
    callOff?.();
    callOff = undefined;
    if (isWanted() && !socket.connected) socket.connect();
  }
  function tryLater() {
    if (!isWanted()) return;
    status.value = 'down';
    callOff?.();
    callOff = clock.after(retryDelayMs(attempt++), tryNow);
  }
  socket.on('connect', () => {
    silences = 0;
    if (isWanted()) status.value = 'up';
    else socket.disconnect();
  });
  socket.on('disconnect', tryLater);
  socket.on('connect_error', (error: Error & { data?: { refusal?: string } }) => {
    if (error.data?.refusal === 'forbidden') {
      status.value = 'refused';
      // For the site's owner; visitors read it in their own words.
      console.warn('Baton: the relay does not know this site or this page’s origin. Its log says what to add.');
    } else tryLater();
  });

  const hurry = () => {
    if (status.value === 'down' && document.visibilityState === 'visible') tryNow();
  };
  // A connection may look alive for a minute after the network is gone.
  const giveUp = () => socket.disconnect();
  addEventListener('online', hurry);
  addEventListener('offline', giveUp);
  document.addEventListener('visibilitychange', hurry);

  return {
    status,
    connect() {
      if (isWanted()) return;
      status.value = 'connecting';
      tryNow();
    },
    disconnect() {
      callOff?.();
      status.value = 'off';
      socket.disconnect();
    },
    reconnect() {
      // Its end is announced as 'disconnect', and that tries again.
      if (socket.connected) socket.disconnect();
    },
    async ask(name, body) {
      if (!socket.connected) return undefined;
      try {
        // The relay answers in the shape its table declares; what it is was checked there.
        const reply = (await socket.timeout(answerMs).emitWithAck(name, body)) as Reply<Value<typeof name>>;
        silences = 0;
        attempt = 0;
        return reply;
      } catch {
        if (++silences >= mostSilences) this.reconnect();
        return undefined;
      }
    },
    on(name, heard) {
      socket.on<string>(name, heard);
    },
    close() {
      this.disconnect();
      removeEventListener('online', hurry);
      removeEventListener('offline', giveUp);
      document.removeEventListener('visibilitychange', hurry);
    },
  };
}
