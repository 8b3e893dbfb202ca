import { changesOwnership, type DeskOp, type Intent } from '../desks/desk.ts';
import type { Task, Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';

/*
 * Steps for the desk: each is a row of the decision's commit, and says of itself which round it is for.
 */

/** Whether the desk is about to be told who has this round: until then, what it says of that is not believed. */
export function isOwnershipChanging(draft: Draft, round: number): boolean {
  return draft.work.some(({ task }) => task.lane === 'desk' && task.round === round && changesOwnership(task.op));
}

export function saysIn(task: Task, round: number, messages: string[]): boolean {
  return task.lane === 'desk' && task.round === round && task.op.kind === 'say' && messages.includes(task.op.message);
}

/** Whether a step is about who has the thread, and not about what was said in it. */
export function isHandoffStep(op: DeskOp): boolean {
  return op.kind === 'change' || (op.kind === 'note' && !op.remark);
}

/** Whether its outcome tells what became of a handoff. */
export const isHandoffsEnd = (op: DeskOp): boolean => op.kind === 'change' && op.handoff === 'ends';

/** How much waits at the desk, of any round, before the first step of the newest handoff. */
export function stepsAhead(draft: Draft): number {
  const rows = draft.work.flatMap(({ task }) => (task.lane === 'desk' ? [task.op] : []));
  const first = rows.findLastIndex((op) => op.kind === 'change' && op.handoff === 'begins');
  return Math.max(0, first);
}

/** Whether its request may have reached the desk. One that a start found waiting has not left in this process. */
export const hasLeft = ({ status, sentAt }: Work): boolean => status !== 'ready' && sentAt !== 0;

export function addSteps(draft: Draft, context: Context, round: number, intent: Intent): void {
  for (const op of context.plan(intent)) draft.add(context.newId(), { lane: 'desk', round, op });
}

/** Another handoff of the same round is under way: what became of an earlier one says nothing of it. */
export function isHandoffUnderWay(draft: Draft, round: number): boolean {
  return draft.work.some(({ task }) => task.lane === 'desk' && task.round === round && isHandoffsEnd(task.op));
}
