import type { Refusal, Reply, RequestName } from '../../shared/protocol.ts';
import { RelayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import type { Connection } from './connections.ts';
import { TooFast, type Pace } from './pace.ts';
import { createThrottle } from '../throttle.ts';
import { isRequest, requests, type Handlers, type Out, type VisitorSocket } from './wire.ts';

/* What a browser sends is parsed once, handled and answered; what goes wrong is told to the log and not to browsers. */

interface Parts {
  pace: Pick<Pace, 'spend'>;
  now(): number;
  log: Log;
}

/** A socket that goes on and on although it was told to wait, or that its token is over, is closed. */
const mostRefused = 100;

export function createAnswers({ pace, now, log }: Parts) {
  // On a full disk each request fails.
  const failures = createThrottle(now);

  /** Why a request is refused. What nobody expected is told to the log, with the conversation it happened in. */
  function refuse(name: RequestName, error: unknown, conversation: string | undefined) {
    const refusal = refusalOf(error);
    const isKnown = error instanceof RelayError;
    if (!isKnown || refusal.refusal === 'unavailable') {
      const sentence = isKnown ? error.message : 'a request failed';
      const where = conversation === undefined ? {} : { conversation: shortName(conversation) };
      failures(`${name} ${sentence}`, 60_000, (times) =>
        log.error({ err: error, request: name, times, ...where }, sentence),
      );
    }
    return refusal;
  }

  /**
   * Answers all requests of one socket.
   * @param conversationOf which conversation it speaks in, once it has said hello
   */
  return (
    socket: VisitorSocket,
    connection: Connection,
    handlers: Handlers,
    conversationOf: () => string | undefined,
  ): void => {
    let refusedInARow = 0;

    async function reply<N extends RequestName>(name: N, body: unknown): Promise<Reply<Out<N>>> {
      try {
        await pace.spend('event', socket.id);
        const parsed = requests[name].body.safeParse(body);
        if (!parsed.success) {
          connection.nonsense();
          return { ok: false, refusal: 'invalid' };
        }
        const value = await handlers[name](parsed.data);
        refusedInARow = 0;
        return { ok: true, value };
      } catch (error) {
        const refusal = refuse(name, error, conversationOf());
        const isToWait = refusal.refusal === 'tooFast' || refusal.refusal === 'expired';
        if (isToWait && (refusedInARow += 1) >= mostRefused) socket.disconnect(true);
        return { ok: false, ...refusal };
      }
    }

    socket.onAny((name: unknown, ...args: unknown[]) => {
      const last = args.at(-1);
      // socket.io puts the callback last, and nothing else can be a function here.
      const answer = typeof last === 'function' ? (last as (reply: Reply<unknown>) => void) : undefined;
      if (!isRequest(name)) {
        answer?.({ ok: false, refusal: 'invalid' });
        return connection.nonsense();
      }
      // Without a callback nobody waits for the answer.
      if (!answer) return connection.nonsense();
      void reply(name, args.length > 1 ? args[0] : {}).then(answer);
    });
  };
}

export function refusalOf(error: unknown): { refusal: Refusal; retryAfterMs?: number } {
  if (error instanceof TooFast) return { refusal: 'tooFast', retryAfterMs: error.retryAfterMs };
  return { refusal: error instanceof RelayError ? error.refusal : 'unavailable' };
}
