import { shortName } from '../../../short-name.ts';
import type { DeskState, DeskThread, Reading, ReadOptions, Words } from '../../desk.ts';
import { readConversation } from '../http/calls.ts';
import type { Provisioned, Shared } from '../shared.ts';
import { Inbox, type Conversation } from '../http/shapes.ts';
import { stateIn } from './people.ts';
import { isAnother } from './state.ts';
import { readOther } from './other-conversation.ts';
import { readWords } from './words.ts';

/**
 * Reads what was said in a thread, and beside it who has it. Where the thread was not verified lately, who has it comes
 * first: the number may be somebody else's. A state that is news is believed only with the words that were there after
 * it: so it is never ahead of those that led to it.
 */
export async function readThread(
  shared: Shared,
  thread: DeskThread,
  ids: ReadonlySet<number>,
  { deep = false, believed = null, early: tellEarly }: ReadOptions = {},
): Promise<Reading> {
  const provisioned = shared.provisioned();
  if (thread.home !== shared.home()) return { result: 'gone' };
  if (!provisioned) return { result: 'away', why: 'the desk is not set up yet' };
  const number = thread.ref?.['number'];
  if (typeof number !== 'number') return { result: 'away', why: 'the thread is not at the desk yet' };

  // What is only read again for the sake of deletions waits for all else.
  const priority = deep ? 'background' : 'hear';
  const which = { conversation: shortName(thread.conversation), number, ids, deep, priority } as const;
  const other = await readOther(shared, provisioned, thread, { ...which, cursor: thread.cursor });
  if (other) return other;
  const read = (cursor: number) => readWords(shared, { ...which, cursor });
  const isKnown = () => shared.verified.has(thread.source);
  const beside = isKnown() ? read(thread.cursor) : undefined;
  const early = tellEarly && asLongAs(tellEarly, isKnown);
  // Ids that the cursor has passed may be those of a restored desk, and the number another visitor's: nothing early then.
  if (early && !deep && [...ids].every((id) => id > thread.cursor)) {
    void beside?.then((words) => words.ok && early.tell(words.body));
  }
  using _early = early;
  const conversation = await readConversation(shared.api, number, priority);
  if (!conversation.ok) {
    if (conversation.gone) early?.[Symbol.dispose]();
    await beside;
    return conversation.gone ? confirmGone(shared, provisioned, number) : { result: 'away', why: conversation.why };
  }
  if (isAnother(conversation.body, provisioned, { thread })) return { result: 'gone' };
  shared.verified.add(thread.source);
  const state = await stateIn(shared, provisioned, conversation.body, priority);
  if (!state.ok) return { result: 'away', why: state.why };
  // A desk that was restored from a backup gives its ids again.
  const cursor = newestIn(conversation.body) < thread.cursor ? 0 : thread.cursor;
  const isEnough = cursor === thread.cursor && believed !== null && isAlike(state.body, believed);
  const first = await beside;
  const words = first && (isEnough || !first.ok) ? first : await read(cursor);
  if (!words.ok) return { result: 'away', why: words.why };
  const { newest, ...said } = words.body;
  shared.reads.saw(thread.source, newest);
  return { result: 'read', ...said, state: state.body };
}

/** Tells words while that holds, and never once it was disposed of: a reading that has ended says all that there is. */
function asLongAs(tell: (words: Words) => void, holds: () => boolean): Disposable & { tell(words: Words): void } {
  let hasEnded = false;
  return {
    tell(words) {
      if (!hasEnded && holds()) tell(words);
    },
    [Symbol.dispose]: () => void (hasEnded = true),
  };
}

const isAlike = (a: DeskState, b: DeskState): boolean =>
  a.status === b.status &&
  a.assignee?.key === b.assignee?.key &&
  a.team?.key === b.team?.key &&
  (a.until ?? null) === (b.until ?? null);

/** The newest message that the desk tells of a conversation; infinite where it tells of none. */
function newestIn({ messages, last_non_activity_message: last }: Conversation): number {
  const ids = [...(messages ?? []), ...(last ? [last] : [])].map(({ id }) => id);
  return ids.length === 0 ? Infinity : Math.max(...ids);
}

/** Over only when the desk says so twice, and the inbox is still there: a token that lost its rights looks alike. */
async function confirmGone({ api, inboxGone }: Shared, provisioned: Provisioned, number: number): Promise<Reading> {
  const inbox = await api.ask({
    method: 'GET',
    path: `inboxes/${provisioned.inbox}`,
    answer: Inbox,
    priority: 'background',
  });
  if (!inbox.ok) {
    if (inbox.gone) inboxGone();
    return { result: 'away', why: inbox.why };
  }
  const again = await readConversation(api, number, 'background');
  if (again.ok) return { result: 'away', why: 'the thread was not there, and is again' };
  return again.gone ? { result: 'gone' } : { result: 'away', why: again.why };
}
