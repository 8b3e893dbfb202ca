import { randomBytes } from 'node:crypto';
import type { DeskAgent } from '../desks/desk.ts';
import type { Context } from './context.ts';
import { addSteps } from './desk-steps.ts';
import type { Draft } from './draft.ts';

/* A round is one stretch of ours that has a thread of its own at the desk. */

/** The live round; it begins here where there is none. */
export function liveRound(draft: Draft, context: Context): number {
  const { state } = draft;
  if (state.round > 0) return state.round;
  state.rounds += 1;
  state.round = state.rounds;
  state.revived = false;
  state.hasWords = false;
  state.heardTo = 0;
  // With the inbox's identifier this opens the desk's public API: random, and saved before it is first used.
  const source = randomBytes(24).toString('base64url');
  draft.thread({ round: state.round, home: context.home, source, ref: null, cursor: 0 });
  addSteps(draft, context, state.round, { do: 'begin' });
  return state.round;
}

/** Copies a message of ours to the live thread. */
export function mirror(draft: Draft, context: Context, message: string): void {
  addSteps(draft, context, liveRound(draft, context), { do: 'say', message });
}

/** A person who answers in a thread that was the bot's gets it, so that the desk shows whose it is. */
export function assignTo(draft: Draft, context: Context, agent: DeskAgent): void {
  if (draft.state.round > 0)
    addSteps(draft, context, draft.state.round, {
      do: 'assign',
      agent,
      ...(draft.state.revived ? { evenResolved: true } : {}),
    });
}

/** Remembers up to where a round was said when it ended. */
export function endRound(draft: Draft, round: number, upTo: number): void {
  const { endedAt } = draft.state;
  endedAt[round] = Math.max(endedAt[round] ?? 0, upTo);
  // Nobody comes back to a round that is so much older.
  delete endedAt[round - 20];
}
