import { shortName } from '../../../short-name.ts';
import type { DeskEvent, DeskState, DeskThread, Reading, ReadOptions, Words } from '../../desk.ts';
import { readConversation, readNewest, readRange, type Skipped } from '../http/calls.ts';
import { fileOf } from './files.ts';
import type { Place, Shared } from '../shared.ts';
import type { Lane } from '../http/queue.ts';
import { Inbox, type Conversation, type Message } from '../http/shapes.ts';
import { stateIn } from './people.ts';
import { agentOf, isPublic, isAnother } from './state.ts';
import { spoken } from './agent-text.ts';
import type { Answer } from '../http/answer.ts';
import { keyIn } from '../source-id.ts';

/** Rows become visible out of order: the cursor waits for those younger than this, milliseconds of the desk's clock. */
const trailsMs = 60_000;
/** So many are read again for the sake of deletions. */
const deepRows = 50;
/** After this long a message counts as failed before a delivery that arrived, milliseconds: the desk waits 5 s. */
const deliveryMs = 10_000;

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
  const place = shared.place();
  if (thread.home !== shared.home()) return { result: 'gone' };
  if (!place) return { result: 'away', why: 'the desk is not set up yet' };
  const number = thread.ref?.['number'];
  if (typeof number !== 'number') return { result: 'away', why: 'the thread is not at the desk yet' };

  // What is only read again for the sake of deletions waits for all else.
  const lane = deep ? 'reading' : 'words';
  const read = (cursor: number) => readWords(shared, shortName(thread.conversation), number, cursor, ids, deep, lane);
  const isKnown = () => shared.verified.has(thread.source);
  const beside = isKnown() ? read(thread.cursor) : undefined;
  const early = tellEarly && asLongAs(tellEarly, isKnown);
  // Ids that the cursor has passed may be those of a restored desk, and the number another visitor's: nothing early then.
  if (early && !deep && [...ids].every((id) => id > thread.cursor)) {
    void beside?.then((words) => words.ok && early.tell(words.body));
  }
  using _early = early;
  const conversation = await readConversation(shared.api, number, lane);
  if (!conversation.ok) {
    if (conversation.gone) early?.[Symbol.dispose]();
    await beside;
    return conversation.gone ? confirmGone(shared, place, number) : { result: 'away', why: conversation.why };
  }
  if (isAnother(conversation.body, place, { thread })) return { result: 'gone' };
  shared.verified.add(thread.source);
  const state = await stateIn(shared, place, conversation.body, lane);
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
  a.status === b.status && a.assignee?.key === b.assignee?.key && a.team?.key === b.team?.key;

/** The newest message that the desk tells of a conversation; infinite where it tells of none. */
function newestIn({ messages, last_non_activity_message: last }: Conversation): number {
  const ids = [...(messages ?? []), ...(last ? [last] : [])].map(({ id }) => id);
  return ids.length === 0 ? Infinity : Math.max(...ids);
}

/** What was said, with the newest message of any kind. */
async function readWords(
  shared: Shared,
  conversation: string,
  number: number,
  cursor: number,
  ids: ReadonlySet<number>,
  deep: boolean,
  lane: Lane,
): Promise<Answer<Words & { newest: number }>> {
  const skipped = ({ message, why }: Skipped) => {
    if (!shared.isNew(`${number} ${message}`)) return;
    shared.log.warn(
      { conversation, desk: number, message, why },
      'a message at the desk cannot be read; it is left out',
    );
  };
  const rows = await readRows(shared, number, cursor, ids, deep, lane, skipped);
  if (!rows.ok) return rows;
  for (const row of rows.body) {
    if (timeOf(row) === undefined) skipped({ message: row.id, why: 'its time is none' });
  }
  const old = rows.body.filter((row) => (timeOf(row) ?? Infinity) <= rows.at - trailsMs);
  const words = {
    events: rows.body.flatMap((row) => eventOf(shared, row)),
    cursor: Math.max(cursor, ...old.map(({ id }) => id)),
    newest: rows.body.at(-1)?.id ?? 0,
  };
  return { ...rows, body: words };
}

async function readRows(
  { api }: Shared,
  number: number,
  cursor: number,
  ids: ReadonlySet<number>,
  deep: boolean,
  lane: Lane,
  skipped: (row: Skipped) => void,
): Promise<Answer<Message[]>> {
  const rows = await readRange(api, number, Math.min(cursor + 1, ...ids), undefined, lane, skipped);
  if (!rows.ok || !deep) return rows;
  const newest = await readNewest(api, number, deepRows, lane);
  if (!newest.ok) return newest;
  const all = new Map([...newest.body, ...rows.body].map((row) => [row.id, row]));
  return { ...rows, body: [...all.values()].sort((a, b) => a.id - b.id) };
}

/** Over only when the desk says so twice, and the inbox is still there: a token that lost its rights looks alike. */
async function confirmGone({ api, inboxGone }: Shared, place: Place, number: number): Promise<Reading> {
  const inbox = await api.ask({ method: 'GET', path: `inboxes/${place.inbox}`, answer: Inbox, lane: 'reading' });
  if (!inbox.ok) {
    if (inbox.gone) inboxGone();
    return { result: 'away', why: inbox.why };
  }
  const again = await readConversation(api, number, 'reading');
  if (again.ok) return { result: 'away', why: 'the thread was not there, and is again' };
  return again.gone ? { result: 'gone' } : { result: 'away', why: again.why };
}

/** Milliseconds since 1970, from 2000 to 2100: what is no sane time would be shown to visitors, and no panel draws it. */
function timeOf({ created_at }: Message): number | undefined {
  const at = Math.round((created_at ?? 0) * 1_000);
  return at >= 946_684_800_000 && at <= 4_102_444_800_000 ? at : undefined;
}

/**
 * What a message means to the visitor: nothing, if it is a note, an activity, a survey, another bot's, or empty. What
 * the token's own user writes at the desk is a person's word like any other.
 */
export function eventOf(shared: Pick<Shared, 'installation' | 'lastDelivery'>, row: Message): DeskEvent[] {
  const { id, message_type: type, sender } = row;
  const at = timeOf(row);
  const key = keyIn(shared.installation, row.source_id);
  const failed = row.status === 'failed' && shared.lastDelivery() > (at ?? Infinity) + deliveryMs;
  if (key !== undefined && !row.content_attributes?.deleted) return [{ kind: 'ours', id, key, failed }];
  if (at === undefined) return [];
  if (row.content_attributes?.deleted) return !isPublic(row) || type === 2 ? [] : [{ kind: 'deleted', id, at }];
  if (!isPublic(row) || type === 0 || type === 2 || row.content_type === 'input_csat') return [];
  const text = spoken(row.content ?? '');
  const files = (row.attachments ?? []).flatMap(fileOf);
  if (text.trim() === '' && files.length === 0) return [];
  if (type === 1 && sender?.type === 'user')
    return [{ kind: 'said', id, agent: agentOf(sender), text, files, at, failed }];
  if (sender && sender.type !== 'user') return [];
  return text.trim() === '' ? [] : [{ kind: 'system', id, text, at }];
}
