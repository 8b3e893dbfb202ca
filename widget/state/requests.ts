import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { Body, RequestName } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Link } from '../link.ts';
import type { History } from './history.ts';
import { isTemporary, pauseMs } from './retry.ts';
import type { Session } from './session.ts';

/** What can be asked for by pressing a button, beside sending. */
type ButtonRequest = Exclude<
  Extract<RequestName, `handoff:${string}` | `chat:${string}`>,
  // It waits in the outbox, like what is sent.
  'handoff:ask'
>;

interface Parts {
  link: Link;
  clock: Clock;
  session: Session;
  history: History;
  isReady: ReadonlySignal<boolean>;
}

/** One thing at a time that the visitor asked for: asked until there is an answer, or the log says it is out of date. */
export function createRequests({ link, clock, session, history, isReady }: Parts) {
  const pending = signal<ButtonRequest | null>(null);
  /** The relay was asked too often; until then, by the device's clock. */
  const slowedUntil = signal<number | null>(null);
  let ask: (() => ReturnType<typeof link.ask<ButtonRequest>>) | undefined;
  let callOff: (() => void) | undefined;

  async function wake() {
    callOff?.();
    if (pending.value === null || !ask || !isReady.value) return;
    const mine = ask;
    const reply = await mine();
    slowedUntil.value = null;
    if (ask !== mine || pending.value === null) return;
    if (reply?.ok) {
      pending.value = null;
      history.compare(reply.value);
    } else if (!reply || isTemporary(reply.refusal)) {
      const ms = reply?.retryAfterMs ?? pauseMs(1);
      if (reply?.refusal === 'tooFast') slowedUntil.value = clock.now() + ms;
      callOff = clock.after(ms, () => void wake());
    } else {
      pending.value = null;
      if (reply.refusal === 'expired') session.expire(session.token());
    }
  }
  const stop = effect(() => {
    void history.turned.value;
    pending.value = null;
  });

  return {
    pending,
    slowedUntil,
    wake,
    want<N extends ButtonRequest>(name: N, body: Body<N>) {
      if (untracked(() => pending.value) !== null) return;
      pending.value = name;
      ask = () => link.ask<ButtonRequest>(name, body);
      void wake();
    },
    close() {
      stop();
      callOff?.();
    },
  };
}
