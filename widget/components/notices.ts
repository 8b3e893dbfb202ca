import type { Because, Handoff } from '../../shared/handoff.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import type { Words } from '../text/words.ts';
import type { GlyphName } from './Icon.tsx';

export interface NoticeText {
  text: string;
  glyph?: GlyphName;
}

const agentIn = (handoff: Handoff | undefined) =>
  handoff && 'agent' in handoff && handoff.agent ? handoff.agent.name : null;

/**
 * What the transcript whispers at an event: who came, who went, who answers from here. Most of it is about who was
 * there before, so the event before is needed.
 * @returns undefined where the dock says it already
 */
export function noticeOf(
  event: Exclude<LogEvent, { kind: 'message' }>,
  before: Extract<LogEvent, { kind: 'handoff' }> | undefined,
  words: Words,
): NoticeText | undefined {
  if (event.kind === 'botFailed') return { text: words.botFailed };
  if (event.kind !== 'handoff') return undefined;
  const { handoff } = event;
  const agent = agentIn(handoff);
  const previous = agentIn(before?.handoff);
  const team = 'team' in handoff ? handoff.team : null;
  const tell: Record<Because, () => NoticeText | undefined> = {
    asked: () => ({ text: words.youAsked }),
    connecting: () => (before?.because === 'asked' ? undefined : { text: words.youAsked }),
    queued: () => undefined,
    assigned: () => undefined,
    joined: () => ({ text: words.joined(agent ?? words.person, team), glyph: 'pass' }),
    passedOn: () => ({ text: words.passedOn(previous, agent ?? words.person, team), glyph: 'relay' }),
    rerouted: () => (team === null ? undefined : { text: words.rerouted(team), glyph: 'relay' }),
    released: () => ({ text: words.released(previous) }),
    // Whoever was only asked what it is about was in no queue.
    cancelled: () => ({ text: before?.because === 'asked' ? words.youStay : words.leftQueue }),
    failed: () => ({ text: words.nobodyReached }),
    resolved: () => ({ text: words.closedThis(agent ?? previous) }),
    returned: () => ({ text: words.gaveBack(previous), glyph: 'back' }),
    back: () => ({ text: words.youWentBack, glyph: 'back' }),
    ended: () => ({ text: words.youEnded }),
    wroteAgain: () => ({ text: words.assistantIsBack, glyph: 'back' }),
    reopened: () => ({ text: words.tookUpAgain(agent) }),
    deskGone: () => ({ text: words.deskGone, glyph: 'back' }),
  };
  // A later relay may have reasons that we do not know.
  return Object.hasOwn(tell, event.because) ? tell[event.because]() : undefined;
}
