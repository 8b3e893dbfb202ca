import type { Handoff } from '../../shared/handoff.ts';
import { protocolVersion } from '../../shared/limits.ts';

/*
 * A page may have been open for weeks, with a widget that speaks the version before. It is told what it knows, and that
 * comes nearest to what is so.
 */

/** @param version of the wire, as the browser speaks it */
export function inVersion(version: number, handoff: Handoff): Handoff {
  if (version >= protocolVersion) return handoff;
  const { epoch } = handoff;
  switch (handoff.phase) {
    case 'asking':
      // It would ask what it is about, without a choice.
      return handoff.away ? { phase: 'transferring', epoch, team: null } : handoff;
    case 'hold':
      return { phase: 'waiting', epoch, team: handoff.team, agent: handoff.agent };
    case 'async':
      return { phase: 'waiting', epoch, team: handoff.team, agent: null };
    case 'closed':
      return { phase: 'ending', epoch, by: 'agent', agent: null };
    default:
      return handoff;
  }
}

/** What Cancel means there: what is shown as waiting may be put off, or a message that was left, and has no other way out. */
export function cancelIn(version: number, { phase }: Pick<Handoff, 'phase'>): 'cancelled' | 'back' {
  return version < protocolVersion && (phase === 'hold' || phase === 'async') ? 'back' : 'cancelled';
}
