import type { Task, Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';

/* A turn is one question to the bot, with all that the visitor said since the one before. */

/** One turn at a time: what is said meanwhile goes into the next. */
export function askBot(draft: Draft, context: Context): void {
  const { handoff, answered: from, alsoOpen } = draft.seen;
  const { spoke: upTo } = draft.marks;
  const isBeingAsked = draft.work.some(({ task }) => task.lane === 'bot');
  if (handoff.phase !== 'bot' || isBeingAsked || (upTo <= from && alsoOpen.length === 0)) return;
  draft.add(context.newId(), {
    lane: 'bot',
    turn: context.newId(),
    epoch: handoff.epoch,
    from,
    upTo,
    also: [...alsoOpen],
  });
}

/** Ends a turn that has its answer. @returns undefined where the answer comes too late to count */
export function takeTurn(draft: Draft, row: Work): Extract<Task, { lane: 'bot' }> | undefined {
  const current = isCurrentTurn(draft, row);
  draft.drop((known) => known.id === row.id);
  if (!current || row.task.lane !== 'bot') return undefined;
  const { upTo, also } = row.task;
  const { state } = draft;
  state.answered = Math.max(state.answered, upTo);
  state.alsoOpen = state.alsoOpen.filter((id) => !also.includes(id));
  return row.task;
}

/** Whether the bot may still answer it: an answer that was asked for under an older epoch is not accepted. */
export function isCurrentTurn(draft: Draft, row: Work): boolean {
  const { handoff } = draft.seen;
  return (
    row.task.lane === 'bot' &&
    handoff.phase === 'bot' &&
    handoff.epoch === row.task.epoch &&
    draft.work.some((known) => known.id === row.id)
  );
}
