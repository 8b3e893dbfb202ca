import type { Person } from '../../shared/message.ts';
import type { LogEvent } from '../../shared/protocol.ts';

/** How long people have had the conversation this time, and who of them. It ends when the assistant is back. */
export interface Stay {
  /** Who answers, in the order in which they came. */
  people: readonly (Person & { team: string | null })[];
  /** How often somebody came; people who are here already do not come again. */
  arrivals: number;
  /** When the first of them came, in milliseconds since 1970. */
  since: number;
}

export const noStay: Stay = { people: [], arrivals: 0, since: 0 };

/** The stay after one more event. */
export function nextStay(now: Stay, event: LogEvent): Stay {
  if (event.kind !== 'handoff') return now;
  const { handoff, because, at } = event;
  switch (handoff.phase) {
    case 'human': {
      const { agent, team } = handoff;
      if (now.people.some(({ name }) => name === agent.name)) return now;
      // Somebody who hands over leaves.
      const others = because === 'passedOn' ? [] : now.people;
      return {
        people: [...others, { ...agent, team }],
        arrivals: now.arrivals + 1,
        since: others.length > 0 ? now.since : at,
      };
    }
    case 'waiting':
      return because === 'released' ? { ...now, people: [] } : now;
    case 'bot':
    case 'ending':
    case 'closed':
      return noStay;
    case 'hold':
    case 'async':
    case 'asking':
    case 'transferring':
      return now;
  }
}

/** @param events the whole log, oldest first */
export const stayAt = (events: readonly LogEvent[]) => events.reduce(nextStay, noStay);
