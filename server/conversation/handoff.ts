import type { Handoff } from '../../shared/handoff.ts';
import { isForPeopleIn, ownerIn } from '../../shared/phases.ts';
import type { DeskAgent } from '../desks/desk.ts';
import type { HandoffState } from '../stores/conversation-state.ts';
import { fromAsking, fromBot, fromClosed, fromEnding } from './handoff-bot.ts';
import type { HandoffEvent, Step } from './handoff-event.ts';
import { fromAsync, fromHold, fromHuman, fromTransferring, fromWaiting } from './handoff-people.ts';

/**
 * The whole machine: no clock, no socket, no await. The epoch grows exactly where the owner changes, so that a word
 * spoken under an older right is recognised.
 */
export function next(now: HandoffState, event: HandoffEvent): Step {
  return decide(now, event) ?? { now, effects: [] };
}

function decide(now: HandoffState, event: HandoffEvent): Step | undefined {
  switch (now.phase) {
    case 'bot':
      return fromBot(now, event);
    case 'asking':
      return fromAsking(now, event);
    case 'transferring':
      return fromTransferring(now, event);
    case 'waiting':
      return fromWaiting(now, event);
    case 'human':
      return fromHuman(now, event);
    case 'hold':
      return fromHold(now, event);
    case 'async':
      return fromAsync(now, event);
    case 'ending':
      return fromEnding(now, event);
    case 'closed':
      return fromClosed(now, event);
  }
}

/** What the visitor sees of it. */
export function show(state: HandoffState): Handoff {
  // The desk's own id stands for the picture until a browser is shown it: see `visitors/view.ts`.
  const known = ({ key, name }: DeskAgent) => ({ name, picture: key });
  const person = (agent: DeskAgent | null) => (agent ? known(agent) : null);
  const { epoch } = state;
  const team = 'wish' in state ? (state.wish.route?.label ?? null) : null;
  switch (state.phase) {
    case 'bot':
      return { phase: 'bot', epoch };
    case 'asking':
      return { phase: 'asking', epoch, topics: state.topics, ...(state.away && { away: state.away }) };
    case 'transferring':
      return { phase: 'transferring', epoch, team };
    case 'waiting': {
      const { tooLong } = state;
      return { phase: 'waiting', epoch, team, agent: person(state.agent), ...(tooLong !== undefined && { tooLong }) };
    }
    case 'human':
      return { phase: 'human', epoch, team, agent: known(state.agent) };
    case 'hold':
      return { phase: 'hold', epoch, team, agent: person(state.agent), until: state.until };
    case 'async':
      return { phase: 'async', epoch, team, opensAt: state.opensAt, byMail: state.byMail };
    case 'ending': {
      const { by, agent, mayRate } = state;
      return { phase: 'ending', epoch, by, agent: person(agent), ...(mayRate && { mayRate }) };
    }
    case 'closed':
      return { phase: 'closed', epoch, at: state.at, isRated: state.isRated };
  }
}

export const peopleOwn = ({ phase }: Pick<HandoffState, 'phase'>): boolean => ownerIn[phase] === 'people';

/** Whether people have it, or are to have it. */
export const isForPeople = ({ phase }: HandoffState): boolean => isForPeopleIn[phase];

/** Whether it has ended: the next word is the bot's. */
export const isOver = ({ phase }: Pick<HandoffState, 'phase'>): boolean => phase === 'ending' || phase === 'closed';
