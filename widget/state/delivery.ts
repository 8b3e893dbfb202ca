import { batch, type ReadonlySignal } from '@preact/signals';
import type { Refusal } from '../../shared/protocol.ts';
import type { Link } from '../link.ts';
import type { History } from './history.ts';
import { isTemporary } from './retry.ts';
import type { Entry } from './saved.ts';
import type { Session } from './session.ts';

/**
 * What became of one try. `done`: it needs no more sending. `later` is kept and goes by itself; `stop` waits until
 * something else has changed.
 */
type Delivery =
  | { is: 'done' }
  | { is: 'failed'; refusal: Refusal }
  | { is: 'later'; refusal?: Refusal; afterMs?: number | undefined }
  | { is: 'stop' };

interface Parts {
  session: Session;
  history: History;
  link: Link;
  isReady: ReadonlySignal<boolean>;
  /** Which page the visitor is on: it may have changed since `hello`, without a new connection. */
  page: () => { url: string; title: string };
}

/** @returns what brings one entry of the outbox to the relay; `accepted` runs in the moment in which the log has it */
export function createDelivery({ session, history, link, isReady, page }: Parts) {
  async function ask(entry: Entry, accepted: () => void): Promise<Delivery> {
    if (!isReady.value) return { is: 'stop' };
    if (!session.claim()) {
      history.reset();
      return { is: 'stop' };
    }
    const { id, kind, text, choice } = entry;
    const reply =
      kind === 'ask'
        ? await link.ask('handoff:ask', { id, page: page() })
        : await link.ask('message:send', { id, text, page: page(), ...(choice && { choice }) });
    if (!reply) return { is: 'later' };
    if (!reply.ok) {
      const { refusal, retryAfterMs } = reply;
      if (isTemporary(refusal)) return { is: 'later', refusal, afterMs: retryAfterMs };
      if (refusal === 'expired') {
        session.expire(session.token());
        return { is: 'stop' };
      }
      if (kind === 'message') return { is: 'failed', refusal };
      // A request for a person that is refused has no words to keep: the button is there again.
      accepted();
      return { is: 'done' };
    }
    const { value } = reply;
    batch(() => {
      if ('seq' in value) {
        const { log, seq, at } = value;
        history.take(log, [{ kind: 'message', seq, message: { id, author: { kind: 'visitor' }, text, at } }]);
      }
      accepted();
    });
    if ('seq' in value) void history.catchUp(value.seq);
    else history.compare(value);
    return { is: 'done' };
  }
  return (entry: Entry, accepted: () => void): Promise<Delivery> =>
    history.id.value === null ? session.begin(() => ask(entry, accepted)) : ask(entry, accepted);
}
