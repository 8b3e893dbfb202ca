import type { DeskTask, DeskThread } from '../desks/desk.ts';
import type { Store, Telling, WaitingWord, Work } from '../stores/store.ts';
import { sayOp } from './desk-steps.ts';
import type { Loaded } from './draft.ts';
import { quoted, summed } from './note-text.ts';

interface Parts {
  store: Pick<Store, 'message' | 'events'>;
  /** What people at the desk call the visitor. */
  nameOf(visitor: string): string;
}

/**
 * A word of the log for the desk, read just before it leaves: a deletion in the meantime catches it.
 * @param told how it is getting there, and whether it still may leave
 * @returns undefined where it is gone: there is nothing to say any more
 */
export async function wordTask(
  parts: Parts,
  loaded: Loaded,
  word: WaitingWord,
  thread: DeskThread,
  { sentAt, mayLeave }: Pick<Telling, 'sentAt'> & Pick<DeskTask, 'mayLeave'>,
): Promise<DeskTask | undefined> {
  const task: DeskTask = { ...about(parts, loaded, thread), op: sayOp(thread, word.id), sentAt, mayLeave };
  return (await addWords(parts, task, word.id, loaded, thread.round)) ? task : undefined;
}

/**
 * A step for the desk with what it points at, read just before it leaves.
 * @returns undefined where what it points at is gone: there is nothing to say any more
 */
export async function stepTask(
  parts: Parts,
  loaded: Loaded,
  row: Work,
  thread: DeskThread,
  mayLeave: () => boolean,
): Promise<DeskTask | undefined> {
  if (row.task.lane !== 'desk') return undefined;
  const { op, round } = row.task;
  const { id, state } = loaded.conversation;
  const task: DeskTask = { ...about(parts, loaded, thread), op, sentAt: row.sentAt, mayLeave };
  if (op.kind === 'say') return (await addWords(parts, task, op.message, loaded, round)) ? task : undefined;
  if (op.kind === 'note') {
    const note = state.notes[op.note];
    if (!note) return undefined;
    const quote = note.quote === null ? undefined : await wordsOf(parts.store, id, note.quote);
    task.note =
      note.text + (note.told ?? '') + (quote ? quoted(quote) : '') + (note.summary ? summed(note.summary) : '');
  }
  // The stars count without it, too.
  if (op.kind === 'rate') task.feedback = state.notes[op.note]?.feedback ?? '';
  return task;
}

function about({ nameOf }: Parts, { conversation }: Loaded, thread: DeskThread): Pick<DeskTask, 'thread' | 'visitor'> {
  const { visitor, site, state } = conversation;
  const { language, page } = state;
  return {
    thread,
    visitor: { id: visitor, name: nameOf(visitor), site, language, page },
  };
}

/** @returns whether there are any */
async function addWords(
  { store }: Parts,
  task: DeskTask,
  id: string,
  { conversation: { id: conversation, state } }: Loaded,
  round: number,
): Promise<boolean> {
  const message = await store.message(conversation, id);
  if (!message || message.deleted) return false;
  const { author, text, choices } = message;
  if (round === state.round && !state.hasWords) task.isFirst = true;
  // A choice that the visitor pressed is told by its title, which is the text.
  task.message = { author, text, ...(choices && author.kind === 'bot' ? { choices } : {}) };
  return true;
}

/** @param which a message by its number, or by its id */
async function wordsOf(store: Parts['store'], conversation: string, which: number | string): Promise<string> {
  if (typeof which === 'string') return textOf(await store.message(conversation, which));
  const [event] = await store.events(conversation, which - 1, 1);
  return event?.kind === 'message' ? textOf(event.message) : '';
}

const textOf = (message: { text: string; deleted?: boolean | undefined } | undefined): string =>
  message && !message.deleted ? message.text : '';
