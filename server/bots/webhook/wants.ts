import type { BotEventName, BotWants } from '../bot.ts';

const handoffEvents: BotEventName[] = ['handoff.accepted', 'handoff.failed', 'handoff.cancelled', 'handoff.ended'];

/** What a bot of the operator's own is told, from its settings. `handoff` stands for all that happens to one. */
export function wantsOf({
  events,
  history,
  visitor,
}: {
  events: readonly ('session.start' | 'session.resume' | 'handoff')[];
  history: number;
  visitor: boolean;
}): BotWants {
  const named = events.flatMap((event) => (event === 'handoff' ? handoffEvents : [event]));
  return { events: new Set(named), briefing: events.includes('session.resume'), history, visitor };
}
