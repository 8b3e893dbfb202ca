import type { z } from 'zod';
import { markOf } from '../../shared/mark.ts';
import type { fromVisitor, LogEvent, Welcome } from '../../shared/protocol.ts';
import type { Conversations } from '../conversation/conversations.ts';
import type { Loaded } from '../conversation/draft.ts';
import { show } from '../conversation/handoff.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import { createThrottle } from '../throttle.ts';
import type { Reader, View } from './view.ts';

interface Parts {
  conversations: Conversations;
  /** Events as browsers may see them, oldest first: a page, or fewer. */
  events(to: Reader, after: number, most?: number): Promise<LogEvent[]>;
  view: Pick<View, 'handoff'>;
  /** Whether what is written there does not reach the people at the desk now. */
  isDeskAway(id: string, loaded: Loaded): boolean;
  now(): number;
  log: Log;
}

/** What a browser says about what it has. */
type Known = Pick<z.output<(typeof fromVisitor)['hello']['body']>, 'log' | 'after' | 'mark'>;

/** Renewing makes every browser read all anew; anybody who holds the token can ask for it. */
const renewedEveryMs = 3_600_000;

export interface History {
  /** What a browser that comes back has not got of its conversation. */
  since(loaded: Loaded, known: Known, to: Reader): Promise<NonNullable<Welcome['conversation']>>;
}

export function createHistory({ conversations, events, view, isDeskAway, now, log }: Parts): History {
  const throttle = createThrottle(now);

  /**
   * A restored backup loses the end of a log, and the log grows on: another event gets the number of a lost one. A
   * browser that has more, or another event with that number, is how we notice.
   */
  async function isAnother(
    { conversation: { log: identity, seq } }: Loaded,
    known: Known,
    to: Reader,
  ): Promise<boolean> {
    const { after = 0, mark } = known;
    if (known.log !== identity || after === 0) return false;
    if (after > seq) return true;
    if (mark === undefined) return false;
    const [last] = await events(to, after - 1, 1);
    return last !== undefined && markOf(last) !== mark;
  }

  async function renew(loaded: Loaded): Promise<Loaded> {
    const { id } = loaded.conversation;
    let isDue = false;
    throttle(id, renewedEveryMs, () => (isDue = true));
    if (!isDue) return loaded;
    log.warn(
      { conversation: shortName(id) },
      'a browser has more of a conversation than there is, or other words: was a backup restored?',
    );
    await conversations.decide(id, (draft, context) => draft.renewLog(context.newId()));
    return (await conversations.load(id)) ?? loaded;
  }

  return {
    async since(loaded, known, to) {
      const { conversation } = (await isAnother(loaded, known, to)) ? await renew(loaded) : loaded;
      const { id, log: identity } = conversation;
      const page = await events(to, known.log === identity ? (known.after ?? 0) : 0);
      const latest = (await conversations.load(id)) ?? { ...loaded, conversation };
      const { seq, state } = latest.conversation;
      const deskAway = isDeskAway(id, latest);
      const handoff = view.handoff(show(state.handoff), to);
      return { log: identity, seq, handoff, events: page, ...(deskAway ? { deskAway } : {}) };
    },
  };
}
