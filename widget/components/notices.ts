import type { Because, Handoff } from '../../shared/handoff.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import type { Words } from '../text/words.ts';
import type { GlyphName } from './Icon.tsx';
import { timeToCome } from './time.ts';
import type { Stay } from './stay.ts';

export interface NoticeText {
  text: string;
  glyph?: GlyphName;
  /** Whose names are in it. */
  names: readonly (string | null)[];
}

/** What was before the event. */
interface Before {
  handoff: Extract<LogEvent, { kind: 'handoff' }> | undefined;
  stay: Stay;
}

const agentIn = (handoff: Handoff | undefined) =>
  handoff && 'agent' in handoff && handoff.agent ? handoff.agent.name : null;

/**
 * What the transcript whispers at an event: who came, who went, who answers from here. Most of it is about who was
 * there before.
 * @param isSaid it is read aloud, so the team is said, too; on the screen it stands beside the name below
 * @returns undefined where the dock says it already, and where nothing is new
 */
export function noticeOf(
  event: Exclude<LogEvent, { kind: 'message' }>,
  { handoff: before, stay }: Before,
  words: Words,
  isSaid = false,
): NoticeText | undefined {
  if (event.kind === 'botFailed') return { text: words.botFailed, names: [] };
  if (event.kind !== 'handoff') return undefined;
  const { handoff } = event;
  const agent = agentIn(handoff);
  const previous = agentIn(before?.handoff);
  const team = 'team' in handoff ? handoff.team : null;
  const saidTeam = isSaid ? team : null;
  const tell: Record<Because, () => string | [string, GlyphName] | undefined> = {
    asked: () => words.youAsked,
    connecting: () => (before?.because === 'asked' ? undefined : words.youAsked),
    queued: () => undefined,
    assigned: () => undefined,
    joined: () => {
      const name = agent ?? words.person;
      if (stay.people.some((person) => person.name === agent)) return undefined;
      if (stay.people.length > 0) return [words.cameInToo(name), 'both'];
      return [words.joined(name, saidTeam), stay.arrivals > 0 ? 'relay' : 'agent'];
    },
    passedOn: () => [words.passedOn(previous, agent ?? words.person, saidTeam), 'relay'],
    rerouted: () => (team === null ? undefined : [words.rerouted(team), 'relay']),
    released: () => words.released(previous),
    // A visitor who was only asked what it is about was in no queue.
    cancelled: () => (before?.because === 'asked' ? words.youStay : words.leftQueue),
    failed: () => words.nobodyReached,
    resolved: () => words.closedThis(agent ?? previous),
    returned: () => [words.gaveBack(previous), 'bot'],
    back: () => [words.youWentBack, 'bot'],
    ended: () => words.youEnded,
    wroteAgain: () => [words.assistantIsBack, 'bot'],
    reopened: () => words.tookUpAgain(agent),
    deskGone: () => [words.deskGone, 'bot'],
    away: () => words.youAsked,
    waitedTooLong: () => undefined,
    keptWaiting: () => undefined,
    left: () => words.youLeftMessage(team),
    putOff: () => words.isAway(agent, handoff.phase === 'hold' ? timeToCome(handoff.until, event.at, words) : null),
    rated: () => undefined,
    closed: () => undefined,
  };
  // A later relay may have reasons that we do not know.
  const told = Object.hasOwn(tell, event.because) ? tell[event.because]() : undefined;
  if (told === undefined) return undefined;
  const [text, glyph] = typeof told === 'string' ? [told] : told;
  return { text, names: [previous, agent, isSaid ? null : team], ...(glyph && { glyph }) };
}
