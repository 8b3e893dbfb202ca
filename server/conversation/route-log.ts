import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import type { Wish } from '../stores/conversation-state.ts';
import type { Loaded } from './draft.ts';

/** Tells the log of each handoff where it goes, once that is known, with all that was considered. */
export function createRouteLog(log: Log) {
  return (id: string, loaded: Loaded, before: Loaded): void => {
    const wish = wishIn(loaded);
    const route = settledIn(wish);
    if (!wish || !route) return;
    const known = wishIn(before);
    if (known?.id === wish.id && settledIn(known)) return;
    const { site } = loaded.conversation;
    const where = { conversation: shortName(id), site, by: wish.by, reason: wish.reason };
    for (const alert of route.alerts ?? []) log.warn(where, `a team was passed over: ${alert}`);
    const trail = [...(route.tried ?? []), ...route.trail];
    log.info({ ...where, team: route.team, trail }, 'a visitor goes to people');
  };
}

function wishIn({ conversation: { state } }: Loaded): Wish | undefined {
  return 'wish' in state.handoff ? state.handoff.wish : undefined;
}

/** A route that the relay decided, and that nobody is asked about any more. */
const settledIn = (wish: Wish | undefined) => (wish?.route?.request && !wish.route.chain ? wish.route : undefined);
