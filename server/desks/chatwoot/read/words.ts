import { readBotNote } from '../../bot-note.ts';
import type { DeskEvent, Words } from '../../desk.ts';
import type { Answer } from '../http/answer.ts';
import { readNewest, readRange, type Skipped } from '../http/calls.ts';
import type { Priority } from '../http/queue.ts';
import type { Message } from '../http/shapes.ts';
import type { Shared } from '../shared.ts';
import { keyIn } from '../source-id.ts';
import { spoken } from './agent-text.ts';
import { fileOf } from './files.ts';
import { agentOf, isPublic } from './state.ts';

/** Rows become visible out of order: the cursor waits for those younger than this, milliseconds of the desk's clock. */
const trailsMs = 60_000;
/** So many are read again for the sake of deletions. */
const deepRows = 50;
/** After this long a message counts as failed before a delivery that arrived, milliseconds: the desk waits 5 s. */
const deliveryMs = 10_000;

/** Which words of a conversation are read. */
export interface WhichWords {
  /** The relay's short name of it, for the log. */
  conversation: string;
  /** The desk's number of it. */
  number: number;
  /** From the message after this one on. */
  cursor: number;
  /** These messages, too. */
  ids: ReadonlySet<number>;
  /** The newest 50, too. */
  deep: boolean;
  priority: Priority;
}

/** What was said, with the newest message of any kind. */
export async function readWords(shared: Shared, which: WhichWords): Promise<Answer<Words & { newest: number }>> {
  const { conversation, number, cursor } = which;
  const skipped = ({ message, why }: Skipped) => {
    shared.throttle(`message ${number} ${message}`, Infinity, () =>
      shared.log.warn(
        { conversation, desk: number, message, why },
        'a message at the desk cannot be read; it is left out',
      ),
    );
  };
  const rows = await readRows(shared, which, skipped);
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
  { number, cursor, ids, deep, priority }: WhichWords,
  skipped: (row: Skipped) => void,
): Promise<Answer<Message[]>> {
  const rows = await readRange(api, number, Math.min(cursor + 1, ...ids), undefined, priority, skipped);
  if (!rows.ok || !deep) return rows;
  const newest = await readNewest(api, number, deepRows, priority);
  if (!newest.ok) return newest;
  const all = new Map([...newest.body, ...rows.body].map((row) => [row.id, row]));
  return { ...rows, body: [...all.values()].sort((a, b) => a.id - b.id) };
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
  if (key !== undefined && !row.content_attributes?.deleted) {
    const word = at === undefined ? undefined : wordOf(row, at);
    return [{ kind: 'ours', id, key, failed, ...(word ? { word } : {}) }];
  }
  if (at === undefined) return [];
  if (row.content_attributes?.deleted) return !isPublic(row) || type === 2 ? [] : [{ kind: 'deleted', id, at }];
  const words = isNoteOf(row) ? readBotNote(spoken(row.content ?? '')) : undefined;
  if (words !== undefined) return [{ kind: 'gaveBack', id, words, at }];
  if (!isPublic(row) || type === 0 || type === 2 || row.content_type === 'input_csat') return [];
  const text = spoken(row.content ?? '');
  const files = (row.attachments ?? []).flatMap(fileOf);
  if (text.trim() === '' && files.length === 0) return [];
  if (type === 1 && sender?.type === 'user')
    return [{ kind: 'said', id, agent: agentOf(sender), text, files, at, failed }];
  if (sender && sender.type !== 'user') return [];
  return text.trim() === '' ? [] : [{ kind: 'system', id, text, at }];
}

const isNoteOf = ({ private: isNote, message_type: type, sender }: Message): boolean =>
  isNote === true && type === 1 && sender?.type === 'user';

/** What a message of ours says; undefined for what is no word of a visitor or bot, as the question of a rating. */
function wordOf({ message_type: type, content, ...row }: Message, at: number) {
  if (!isPublic(row) || (type !== 0 && type !== 1) || row.content_type === 'input_csat' || !content) return undefined;
  return { by: type === 0 ? ('visitor' as const) : ('bot' as const), text: content, at };
}
