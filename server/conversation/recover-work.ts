import { sentByOlderCopy } from '../desks/desk.ts';
import type { Draft } from './draft.ts';

/**
 * What an earlier process left. The database may be an older copy (a backup), and what it has still to write may be at
 * the desk already: so it is looked for first (words of the log are by `foundUpTo`). The clock of then may have been ahead of ours: timers wait no longer than
 * they ever do, and the rest is tried at once.
 */
export function recoverWork(draft: Draft, longestTimerMs: number): void {
  const { telling } = draft.marks;
  if (telling && (telling.notBefore > draft.at || (telling.sentAt ?? 0) > draft.at)) {
    const sentAt = telling.sentAt === null ? null : Math.min(telling.sentAt, draft.at);
    draft.tell({ ...telling, notBefore: Math.min(telling.notBefore, draft.at), sentAt });
  }
  for (const { id: row, task, status, notBefore, sentAt } of draft.work) {
    const latest = task.lane === 'timer' ? draft.at + longestTimerMs : draft.at;
    if (notBefore > latest) draft.change(row, { notBefore: latest });
    if (sentAt !== null && sentAt > draft.at) draft.change(row, { sentAt: draft.at });
    const writes = task.lane === 'desk' && (task.op.kind === 'say' || task.op.kind === 'note');
    if (writes && status === 'ready') draft.change(row, { status: 'unknown', sentAt: sentByOlderCopy });
  }
}
