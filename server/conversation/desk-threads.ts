import type { Context } from './context.ts';
import { saveNote } from './desk-notes.ts';
import { addSteps, hasLeft, isHandoffStep } from './desk-steps.ts';
import type { Draft } from './draft.ts';
import { apply } from './handoff-effects.ts';
import { mirror } from './rounds.ts';
import { notes } from './note-text.ts';

/* How a thread at the desk ends, and how one that was over is used again. */

/** The thread is not there any more, or is at another desk: what it had not taken goes to the next one. */
export function endThread(draft: Draft, context: Context, round: number): void {
  const left = draft.work.flatMap((row) =>
    row.task.lane === 'desk' && row.task.round === round && row.task.op.kind === 'say' ? [row.task.op.message] : [],
  );
  draft.drop((row) => row.task.lane === 'desk' && row.task.round === round);
  if (round === draft.state.round) {
    apply(draft, context, { kind: 'gone' });
    draft.state.round = 0;
  }
  for (const message of left) mirror(draft, context, message);
}

/** A round that is over is live again, because a person spoke or opened it there. */
export function reopenThread(draft: Draft, context: Context, round: number): void {
  const newer = draft.state.round;
  if (newer > 0) {
    draft.drop(
      (row) => row.task.lane === 'desk' && row.task.round === newer && !hasLeft(row) && isHandoffStep(row.task.op),
    );
    const note = saveNote(draft, context, notes.superseded());
    addSteps(draft, context, newer, { do: 'close', note });
  }
  draft.state.round = round;
  draft.state.revived = true;
  draft.state.hasWords = true;
  draft.state.heardTo = 0;
  delete draft.state.endedAt[round];
  draft.state.desk = null;
  // Words that have not left yet go to where somebody reads them.
  const left = draft.work.filter(
    (row) => row.task.lane === 'desk' && row.task.round === newer && !hasLeft(row) && row.task.op.kind === 'say',
  );
  draft.drop((row) => left.includes(row));
  for (const { task } of left)
    if (task.lane === 'desk' && task.op.kind === 'say') mirror(draft, context, task.op.message);
}

/** The configured desk is another one than the thread is at: nothing of it is believed or sent any more. */
export function leaveOtherDesk(draft: Draft, context: Context) {
  if (context.home === '') return;
  for (const thread of draft.threads) {
    const strange = thread.home !== '' && thread.home !== context.home;
    const has = draft.work.some(({ task }) => task.lane === 'desk' && task.round === thread.round);
    if (strange && (thread.round === draft.state.round || has)) endThread(draft, context, thread.round);
  }
}
