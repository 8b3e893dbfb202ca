import { randomBytes } from 'node:crypto';
import { ownershipSteps, type DeskAgent, type DeskOp, type Intent } from '../desks/desk.ts';
import type { Task, Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';

/*
 * What is put down for the desk: a round with it is a thread of its own there, and everything for it is a row of the
 * decision's commit.
 */

/** Whether the desk is about to be told who has this round: until then, what it says of that is not believed. */
export function isOwnershipChanging(draft: Draft, round: number): boolean {
  return draft.work.some(
    ({ task }) => task.lane === 'desk' && task.round === round && ownershipSteps.has(task.op.step),
  );
}

export function saysIn(task: Task, round: number, messages: string[]): boolean {
  return task.lane === 'desk' && task.round === round && task.op.step === 'say' && messages.includes(task.op.message);
}

/** Whether a step is about who has the thread, and not about what was said in it. */
export function isHandoffStep(op: DeskOp): boolean {
  if (op.step === 'note') return !op.remark;
  return op.step !== 'begin' && op.step !== 'say' && op.step !== 'heal';
}

/** How much waits at the desk, of any round, before the first step of the newest handoff. */
export function stepsAhead(draft: Draft): number {
  const rows = draft.work.flatMap(({ task }) => (task.lane === 'desk' ? [task.op] : []));
  const first = rows.findLastIndex((op) => op.step === 'clear' && op.unlessTaken === true);
  return Math.max(0, first);
}

/** Remembers up to where a round was said when it ended. */
export function endRound(draft: Draft, round: number, upTo: number): void {
  const { endedAt } = draft.state;
  endedAt[round] = Math.max(endedAt[round] ?? 0, upTo);
  // Nobody comes back to a round that is so much older.
  delete endedAt[round - 20];
}

/** Whether its request may have reached the desk. One that a start found waiting has not left in this process. */
export const hasLeft = ({ status, sentAt }: Work): boolean => status !== 'ready' && sentAt !== 0;

/** A person who answers in a thread that was the bot's gets it, so that the desk shows whose it is. */
export function assignTo(draft: Draft, context: Context, agent: DeskAgent): void {
  if (draft.state.round > 0)
    addSteps(draft, context, draft.state.round, {
      do: 'assign',
      agent,
      ...(draft.state.revived ? { evenResolved: true } : {}),
    });
}

/** Copies a message of ours to the live thread. */
export function mirror(draft: Draft, context: Context, message: string): void {
  addSteps(draft, context, liveRound(draft, context), { do: 'say', message });
}

export function addSteps(draft: Draft, context: Context, round: number, intent: Intent): void {
  for (const op of context.plan(intent)) draft.add(context.newId(), { lane: 'desk', round, op });
}

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

/** Keeps a note for the operation that points at it. */
export function saveNote(
  draft: Draft,
  context: Context,
  text: string,
  { quote = null, summary = null, told = '' }: { quote?: string | null; summary?: string | null; told?: string } = {},
): string {
  const { state } = draft;
  const used = new Set(
    draft.work.flatMap(({ task }) => (task.lane === 'desk' && task.op.step === 'note' ? [task.op.note] : [])),
  );
  state.notes = Object.fromEntries(Object.entries(state.notes).filter(([id]) => used.has(id)));
  const id = context.newId();
  state.notes[id] = { text, quote, summary, told };
  return id;
}
