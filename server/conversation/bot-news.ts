import type { Because } from '../../shared/handoff.ts';
import { ownerIn } from '../../shared/phases.ts';
import type { BotEvent } from '../bots/bot.ts';
import type { HandoffState } from '../stores/conversation-state.ts';

/* What the bot is told of a handoff. Pure. */

/** Why a handoff is over, by what changed it. What is not here is its own name. */
const endReasons: Partial<Record<Because, string>> = {
  cancelled: 'visitor_cancelled',
  failed: 'transfer_failed',
  resolved: 'agent_resolved',
  returned: 'returned_by_agent',
  back: 'visitor_back',
  ended: 'visitor_ended',
  deskGone: 'deleted_at_desk',
};

/** What a change of the handoff is to the bot; undefined where it is nothing that it should know. */
export function handoffNews(
  before: HandoffState,
  now: HandoffState,
  because: Because | undefined,
  at: number,
): Extract<BotEvent, { handoff: unknown }> | undefined {
  const owned = ownerIn[before.phase] === 'people';
  const own = ownerIn[now.phase] === 'people';
  if (own) {
    if (owned || !('wish' in now)) return undefined;
    return { type: 'handoff.accepted', at, handoff: { ...about(now, at), endReason: null } };
  }
  if (!because || !('wish' in before) || 'wish' in now) return undefined;
  const endReason = endReasons[because] ?? because;
  return { type: endType(because, owned), at, handoff: { ...about(before, at), endReason } };
}

/** A handoff that people never had was given up by somebody, or came to nothing. */
function endType(because: Because, owned: boolean): 'handoff.failed' | 'handoff.cancelled' | 'handoff.ended' {
  if (because === 'failed') return 'handoff.failed';
  if (because === 'cancelled') return 'handoff.cancelled';
  if (owned || because === 'resolved' || because === 'returned') return 'handoff.ended';
  return because === 'deskGone' ? 'handoff.failed' : 'handoff.cancelled';
}

function about(state: Extract<HandoffState, { wish: unknown }>, at: number) {
  const { id, by, reason, route } = state.wish;
  const agent = 'agent' in state && state.agent ? state.agent.name : null;
  return { id, by, reason, team: route?.label ?? null, agent, durationMs: Math.max(0, at - state.wish.at) };
}

/** Whether the handoff reached people, as the bot is told from then on: from the acceptance, unless it was given up. */
export const reachedPeople = ({ type }: BotEvent): boolean => type === 'handoff.accepted' || type === 'handoff.ended';
