import type { Author } from '../../shared/message.ts';
import { retryDelayMs } from '../../shared/retry.ts';
import type { DeskOp, Outcome } from '../desks/desk.ts';
import type { Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import {
  apply,
  askBot,
  defaultRoute,
  peopleOwn,
  updateTeamLabel,
  mirrorAgain,
  takeUndelivered,
} from './handoff-effects.ts';
import { assignTo, endRound, hasLeft, isHandoffStep, mirror, saveNote, addSteps } from './desk-steps.ts';
import { notes } from './transcript.ts';

/* What became of a request to the desk, of a thread there, and of words that were taken back there. */

/** The longest wait between two requests to a desk that is away, in milliseconds. */
const mostMs = 60_000;
const retryLimits = { firstMs: 1_000, mostMs };

/** How long to wait before an unknown outcome is looked up again: at first a second, then longer and longer. */
function reconcileDelayMs(attempts: number): number {
  return attempts <= 8 ? Math.min(5_000, 1_000 * attempts) : Math.min(mostMs, 5_000 * (attempts - 7));
}

/**
 * What became of an operation.
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
  switch (outcome.result) {
    case 'done':
      draft.drop((one) => one.id === row.id);
      return stepDone(draft, context, op, round, outcome);
    case 'unsent':
      return draft.change(row.id, {
        status: 'ready',
        notBefore: draft.at + (outcome.retryAfterMs ?? retryDelayMs(known.attempts - 1, retryLimits, context.chance())),
      });
    case 'unknown':
      return draft.change(row.id, {
        status: 'unknown',
        notBefore: draft.at + (outcome.retryAfterMs ?? reconcileDelayMs(known.attempts)),
      });
    case 'refused':
      // Without a thread nothing can be said at all: what waits behind it waits until somebody mends the desk.
      if (op.step === 'begin') {
        draft.change(row.id, {
          status: 'ready',
          notBefore: draft.at + retryDelayMs(known.attempts - 1, retryLimits, context.chance()),
        });
        if (round === draft.state.round) apply(draft, context, { kind: 'failed' });
        return;
      }
      draft.drop((one) => one.id === row.id);
      return stepRefused(draft, context, op, round, by);
  }
}

/** Nothing that the desk refuses is lost in silence: it is noted there, and the visitor is told of their own words. */
function stepRefused(draft: Draft, context: Context, op: DeskOp, round: number, by: Author['kind']): void {
  if (op.step === 'say') {
    if (by === 'visitor') {
      const heard = !draft.state.queued.includes(op.message);
      draft.state.undelivered = [...draft.state.undelivered.slice(-199), { id: op.message, heard }];
      draft.note({ kind: 'undelivered', id: op.message, at: draft.at });
    }
    return addRemark(draft, context, round, notes.undelivered(by === 'visitor' ? 'visitor' : 'bot'));
  }
  // A note about a refused note would be refused, too. A message that stays marked as failed loses nothing.
  if (op.step === 'note' || op.step === 'heal') return;
  addRemark(draft, context, round, notes.refused(op.step));
  if (round !== draft.state.round) return;
  // Without the other steps a person can still be reached; what became of them is not known then.
  if (op.step === 'open') apply(draft, context, { kind: 'failed' });
  if (op.step === 'check' && !isHandoffUnderWay(draft, round)) apply(draft, context, { kind: 'handed', agent: null });
}

/** A note that mentions nobody. The same one is not put twice behind what waits. */
function addRemark(draft: Draft, context: Context, round: number, text: string): void {
  const waits = draft.work.some(
    (row) =>
      row.task.lane === 'desk' &&
      row.task.round === round &&
      row.task.op.step === 'note' &&
      !hasLeft(row) &&
      draft.state.notes[row.task.op.note]?.text === text,
  );
  if (!waits) addSteps(draft, context, round, { do: 'remark', note: saveNote(draft, context, text) });
}

/** "Retry" under a message that the desk refused: it is said once more, to those who answer now. */
export function retryMessage(draft: Draft, context: Context, message: string): void {
  const found = takeUndelivered(draft, message);
  if (!found) return;
  const { state } = draft;
  if (state.handoff.phase === 'ending') apply(draft, context, { kind: 'wrote', route: defaultRoute(context) });
  mirrorAgain(draft, context, message);
  if (found.heard) return;
  if (state.handoff.phase === 'bot') {
    state.bot.unanswered.push(message);
    askBot(draft, context);
  } else if (!state.queued.includes(message)) state.queued.push(message);
}

/** "Delete" under such a message: its words are gone for good. */
export function deleteMessage(draft: Draft, context: Context, message: string): void {
  if (takeUndelivered(draft, message)) forgetMessage(draft, context, message);
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
    const message = op.step === 'say' ? op.message : null;
    draft.deskMessage({ round, deskId: outcome.deskId, message, key: op.key });
    if (op.step === 'note' && op.closes) endRound(draft, round, outcome.deskId);
  }
  if (round !== draft.state.round) return;
  if (outcome.deskId !== undefined && op.step !== 'heal') draft.state.hasWords = true;
  if (outcome.state) draft.state.desk = outcome.state;
  if (outcome.taken) {
    apply(draft, context, { kind: 'assigned', agent: outcome.taken });
    // Whoever spoke while it was pending has it open from now on, else it would look as if it were given back.
    if (outcome.state?.status === 'pending' && peopleOwn(draft)) assignTo(draft, context, outcome.taken);
  } else if (op.step === 'check' && !isHandoffUnderWay(draft, round)) {
    updateTeamLabel(draft, context, null);
    // Answered and resolved before the handoff was through: nobody is waited for.
    if (outcome.state?.status === 'resolved') apply(draft, context, { kind: 'resolved' });
    else apply(draft, context, { kind: 'handed', agent: outcome.state?.assignee ?? null });
  }
}

/** Another handoff of the same round is under way: what became of an earlier one says nothing of it. */
function isHandoffUnderWay(draft: Draft, round: number): boolean {
  return draft.work.some(({ task }) => task.lane === 'desk' && task.round === round && task.op.step === 'check');
}

/** The thread is not there any more, or is at another desk: what it had not taken goes to the next one. */
export function endThread(draft: Draft, context: Context, round: number): void {
  const left = draft.work.flatMap((row) =>
    row.task.lane === 'desk' && row.task.round === round && row.task.op.step === 'say' ? [row.task.op.message] : [],
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
    (row) => row.task.lane === 'desk' && row.task.round === newer && !hasLeft(row) && row.task.op.step === 'say',
  );
  draft.drop((row) => left.includes(row));
  for (const { task } of left)
    if (task.lane === 'desk' && task.op.step === 'say') mirror(draft, context, task.op.message);
}

/** A message lost its words: whatever points at it, or was made from it, goes, too. */
export function forgetMessage(draft: Draft, context: Context, message: string): void {
  const { state } = draft;
  state.deleted = [...state.deleted.slice(-199), message];
  draft.blank(message);
  draft.note({ kind: 'deletion', id: message, at: draft.at });
  draft.drop(({ task }) => task.lane === 'desk' && task.op.step === 'say' && task.op.message === message);
  takeUndelivered(draft, message);
  state.queued = state.queued.filter((id) => id !== message);
  if (state.lastWords === message) state.lastWords = null;
  // A summary is made of all that was said, and so is what the bot was told.
  if ('wish' in state.handoff) state.handoff.wish.summary = null;
  for (const note of Object.values(state.notes)) {
    note.summary = null;
    note.told = '';
  }
  const { bot } = state;
  bot.context = {};
  bot.skills = bot.skills.map((skill) => ({ ...skill, slots: {} }));
  bot.unanswered = bot.unanswered.filter((id) => id !== message);
  // An answer under way would bring back what the bot knew of it.
  draft.drop(({ task }) => task.lane === 'bot');
  bot.turn = null;
  askBot(draft, context);
}
