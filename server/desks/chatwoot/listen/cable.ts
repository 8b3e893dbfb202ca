import WebSocket from 'ws';
import type { Log } from '../../../log.ts';
import { retryDelayMs } from '../../../../shared/retry.ts';
import { readFrame, type Frame } from './frames.ts';
import type { Subscription } from '../shared.ts';

interface CableOptions {
  /** `wss://chat.example.com/cable` */
  url: string;
  subscription(): Promise<Subscription | undefined>;
  heard(frame: Extract<Frame, { type: 'event' }>): void;
  /** Subscribed, again or for the first time: nothing is repeated, so somebody must look what was missed. */
  connected(): void;
  /** It was connected, and is not any more: from here on something may be missed. */
  lost?(): void;
  log: Log;
  retryMs: number;
  /** Without a ping for so long it is dead, milliseconds; the desk sends one every 3 s. */
  silentMs?: number;
}

/** The longest wait between two tries, milliseconds. */
const longestMs = 60_000;
/** The next subscription is tried with a fresh token when there is no confirmation for so long, milliseconds. */
const confirmMs = 10_000;

/**
 * The desk's websocket as the token's user: a doorbell that needs no public address. It never says that anybody is
 * present (that would mark the user as online for good), and no frame is ever logged: visitors' tokens are in there.
 */
export function openCable(options: CableOptions): AsyncDisposable {
  const { url, subscription, heard, connected, lost, log, retryMs, silentMs = 10_000 } = options;
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let attempt = 0;
  let ended = false;
  let told = false;

  const wait = (ms: number, then: () => void) => {
    clearTimeout(timer);
    timer = ended ? undefined : setTimeout(then, ms);
  };

  async function connect(): Promise<void> {
    const who = await subscription();
    if (ended) return;
    if (!who) return retry();
    const { token: pubsub_token, account: account_id, user: user_id } = who;
    const identifier = JSON.stringify({ channel: 'RoomChannel', pubsub_token, account_id, user_id });
    const live = new WebSocket(url, 'actioncable-v1-json', {
      handshakeTimeout: 5_000,
      maxPayload: 8 * 1024 * 1024,
      followRedirects: false,
    });
    socket = live;
    let confirmed = false;
    // One timer for all: until it is confirmed, then from ping to ping.
    const alive = (ms: number) => wait(ms, () => live.terminate());
    alive(confirmMs);
    live.on('message', (data) => {
      const frame = readFrame(String(data));
      if (frame?.type === 'welcome') live.send(JSON.stringify({ command: 'subscribe', identifier }));
      if (frame?.type === 'rejected') live.terminate();
      if (frame?.type === 'confirmed') {
        if (!confirmed && told) log.info({}, 'the desk’s websocket is back');
        confirmed = true;
        told = false;
        attempt = 0;
        connected();
      }
      if (confirmed) alive(silentMs);
      if (frame?.type === 'event') heard(frame);
    });
    live.on('error', () => {}); // 'close' follows, and says all that matters
    live.on('close', () => {
      if (confirmed) lost?.();
      if (socket === live) retry();
    });
  }

  function retry(): void {
    if (ended) return;
    if (!told && attempt > 0) {
      told = true;
      log.warn({}, 'the desk’s websocket cannot be reached; answers arrive later, by looking for them');
    }
    wait(retryDelayMs(attempt, { firstMs: retryMs, mostMs: longestMs }), () => void connect());
    attempt += 1;
  }

  void connect();

  return {
    [Symbol.asyncDispose]() {
      ended = true;
      clearTimeout(timer);
      const live = socket;
      if (!live || live.readyState === WebSocket.CLOSED) return Promise.resolve();
      return new Promise<void>((done) => {
        live.once('close', () => done());
        live.terminate();
      });
    },
  };
}
