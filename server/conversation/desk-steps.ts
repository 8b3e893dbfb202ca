import { createHash } from 'node:crypto';
import { changesOwnership, sentByOlderCopy, type DeskOp, type DeskThread, type Intent } from '../desks/desk.ts';
import type { Marks, Task, WaitingWord, Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';

/*
 * What is to be done at the desk, in one order: words, which are the log itself, and between them steps, which are rows of
 * a decision's commit. A step says of itself which round it is for, and after which number of the log it comes.
 */

/** What comes next at the desk: a word of the log, or a step. */
export type Next = { word: WaitingWord } | { step: Work };

/** A step comes before the words behind its number, and after all others. */
export function nextForDesk({ work, waiting }: Pick<Draft, 'work' | 'waiting'>): Next | undefined {
  let step: Work | undefined;
  for (const row of work) if (row.task.lane === 'desk' && (!step || row.after < step.after)) step = row;
  const [word] = waiting;
  if (step && (!word || step.after < word.seq)) return { step };
  return word && { word };
}

/** Which round a word of the log is for. */
export function roundOf(threads: readonly DeskThread[], { seq }: Pick<WaitingWord, 'seq'>): DeskThread | undefined {
  let found: DeskThread | undefined;
  for (const thread of threads) {
    const { takesAfter } = thread;
    if (takesAfter !== null && takesAfter < seq && takesAfter >= (found?.takesAfter ?? 0)) found = thread;
  }
  return found;
}

/** Words that wait for one round. */
export function waitingIn({ waiting, threads }: Pick<Draft, 'waiting' | 'threads'>, round: number): WaitingWord[] {
  return waiting.filter((word) => roundOf(threads, word)?.round === round);
}

/**
 * How a word is known at the desk. It follows from the thread's secret and the message's id: so it is the same whenever the
 * word is said there, nobody else can make it, and it is stored nowhere before the desk has it.
 */
export function keyOf({ source }: Pick<DeskThread, 'source'>, message: string): string {
  return createHash('sha256').update(`${source} ${message}`).digest('base64url').slice(0, 24);
}

/** The request that says a word of the log. */
export const sayOp = (thread: DeskThread, message: string): DeskOp => ({
  key: keyOf(thread, message),
  step: 'say',
  kind: 'say',
  message,
});

/** Whether the desk is about to be told who has this round: until then, what it says of that is not believed. */
export function isOwnershipChanging(draft: Draft, round: number): boolean {
  return draft.work.some(({ task }) => task.lane === 'desk' && task.round === round && changesOwnership(task.op));
}

/** Whether it says one of these once more: words that are said again are steps. */
export function saysIn(task: Task, round: number, messages: readonly string[]): boolean {
  return task.lane === 'desk' && task.round === round && task.op.kind === 'say' && messages.includes(task.op.message);
}

/** Whether a step is about who has the thread, and not about what was said in it. */
export function isHandoffStep(op: DeskOp): boolean {
  return op.kind === 'change' || op.kind === 'look' || (op.kind === 'note' && !op.remark);
}

/** Whether its outcome tells what became of a handoff. */
export const isHandoffsEnd = (op: DeskOp): boolean => op.kind === 'change' && op.handoff === 'ends';

/** How much waits at the desk, of any round, before the first step of the newest handoff. */
export function stepsAhead({ work, waiting }: Pick<Draft, 'work' | 'waiting'>): number {
  const rows = work.flatMap(({ task, after }) => (task.lane === 'desk' ? [{ op: task.op, after }] : []));
  const first = rows.findLastIndex(({ op }) => op.kind === 'look' || (op.kind === 'change' && op.handoff === 'begins'));
  const begins = rows[first];
  return begins ? first + waiting.filter(({ seq }) => seq <= begins.after).length : 0;
}

/** Whether its request may have reached the desk. One that a start found waiting has not left in this process. */
export const hasLeft = ({ status, sentAt }: Pick<Work, 'status' | 'sentAt'>): boolean =>
  status !== 'ready' && sentAt !== sentByOlderCopy;

/** The same of a word. */
export const wordHasLeft = ({ telling }: Marks, { seq }: WaitingWord): boolean =>
  telling !== null && telling.seq === seq && hasLeft(telling);

/** @param after they come behind what is for the desk up to this number, else behind all of it */
export function addSteps(draft: Draft, context: Context, round: number, intent: Intent, after = draft.seq): void {
  for (const op of context.plan(intent)) draft.add(context.newId(), { lane: 'desk', round, op }, { after });
}

/** Another handoff of the same round is under way: what became of an earlier one says nothing of it. */
export function isHandoffUnderWay(draft: Draft, round: number): boolean {
  return draft.work.some(
    ({ task }) => task.lane === 'desk' && task.round === round && (isHandoffsEnd(task.op) || task.op.kind === 'look'),
  );
}
