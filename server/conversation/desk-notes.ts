import type { Context } from './context.ts';
import { addSteps, hasLeft } from './desk-steps.ts';
import type { Draft } from './draft.ts';

/* Private notes for the people at the desk: steps point at them. What they say is made in `note-text.ts`, and kept in the state. */

/** Keeps a note for the operation that points at it. */
export function saveNote(
  draft: Draft,
  context: Context,
  text: string,
  {
    quote = null,
    summary = null,
    told = '',
    feedback = '',
  }: { quote?: number | null; summary?: string | null; told?: string; feedback?: string } = {},
): string {
  const { state } = draft;
  const used = new Set(
    draft.work.flatMap(({ task }) => (task.lane === 'desk' && 'note' in task.op ? [task.op.note] : [])),
  );
  state.notes = Object.fromEntries(Object.entries(state.notes).filter(([id]) => used.has(id)));
  const id = context.newId();
  state.notes[id] = { text, quote, summary, told, ...(feedback ? { feedback } : {}) };
  return id;
}

/** A note that mentions nobody. The same one is not put twice behind what waits. */
export function addRemark(draft: Draft, context: Context, round: number, text: string): void {
  const waits = draft.work.some(
    (row) =>
      row.task.lane === 'desk' &&
      row.task.round === round &&
      row.task.op.kind === 'note' &&
      !hasLeft(row) &&
      draft.state.notes[row.task.op.note]?.text === text,
  );
  if (!waits) addSteps(draft, context, round, { do: 'remark', note: saveNote(draft, context, text) });
}
