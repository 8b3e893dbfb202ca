import type { Author } from '../../shared/message.ts';
import { retryDelayMs } from '../../shared/retry.ts';
import { changesOwnership, type DeskOp, type Outcome } from '../desks/desk.ts';
import type { Telling, WaitingWord, Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import { addRemark } from './desk-notes.ts';
import { isHandoffsEnd, isHandoffUnderWay, roundOf, sayOp } from './desk-steps.ts';
import type { Draft } from './draft.ts';
import { apply, goOn } from './handoff-effects.ts';
import { peopleOwn } from './handoff.ts';
import { assignTo, endRound } from './rounds.ts';
import { notes } from './note-text.ts';
import { updateTeamLabel } from './wish.ts';

/* What became of a word or a step for the desk. */

/** The longest wait between two requests to a desk that is away, in milliseconds. */
const mostMs = 60_000;
const retryLimits = { firstMs: 1_000, mostMs };

/** How long to wait before an unknown outcome is looked up again: at first a second, then longer and longer. */
function reconcileDelayMs(attempts: number): number {
  return attempts <= 8 ? Math.min(5_000, 1_000 * attempts) : Math.min(mostMs, 5_000 * (attempts - 7));
}

/** Whether it is known, and when it is tried again, where it is not done. */
function later(
  { attempts, status }: Pick<Work, 'attempts' | 'status'>,
  outcome: Extract<Outcome, { result: 'unsent' | 'unknown' }>,
  at: number,
  context: Context,
): Pick<Work, 'status' | 'notBefore'> {
  const isUnknown = outcome.result === 'unknown';
  // What was in doubt and turned out never to have arrived has waited for long enough.
  const retryMs = status === 'unknown' ? 0 : retryDelayMs(attempts - 1, retryLimits, context.chance());
  const delayMs = isUnknown ? Math.min(reconcileDelayMs(attempts), outcome.knownInMs ?? Infinity) : retryMs;
  return { status: isUnknown ? 'unknown' : 'ready', notBefore: at + (outcome.retryAfterMs ?? delayMs) };
}

/**
 * What became of a word of the log. One that is not the first to be told any more was deleted, or goes elsewhere.
 * @param of.sentAt when it was sent before: what is certainly not there was not sent this time
 */
export function wordAnswered(
  draft: Draft,
  context: Context,
  { word, round, outcome, sentAt }: { word: WaitingWord; round: number; outcome: Outcome; sentAt: number | null },
): void {
  const { telling } = draft.marks;
  const thread = roundOf(draft.threads, word);
  if (telling?.seq !== word.seq || thread?.round !== round) return;
  const op = sayOp(thread, word.id);
  switch (outcome.result) {
    case 'done':
      draft.told(word.id);
      return stepDone(draft, context, op, round, outcome);
    case 'unsent':
      return draft.tell({ ...telling, ...later(telling, outcome, draft.at, context), sentAt });
    case 'unknown':
      return draft.tell({ ...telling, ...later(telling, outcome, draft.at, context) });
    case 'refused':
      draft.told(word.id);
      return stepRefused(draft, context, op, round, word.by, word.seq);
  }
}

/** Marks a word as being sent, which is saved before its request leaves. */
export function beginToTell(draft: Draft, { seq }: WaitingWord): Telling {
  const { telling } = draft.marks;
  const before = telling?.seq === seq ? telling : undefined;
  const isNew = !before || before.status === 'ready';
  const now: Telling = {
    seq,
    status: isNew ? 'sending' : 'unknown',
    notBefore: draft.at,
    attempts: (before?.attempts ?? 0) + 1,
    sentAt: isNew ? draft.at : before.sentAt,
  };
  draft.tell(now);
  return now;
}

/**
 * What became of a step.
 * @param by who said it, where it is a message
 */
export function deskAnswered(
  draft: Draft,
  context: Context,
  row: Work,
  outcome: Outcome,
  by: Author['kind'] = 'visitor',
): void {
  const known = draft.work.find((one) => one.id === row.id);
  if (!known || known.task.lane !== 'desk') return;
  const { op, round } = known.task;
  if (changesOwnership(op)) draft.state.moved += 1;
  switch (outcome.result) {
    case 'done':
      draft.drop((one) => one.id === row.id);
      if (op.kind === 'look') return goOn(draft, context, { round, after: known.after, op, looked: outcome.looked });
      return stepDone(draft, context, op, round, outcome);
    case 'unsent':
    case 'unknown':
      return draft.change(row.id, later(known, outcome, draft.at, context));
    case 'refused':
      // Without a thread nothing can be said there: what waits behind it waits until the desk is mended.
      if (op.kind === 'begin') {
        draft.change(row.id, {
          status: 'ready',
          notBefore: draft.at + retryDelayMs(known.attempts - 1, retryLimits, context.chance()),
        });
        if (round === draft.state.round) apply(draft, context, { kind: 'failed' });
        return;
      }
      draft.drop((one) => one.id === row.id);
      if (op.kind === 'look') return goOn(draft, context, { round, after: known.after, op, looked: undefined });
      return stepRefused(draft, context, op, round, by);
  }
}

/**
 * Nothing that the desk refuses is lost in silence: it is noted there, and the visitor is told of their own words.
 * @param seq the number of the word, where it is said for the first time
 */
function stepRefused(draft: Draft, context: Context, op: DeskOp, round: number, by: Author['kind'], seq = 0): void {
  if (op.kind === 'say') {
    if (by === 'visitor') {
      const { handoff, answered, alsoOpen } = draft.state;
      const heard = handoff.phase === 'bot' || (seq <= answered && !alsoOpen.includes(op.message));
      const noted = { id: op.message, heard, ...(seq > 0 ? { seq } : {}) };
      draft.state.undelivered = [...draft.state.undelivered.slice(-199), noted];
      draft.append({ kind: 'undelivered', id: op.message, at: draft.at });
    }
    return addRemark(draft, context, round, notes.undelivered(by === 'visitor' ? 'visitor' : 'bot'));
  }
  // A note about a refused note would be refused, too. A message that stays marked as failed loses nothing.
  if (op.kind === 'note' || op.kind === 'clearFailure') return;
  addRemark(draft, context, round, notes.refused(op.step));
  if (op.kind !== 'change' || round !== draft.state.round) return;
  // Without the other steps a person can still be reached; what became of them is not known then.
  if (op.handoff === 'opens') apply(draft, context, { kind: 'failed' });
  if (isHandoffsEnd(op) && !isHandoffUnderWay(draft, round)) apply(draft, context, { kind: 'handed', agent: null });
}

function stepDone(
  draft: Draft,
  context: Context,
  op: DeskOp,
  round: number,
  outcome: Extract<Outcome, { result: 'done' }>,
): void {
  const thread = draft.threads.find((one) => one.round === round);
  if (outcome.ref && thread) {
    draft.thread({ ...thread, ref: outcome.ref, home: context.home });
  }
  if (outcome.deskId !== undefined) {
    const message = op.kind === 'say' ? op.message : null;
    draft.deskMessage({ round, deskId: outcome.deskId, message, key: op.key });
    if (op.kind === 'note' && op.closes) endRound(draft, round, outcome.deskId);
  }
  if (round !== draft.seen.round) return;
  if (outcome.deskId !== undefined && op.kind !== 'clearFailure' && !draft.seen.hasWords) draft.state.hasWords = true;
  if (outcome.state) {
    const known = draft.seen.desk;
    // Given back between two steps of ours: a reading is to find that, as a change.
    const isGivenBack = known?.status === 'open' && outcome.state.status === 'pending' && peopleOwn(draft.seen.handoff);
    draft.state.desk = isGivenBack ? { ...outcome.state, status: 'open' } : outcome.state;
  }
  if (outcome.taken) {
    apply(draft, context, { kind: 'assigned', agent: outcome.taken });
    // A person who spoke while it was pending needs it open, else it would look as if they had given it back.
    if (outcome.state?.status === 'pending' && peopleOwn(draft.state.handoff)) assignTo(draft, context, outcome.taken);
  } else if (isHandoffsEnd(op) && !isHandoffUnderWay(draft, round)) {
    updateTeamLabel(draft, context, null);
    // Answered and resolved before the handoff was through, or given back: nobody is waited for.
    if (outcome.state?.status === 'resolved') apply(draft, context, { kind: 'resolved' });
    else if (outcome.state?.status === 'pending') apply(draft, context, { kind: 'returned' });
    else apply(draft, context, { kind: 'handed', agent: outcome.state?.assignee ?? null });
  }
}
