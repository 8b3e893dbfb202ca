import { createHash } from 'node:crypto';
import type { DeskRef, DeskTask, Outcome } from '../../desk.ts';
import { conversationsOf, setStatus } from '../http/calls.ts';
import { outcomeOf, outcomeOfLookUp } from './outcome.ts';
import type { Provisioned, Shared } from '../shared.ts';
import { ContactFound, ContactMade, ContactsFound, Conversation } from '../http/shapes.ts';
import { stateOf } from '../read/state.ts';
import { nameOf } from './text.ts';
import type { Answer, Failure } from '../http/answer.ts';
import { attributeKey } from '../attributes.ts';

/*
 * A round is a contact inbox of its own, with the thread's secret source: so making its conversation is idempotent in an
 * inbox that keeps to a single one, and elsewhere it is looked for first. The visitor is one contact for all rounds,
 * known by an identifier that tells nothing about them. No address or number is ever sent: Chatwoot would join contacts
 * by it, unproved.
 */

/** The longest value an attribute of a conversation may have, in characters. */
const longestValue = 1_500;

export async function begin(shared: Shared, provisioned: Provisioned, task: DeskTask): Promise<Outcome> {
  const looked = provisioned.single ? undefined : await findBySource(shared, provisioned, task.thread.source);
  if (looked && !looked.ok) return outcomeOf(looked);
  if (looked?.body) return began(looked.body);

  const contact = await findContact(shared, provisioned, task);
  if (!contact.ok) {
    if (contact.gone) shared.inboxGone();
    // Nothing is lost by asking again: the next try finds the contact there is.
    return outcomeOfLookUp(contact);
  }
  const made = await makeConversation(shared, provisioned, task, contact.body);
  if (!made.ok) {
    if (!made.gone) return outcomeOf(made);
    shared.inboxGone(); // there is no thread yet that could be over: it is begun again, perhaps elsewhere
    return outcomeOfLookUp(made);
  }
  const fresh = made.body.status === 'open' && !made.body.last_non_activity_message && !made.body.meta.assignee;
  if (fresh) {
    // No bot was connected, and what was asked for was not kept: until people are wanted, nobody is to see it.
    const quiet = await setStatus(shared.api, made.body.id, 'pending');
    if (!quiet.ok) return outcomeOf(quiet);
    return began({ ...made.body, status: 'pending' });
  }
  return began(made.body);
}

export function began(conversation: Conversation): Outcome {
  const ref: DeskRef = { number: conversation.id, uuid: conversation.uuid };
  return { result: 'done', ref, state: stateOf(conversation) };
}

/** The conversation of a thread; undefined where none was made. */
export async function findBySource(
  { api }: Shared,
  provisioned: Provisioned,
  source: string,
): Promise<Answer<Conversation | undefined>> {
  const found = await conversationsOf(api, provisioned.inbox, source);
  return found.ok ? { ...found, body: found.body[0] } : found;
}

/** @returns the number of the visitor's contact, which is made where there is none */
async function findContact(shared: Shared, provisioned: Provisioned, task: DeskTask): Promise<Answer<number>> {
  const { api } = shared;
  const { source } = task.thread;
  const identifier = identifierOf(shared.installation, task.visitor.id);
  const ours = { inbox_id: provisioned.inbox, source_id: source };
  const bySource = await api.ask({
    method: 'POST',
    path: 'contact_inboxes/filter',
    body: ours,
    answer: ContactFound,
    looksUp: true,
    emptyMeansNone: true,
  });
  if (bySource.ok) return { ...bySource, body: bySource.body.id };
  if (!bySource.none) return bySource;
  const body = { ...ours, identifier, name: nameOf(task.visitor.name) };
  const made = await api.ask({ method: 'POST', path: 'contacts', body, answer: ContactMade });
  if (made.ok) return { ...made, body: made.body.payload.contact.id };
  if (!made.fields?.includes('identifier')) return made;
  return (await findByIdentifier(shared, identifier)) ?? made;
}

/** The filter leaves out some contacts that have nothing but an identifier; the search, which is limited, does not. */
async function findByIdentifier({ api }: Shared, identifier: string): Promise<Answer<number> | undefined> {
  const only = { attribute_key: 'identifier', filter_operator: 'equal_to', values: [identifier], query_operator: null };
  const asks = [
    { method: 'POST', path: 'contacts/filter', body: { payload: [only] }, answer: ContactsFound, looksUp: true },
    { method: 'GET', path: 'contacts/search', query: { q: identifier }, answer: ContactsFound },
  ] as const;
  let failure: Failure | undefined;
  for (const ask of asks) {
    const found = await api.ask(ask);
    if (!found.ok) failure = found;
    const contact = found.ok ? found.body.payload.find((one) => one.identifier === identifier) : undefined;
    if (found.ok && contact) return { ...found, body: contact.id };
  }
  return failure;
}

function makeConversation(
  { api }: Shared,
  provisioned: Provisioned,
  task: DeskTask,
  contact: number,
): Promise<Answer<Conversation>> {
  const { site, language, page } = task.visitor;
  const url = page && /^https?:/.test(page.url) ? page.url.slice(0, longestValue) : undefined;
  const body = {
    inbox_id: provisioned.inbox,
    contact_id: contact, // without it Chatwoot takes any contact with this source, even another account's
    source_id: task.thread.source,
    status: 'pending',
    additional_attributes: { browser_language: language, ...(url === undefined ? {} : { referer: url }) },
    custom_attributes: {
      [attributeKey('site')]: site,
      [attributeKey('language')]: language,
      ...(url === undefined ? {} : { [attributeKey('page')]: url }),
    },
  };
  return api.ask({ method: 'POST', path: 'conversations', body, answer: Conversation });
}

/** Tells nothing about the visitor, and is the same for all of their conversations. */
function identifierOf(installation: string, visitor: string): string {
  const hash = createHash('sha256').update(`${installation} ${visitor}`).digest('base64url').slice(0, 24);
  return `baton:${installation}:${hash}`;
}
