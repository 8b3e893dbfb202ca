import type { Task, Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';

/* A turn is one question to the bot, with all that the visitor said since the one before. */

/** One turn at a time: what is said meanwhile goes into the next. */
export function askBot(draft: Draft, context: Context): void {
  const { bot, handoff } = draft.state;
  if (handoff.phase !== 'bot' || bot.unanswered.length === 0 || bot.turn) return;
  bot.turn = context.newId();
  draft.add(context.newId(), {
    lane: 'bot',
    turn: bot.turn,
    epoch: handoff.epoch,
    messages: [...bot.unanswered],
  });
}

/** Ends a turn that has its answer. @returns undefined where the answer comes too late to count */
export function takeTurn(draft: Draft, row: Work): Extract<Task, { lane: 'bot' }> | undefined {
  const current = isCurrentTurn(draft, row);
  draft.drop((known) => known.id === row.id);
  if (!current || row.task.lane !== 'bot') return undefined;
  const { messages } = row.task;
  const { bot } = draft.state;
  bot.turn = null;
  bot.unanswered = bot.unanswered.filter((id) => !messages.includes(id));
  return row.task;
}

/** Whether the bot may still answer it: an answer that was asked for under an older epoch is not accepted. */
export function isCurrentTurn(draft: Draft, row: Work): boolean {
  const { handoff } = draft.state;
  return (
    row.task.lane === 'bot' &&
    handoff.phase === 'bot' &&
    handoff.epoch === row.task.epoch &&
    draft.work.some((known) => known.id === row.id)
  );
}
