import { ownerIn } from '../shared/phases.ts';
import { isOfDesk } from './conversation/desk-ids.ts';
import { show } from './conversation/handoff.ts';
import { shortName } from './short-name.ts';
import { readState } from './stores/conversation-state.ts';
import type { Conversation, Store } from './stores/store.ts';

interface Parts {
  store: Store;
  /** Which conversation a visitor's token opens; undefined where it opens none. */
  conversationOf(token: string): string | undefined;
  sockets(id: string): number;
}

/**
 * What a tester wants to see on the demo page.
 * @returns for anybody the newest conversations, by ids that grant nothing; for the holder of a token their own as well,
 *   with who answers there, or null before their first word
 */
export function demoState({ store, conversationOf, sockets }: Parts): (token: string | undefined) => Promise<object> {
  const shape = async ({ id, site, seq, state, marks }: Conversation) => {
    const shown = show(readState(state).handoff);
    return {
      id: shortName(id),
      site,
      phase: shown.phase,
      owner: ownerIn[shown.phase],
      epoch: shown.epoch,
      team: 'team' in shown ? shown.team : null,
      seq,
      sockets: sockets(id),
      outbox:
        (await store.work(id)).filter(({ task }) => task.lane === 'desk').length +
        (await store.waiting(id, marks.told)).filter((word) => !isOfDesk(word.id)).length,
    };
  };
  return async (token) => {
    const conversations = await Promise.all((await store.recent(0, 5)).map(shape));
    if (token === undefined) return { conversations };
    const id = conversationOf(token);
    const found = id === undefined ? undefined : await store.conversation(id);
    if (!found) return { conversations, own: null };
    const shown = show(readState(found.state).handoff);
    return {
      conversations,
      own: { ...(await shape(found)), agent: 'agent' in shown ? (shown.agent?.name ?? null) : null },
    };
  };
}
