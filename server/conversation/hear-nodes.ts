import type { BoundedMap } from '../bounded-map.ts';
import type { Log } from '../log.ts';
import type { Item, News } from '../nodes/news.ts';
import { shortName } from '../short-name.ts';
import type { Browsers } from './browsers.ts';
import type { Conversations } from './conversations.ts';
import type { Remembered } from './remembered.ts';
import type { StepRunner } from './run-step.ts';
import type { SharedDesks } from './shared-desks.ts';
import type { WorkRunner } from './work-runner.ts';

/* What other nodes tell, and the look, now and then, for what they have done and no news has told. */

interface Parts {
  news: News;
  conversations: Conversations;
  remembered: Pick<Remembered, 'changed' | 'compareAll' | 'forgetAll'>;
  runner: Pick<WorkRunner, 'resume' | 'isAtWork' | 'isTelling'>;
  steps: Pick<StepRunner, 'retryUnanswered'>;
  watches: Pick<SharedDesks, 'heard' | 'isWatching'>;
  /** Whether work of this conversation may be begun here. */
  mayBegin(id: string): boolean;
  /** Conversations of other nodes' whose visitors were told that the desk is away. */
  away: BoundedMap<string, true>;
  tell: Pick<Browsers, 'behind' | 'missed' | 'thinking' | 'reached'>;
  now(): number;
  log: Log;
}

/**
 * All that there is to do is looked through this seldom, in milliseconds. In between only what has changed lately, by
 * clocks of nodes that may differ by as much.
 */
const allEveryMs = 10 * 60_000;

export function hearNodes(parts: Parts): Disposable {
  const { news, conversations, remembered, runner, steps, watches, mayBegin, away, tell, now, log } = parts;
  const complain = (error: unknown) => log.warn({ err: error }, 'what is left to do waits');
  /** When all was looked through last. */
  let allLookedAt = -Infinity;

  /** Since when a look goes back; undefined where it is for all that there is. */
  function lookBack(): number | undefined {
    const at = now();
    if (at >= allLookedAt && at - allLookedAt < allEveryMs) return at - 2 * allEveryMs;
    allLookedAt = at;
    return undefined;
  }

  /** Another node has changed it: who carries out its work, or watches its desk, looks what there is to do. */
  function lookAgain(id: string) {
    conversations
      .decide(id, () => {})
      .catch((error: unknown) =>
        log.warn({ err: error, conversation: shortName(id) }, 'what another relay has left to do waits'),
      );
  }

  function heard(item: Item) {
    switch (item.about) {
      case 'conversation': {
        const { id, version, seq, isWork, isWords, isForDesk, before } = item;
        remembered.changed(id, version, before);
        tell.behind(id, seq);
        const isSeenLater = isWords && runner.isTelling(id);
        const isToDrive = mayBegin(id) && (isWork || runner.isAtWork(id)) && !isSeenLater;
        if (isToDrive || (isForDesk && watches.isWatching())) lookAgain(id);
        return;
      }
      case 'thinking':
        return tell.thinking(item.id, item.on);
      case 'reached':
        if (item.isReached) away.delete(item.id);
        else away.set(item.id, true);
        return tell.reached(item.id, item.isReached);
      case 'answers':
        return steps.retryUnanswered();
      case 'typing':
      case 'desk':
        return watches.heard(item);
    }
  }

  return news.hear({
    heard,
    missed() {
      remembered.forgetAll();
      tell.missed();
      runner.resume().catch(complain);
    },
    look() {
      tell.missed();
      const since = lookBack();
      remembered
        .compareAll()
        .then(() => runner.resume(since))
        .catch((error: unknown) => {
          allLookedAt = -Infinity;
          complain(error);
        });
    },
  });
}
