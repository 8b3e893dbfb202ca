import type { Context } from './context.ts';
import { saveNote } from './desk-notes.ts';
import { addSteps, hasLeft, isHandoffStep, waitingIn, wordHasLeft } from './desk-steps.ts';
import type { Draft } from './draft.ts';
import { apply } from './handoff-effects.ts';
import { directWordsTo, forgetLeft, mirrorAll, moveWords } from './rounds.ts';
import { notes } from './note-text.ts';

/* How a thread at the desk ends, and how one that was over is used again. */

/** The thread is not there any more, or is at another desk: what it had not taken goes to the next one. */
export function endThread(draft: Draft, context: Context, round: number): void {
  const left = waitingIn(draft, round);
  const again = draft.work.filter(({ task }) => task.lane === 'desk' && task.round === round && task.op.kind === 'say');
  draft.drop((row) => row.task.lane === 'desk' && row.task.round === round);
  // One that was on its way there is sent to the next.
  if (left.some(({ seq }) => seq === draft.marks.telling?.seq)) draft.tell(null);
  if (round === draft.state.round) {
    apply(draft, context, { kind: 'gone' });
    // What follows from that may have begun the next one.
    if (draft.state.round === round) draft.state.round = 0;
  }
  takeNoWords(draft, round);
  moveWords(draft, context, left);
  mirrorAll(draft, context, again);
}

function takeNoWords(draft: Draft, round: number): void {
  const thread = draft.threads.find((one) => one.round === round);
  if (!thread || thread.takesAfter === null) return;
  const { conversation: _, ...row } = thread;
  draft.thread({ ...row, takesAfter: null });
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
  forgetLeft(draft, round);
  draft.state.desk = null;
  // Words that have not left yet go to where somebody reads them, behind what is still on its way there.
  const own = waitingIn(draft, round);
  const left = waitingIn(draft, newer).filter((word) => !wordHasLeft(draft.marks, word));
  const first = own[0] ?? left[0];
  directWordsTo(draft, round, first ? first.seq - 1 : draft.seq);
  const again = draft.work.filter(
    (row) => row.task.lane === 'desk' && row.task.round === newer && !hasLeft(row) && row.task.op.kind === 'say',
  );
  draft.drop((row) => again.includes(row));
  mirrorAll(draft, context, again);
}

/** The configured desk is another one than the thread is at: nothing of it is believed or sent any more. */
export function leaveOtherDesk(draft: Draft, context: Context) {
  if (context.home === '') return;
  for (const thread of draft.threads) {
    const strange = thread.home !== '' && thread.home !== context.home;
    if (!strange) continue;
    const has = draft.work.some(({ task }) => task.lane === 'desk' && task.round === thread.round);
    const waits = waitingIn(draft, thread.round).length > 0;
    if (thread.round === draft.seen.round || has || waits) endThread(draft, context, thread.round);
  }
}
