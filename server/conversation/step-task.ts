import type { DeskTask, DeskThread } from '../desks/desk.ts';
import type { Store, Work } from '../stores/store.ts';
import type { Loaded } from './draft.ts';
import { quoted, summed } from './note-text.ts';

/**
 * A step for the desk with what it points at, read just before it leaves: a deletion in the meantime catches it.
 * @param nameOf what people at the desk call the visitor
 * @returns undefined where what it points at is gone: there is nothing to say any more
 */
export async function stepTask(
  store: Pick<Store, 'message'>,
  nameOf: (visitor: string) => string,
  { conversation }: Loaded,
  row: Work,
  thread: DeskThread,
): Promise<DeskTask | undefined> {
  if (row.task.lane !== 'desk') return undefined;
  const { op } = row.task;
  const { id, visitor, site, state } = conversation;
  const task: DeskTask = {
    op,
    thread,
    visitor: { id: visitor, name: nameOf(visitor), site, language: state.language, page: state.page },
    sentAt: row.sentAt,
  };
  if (op.kind === 'say') {
    const message = await store.message(id, op.message);
    if (!message || message.deleted) return undefined;
    const { author, text, choices } = message;
    if (row.task.round === state.round && !state.hasWords) task.isFirst = true;
    // A choice that the visitor pressed is told by its title, which is the text.
    task.message = { author, text, ...(choices && author.kind === 'bot' ? { choices } : {}) };
  } else if (op.kind === 'note') {
    const note = state.notes[op.note];
    if (!note) return undefined;
    const quote = note.quote ? await store.message(id, note.quote) : undefined;
    task.note =
      note.text +
      (note.told ?? '') +
      (quote && !quote.deleted && quote.text ? quoted(quote.text) : '') +
      (note.summary ? summed(note.summary) : '');
  }
  return task;
}
