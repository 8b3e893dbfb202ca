import type { Log } from '../../log.ts';
import type { Answer } from './api.ts';

/** How the desk is. One line in the log on each change, never one a request. */
export interface Health {
  readonly well: boolean;
  saw(answer: Answer<unknown>): void;
}

type State = 'unknown' | 'well' | 'away' | 'locked';

/** @param url where the desk is; a wrong address is the first thing to look for */
export function createHealth(log: Log, url: string): Health {
  let state: State = 'unknown';

  const turn = (next: State, why: string) => {
    if (next === state) return;
    const before = state;
    state = next;
    if (next === 'away')
      log.warn(
        { url, why },
        'Chatwoot does not answer; what is for it waits (is CHATWOOT_URL right, and is it running?)',
      );
    if (next === 'locked') {
      const remedy = 'set CHATWOOT_TOKEN to the access token of an administrator of this account';
      log.error({ why, remedy }, 'the desk refuses our access token; what is for it waits');
    }
    if (next === 'well' && before !== 'unknown') log.info({}, 'the desk answers again');
  };

  return {
    get well() {
      return state === 'well';
    },
    saw(answer) {
      if (answer.ok) turn('well', '');
      else if (answer.locked) turn('locked', answer.why);
      else if (answer.away) turn('away', answer.why);
    },
  };
}
