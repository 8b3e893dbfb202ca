import { randomBytes } from 'node:crypto';
import type { DeskAgent, DeskThread } from '../desks/desk.ts';
import type { Context } from './context.ts';
import { addSteps } from './desk-steps.ts';
import type { Draft } from './draft.ts';
import type { WaitingWord, Work } from '../stores/store.ts';

/* A round is one stretch of ours that has a thread of its own at the desk. */

/**
 * The live round; it begins here where there is none. To be asked for before anything is said, for what is said from then
 * on is for it.
 * @param after what waits for the desk behind this number of the log is for it, too, if it begins here
 */
export function liveRound(draft: Draft, context: Context, after = draft.seq): number {
  const live = draft.seen.round;
  if (live > 0) {
    if (draft.threads.some(({ round, takesAfter }) => round === live && takesAfter === null))
      directWordsTo(draft, live, after);
    return live;
  }
  const { state } = draft;
  state.rounds += 1;
  state.round = state.rounds;
  state.revived = false;
  state.hasWords = false;
  state.heardTo = 0;
  // At some desks who has this may speak as the visitor: random, and saved before it is first used.
  const source = randomBytes(24).toString('base64url');
  draft.thread({ round: state.round, home: context.home, source, ref: null, cursor: 0, takesAfter: null });
  directWordsTo(draft, state.round, after);
  addSteps(draft, context, state.round, { do: 'begin' }, after);
  return state.round;
}

/** The thread as it is now. None where its conversation was taken away, though another may have begun under its id. */
export const sameThread = (threads: readonly DeskThread[], { source }: DeskThread): DeskThread | undefined =>
  threads.find((one) => one.source === source);

/** What is for the desk behind this number goes to this round from now on. */
export function directWordsTo(draft: Draft, round: number, after: number): void {
  for (const { conversation: _, ...thread } of draft.threads) {
    const takesAfter = thread.round === round ? after : thread.takesAfter;
    const isOver = thread.round !== round && takesAfter !== null && takesAfter >= after;
    if (isOver) draft.thread({ ...thread, takesAfter: null });
    else if (takesAfter !== thread.takesAfter) draft.thread({ ...thread, takesAfter });
  }
}

/** Moves words that wait, from the first of them on, to the live round. None of them may have left. */
export function moveWords(draft: Draft, context: Context, [first]: readonly WaitingWord[]): void {
  if (!first) return;
  const after = first.seq - 1;
  const live = liveRound(draft, context, after);
  directWordsTo(draft, live, after);
  // The thread is made before the first word that is for it, and these stand before those that it was made for.
  const begin = beginningOf(draft, live);
  if (!begin || begin.after <= after) return;
  draft.drop((row) => row === begin);
  addSteps(draft, context, live, { do: 'begin' }, after);
}

/** The step that makes a round's thread, while it is still to be done. */
const beginningOf = (draft: Draft, round: number): Work | undefined =>
  draft.work.find(({ task }) => task.lane === 'desk' && task.round === round && task.op.kind === 'begin');

/**
 * Says a word of ours once more, in the live thread.
 * @param after where it stood in the order of what is for the desk: it keeps its place, behind the making of its thread
 */
export function mirrorAgain(draft: Draft, context: Context, message: string, after = draft.seq): void {
  const live = liveRound(draft, context);
  const begins = beginningOf(draft, live)?.after ?? 0;
  addSteps(draft, context, live, { do: 'say', message }, Math.max(after, begins));
}

/** The same for steps that were to say words in a thread which takes them no more; the steps themselves are gone. */
export function mirrorAll(draft: Draft, context: Context, steps: readonly Work[]): void {
  for (const { task, after } of steps) {
    if (task.lane === 'desk' && task.op.kind === 'say') mirrorAgain(draft, context, task.op.message, after);
  }
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

/** The message that was left in a round is taken care of. */
export function forgetLeft(draft: Draft, round: number): void {
  if (draft.seen.left.includes(round)) draft.state.left = draft.state.left.filter((one) => one !== round);
}

/** Remembers up to where a round was said when it ended. */
export function endRound(draft: Draft, round: number, upTo: number): void {
  const { endedAt } = draft.state;
  endedAt[round] = Math.max(endedAt[round] ?? 0, upTo);
  // Nobody comes back to a round that is so much older.
  delete endedAt[round - 20];
}
