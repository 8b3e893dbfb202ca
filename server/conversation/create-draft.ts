import { readState, type ConversationState } from '../stores/conversation-state.ts';
import type { Changes, Marks, Receipt } from '../stores/store.ts';
import type { Collected, Draft, Loaded } from './draft.ts';
import { draftLog, draftRows } from './draft-parts.ts';

/** @param known what the store said is there of the ids that an earlier try brought */
export function createDraft(loaded: Loaded, at: number, known: ReadonlyMap<string, Receipt> = new Map()): Draft {
  const { conversation } = loaded;
  const isNew = conversation.version === 0;
  const collected = createCollected(at, conversation.marks);
  const { changes } = collected;
  const log = draftLog(loaded, at, known, collected);
  const rows = draftRows(loaded, at, collected, () => log.seq);
  let state: ConversationState | undefined;
  let { savedState } = loaded;
  let isFinished = false;
  if (isNew) changes.create = { site: conversation.site, visitor: conversation.visitor, log: conversation.log };

  /** Once all is decided: the state is put into words once. */
  function finish() {
    if (isFinished) return;
    isFinished = true;
    changes.marks = log.finalMarks();
    if (state) {
      const saved = JSON.stringify(state);
      if (saved !== savedState) changes.state = saved;
      savedState = saved;
    }
    if (isNew) changes.state = savedState;
  }

  return {
    ...collected.calls,
    ...log.calls,
    ...rows.calls,
    id: conversation.id,
    site: conversation.site,
    visitor: conversation.visitor,
    isNew,
    at,
    foundUpTo: loaded.foundUpTo,
    news: log.news,
    get log() {
      return changes.log ?? conversation.log;
    },
    get state() {
      collected.touch();
      // Plain data, kept as JSON: this is the copy that may be changed.
      return (state ??= readState(loaded.savedState));
    },
    get seen() {
      return state ?? conversation.state;
    },
    get seq() {
      return log.seq;
    },
    get marks() {
      return log.marks;
    },
    get waiting() {
      return log.waiting;
    },
    get work() {
      return rows.work;
    },
    get threads() {
      return rows.threads;
    },
    get isTouched() {
      return collected.isTouched;
    },
    changes() {
      finish();
      // The time and the marks are always there.
      return Object.keys(changes).length > 2 || changes.marks !== conversation.marks ? changes : undefined;
    },
    whenCommitted() {
      finish();
      const { work, threads } = rows;
      const { marks } = changes;
      return {
        conversation: {
          ...conversation,
          state: state ?? conversation.state,
          marks,
          seq: log.seq,
          log: changes.log ?? conversation.log,
          version: conversation.version + 1,
          updatedAt: at,
        },
        savedState,
        work,
        threads,
        waiting: log.waiting,
        foundUpTo: loaded.foundUpTo,
      };
    },
  };
}

function createCollected(at: number, marks: Marks): Collected {
  const changes: Changes = { at, marks };
  let isTouched = false;
  const touch = () => void (isTouched = true);
  return {
    changes,
    touch,
    put(key, item) {
      touch();
      // Every key used here holds a list.
      ((changes[key] ??= [] as never) as unknown as unknown[]).push(item);
    },
    get isTouched() {
      return isTouched;
    },
    calls: {
      resetTouched: () => void (isTouched = false),
      renewLog(log) {
        touch();
        changes.log = log;
      },
    },
  };
}
