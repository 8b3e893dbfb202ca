import { z } from 'zod';
import { RelayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { DeskEraser, DeskThread, Erased } from '../desk.ts';
import { readAddress, type Address } from './http/address.ts';
import { openApi, type Api } from './http/api.ts';
import type { Answer, Failure } from './http/answer.ts';
import { readRange } from './http/calls.ts';
import { Anything, Conversation } from './http/shapes.ts';
import { settingsPrefix, type Saved } from './setup/saved.ts';
import type { Settings } from './options.ts';

/*
 * Takes back what Chatwoot was told of a visitor: the conversations of our threads, then the contact, where nobody made
 * more of it than we did. Deleting either needs an administrator's token; with another one the words are blanked, one by
 * one, and the rest is told to the operator. Chatwoot deletes in the background: it may take it a minute.
 */

const Found = Conversation.extend({
  meta: Conversation.shape.meta.extend({ sender: z.object({ id: z.number().int() }) }),
});
type Found = z.infer<typeof Found>;
const ListedBySource = z.object({ data: z.object({ payload: z.array(Found) }) });
const Contact = z.object({ payload: z.object({ identifier: z.string().nullish() }) });
const ContactsConversations = z.object({ payload: z.array(z.object({ id: z.number().int() })) });

interface Options {
  url: string;
  account: number;
  token: string;
  settings: Pick<Settings, 'get'> & { list(prefix: string): Promise<{ name: string; value: string }[]> };
  log: Log;
  /** How long one request may take, milliseconds. */
  totalMs?: number;
}

function addressOf(url: string): Address {
  const address = readAddress(url);
  if (!address) throw new RelayError('the address of the desk is no URL', { remedy: 'set CHATWOOT_URL' });
  return address;
}

/** Where threads are at one account of one desk (`DeskThread.home`), with the number of the inbox. */
export async function homesAt({
  url,
  account,
  list,
}: Pick<Options, 'url' | 'account'> & Pick<Options['settings'], 'list'>): Promise<Pick<Saved, 'home' | 'inbox'>[]> {
  const rows = await list(`${settingsPrefix(addressOf(url), account)} `);
  // What was handed over to another bot is empty. Written by `loadSaved`, and by nobody else.
  return rows.flatMap(({ value }) => (value === '' ? [] : [JSON.parse(value) as Saved]));
}

/** @throws {RelayError} where the address is no URL */
export async function openChatwootEraser(options: Options): Promise<DeskEraser> {
  const { url, account, token, settings, log, totalMs } = options;
  const address = addressOf(url);
  const homes = await homesAt({ url, account, list: settings.list });
  const installation = await settings.get('chatwoot installation');
  const api = openApi({
    address,
    account,
    token,
    log,
    now: Date.now,
    ...(totalMs === undefined ? {} : { totalMs }),
  });
  return {
    erase: (threads) =>
      eraseThreads({ api, inboxOf: (home) => homes.find((one) => one.home === home)?.inbox, installation }, threads),
    [Symbol.asyncDispose]: () => api.close(),
  };
}

interface Parts {
  api: Api;
  inboxOf(home: string): number | undefined;
  installation: string | undefined;
}

/** What the desk could not be asked for now. */
class Away extends Error {}

async function eraseThreads(parts: Parts, threads: readonly DeskThread[]): Promise<Erased> {
  const left: string[] = [];
  const removed: string[] = [];
  const contacts = new Set<number>();
  const erased = new Set<number>();
  try {
    for (const thread of threads) {
      const number = thread.ref?.['number'];
      const inbox = parts.inboxOf(thread.home);
      if (inbox === undefined) {
        if (number !== undefined) {
          left.push(`conversation ${number} is at another desk or in an inbox of before: delete it there by hand`);
        }
        continue;
      }
      for (const found of await findConversations(parts, inbox, thread)) {
        contacts.add(found.meta.sender.id);
        const what = await deleteConversation(parts, found.id);
        erased.add(found.id);
        if (what === 'deleted') {
          removed.push(`conversation ${found.id}`);
        } else {
          removed.push(`the words of conversation ${found.id}`);
          left.push(`conversation ${found.id} stands there without words: an administrator may delete it`);
        }
      }
    }
    for (const contact of contacts) {
      const why = await deleteContact(parts, contact, erased);
      if (why === undefined) removed.push(`contact ${contact}`);
      else left.push(`contact ${contact} ${why}`);
    }
    return { result: 'done', removed, left };
  } catch (error) {
    if (error instanceof Away) return { result: 'away', why: error.message };
    throw error;
  }
}

/**
 * All conversations of a thread that are still there: the one that is known, and what else stands under its source. Each
 * has to prove itself: a desk that does not look at what is asked for would list everybody's.
 */
async function findConversations({ api }: Parts, inbox: number, thread: DeskThread): Promise<Found[]> {
  const { source, ref } = thread;
  const query = { inbox_id: inbox, source_id: source, status: 'all' };
  const listed = await api.ask({ method: 'GET', path: 'conversations', query, answer: ListedBySource });
  const bySource = (there(listed)?.data.payload ?? []).filter(
    (one) => one.uuid === ref?.['uuid'] || isUnder(one, source),
  );
  const number = ref?.['number'];
  if (number === undefined || bySource.some(({ id }) => id === number)) return bySource;
  const known = there(await api.ask({ method: 'GET', path: `conversations/${number}`, answer: Found }));
  // The number may be somebody else's by now: the desk may have been restored from a backup.
  return known && known.uuid === ref?.['uuid'] ? [...bySource, known] : bySource;
}

const isUnder = ({ messages, last_non_activity_message }: Found, source: string): boolean =>
  [...(messages ?? []), last_non_activity_message].some(
    (message) => message?.conversation?.contact_inbox?.source_id === source,
  );

async function deleteConversation({ api }: Parts, number: number): Promise<'deleted' | 'blanked'> {
  const answer = await api.ask({ method: 'DELETE', path: `conversations/${number}`, answer: Anything });
  if (answer.ok || answer.gone) return 'deleted';
  if (answer.denied !== 'action') throw new Away(answer.why);
  const rows = there(await readRange(api, number, 1)) ?? [];
  for (const { id, message_type, content_attributes } of rows) {
    if (message_type === 2 || content_attributes?.deleted) continue;
    there(await api.ask({ method: 'DELETE', path: `conversations/${number}/messages/${id}`, answer: Anything }));
  }
  return 'blanked';
}

/**
 * @param erased conversations that were erased just now: Chatwoot may still list them
 * @returns why it is left; undefined where it is gone
 */
async function deleteContact(
  { api, installation }: Parts,
  id: number,
  erased: ReadonlySet<number>,
): Promise<string | undefined> {
  const contact = there(await api.ask({ method: 'GET', path: `contacts/${id}`, answer: Contact }));
  if (!contact) return undefined;
  if (!contact.payload.identifier?.startsWith(`baton:${installation}:`)) {
    return 'was joined with a person whom the desk knows from elsewhere: look at it by hand';
  }
  const path = `contacts/${id}/conversations`;
  const others = there(await api.ask({ method: 'GET', path, answer: ContactsConversations }))?.payload ?? [];
  const other = others.find((one) => !erased.has(one.id));
  if (other) return `has other conversations there, such as ${other.id}`;
  const answer = await api.ask({ method: 'DELETE', path: `contacts/${id}`, answer: Anything });
  if (answer.ok || answer.gone) return undefined;
  if (answer.denied === 'action') return 'is to be deleted by an administrator';
  if (answer.result === 'refused') return 'could not be deleted, perhaps because it counts as online: try again later';
  throw new Away(answer.why);
}

/** @returns undefined where there is no such thing any more; @throws {Away} where that could not be found out */
function there<T>(answer: Answer<T>): T | undefined {
  if (answer.ok) return answer.body;
  if ((answer satisfies Failure).gone) return undefined;
  throw new Away(answer.why);
}
