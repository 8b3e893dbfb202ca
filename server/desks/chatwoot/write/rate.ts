import { z } from 'zod';
import type { DeskOp, DeskTask, Outcome } from '../../desk.ts';
import type { Answer } from '../http/answer.ts';
import { readRange } from '../http/calls.ts';
import { Anything, Inbox, Message } from '../http/shapes.ts';
import type { Provisioned, Shared } from '../shared.ts';
import { ratingKeyOf, sourceOf } from '../source-id.ts';
import { outcomeOf, outcomeOfLookUp, stillUnknown } from './outcome.ts';
import { storable } from './text.ts';

/*
 * Chatwoot counts a rating as the answer to a message of the kind `input_csat`, for the person who is assigned when it is
 * rated first. The bot writes one a thread, and the visitor answers it over the public API, as themselves: by the other
 * APIs the answer is kept and not counted.
 * @see chatwoot/chatwoot app/listeners/csat_survey_listener.rb
 */

type Rate = Extract<DeskOp, { kind: 'rate' }>;
type Which = Pick<DeskTask, 'thread' | 'feedback'>;

/** What people at the desk read above the stars. */
const question = 'Was this solved?';

const Answered = z.object({
  submitted_values: z.object({
    csat_survey_response: z.object({ rating: z.number(), feedback_message: z.string().nullish() }),
  }),
});

/** Writes the question where it is not there yet, and its answer. Repeating it changes nothing. */
export async function rate(
  shared: Shared,
  provisioned: Provisioned,
  { thread, feedback }: Which,
  { stars }: Rate,
  number: number,
): Promise<Outcome> {
  const { api } = shared;
  const inbox = await api.ask({ method: 'GET', path: `inboxes/${provisioned.inbox}`, answer: Inbox });
  if (!inbox.ok) return outcomeOfLookUp(inbox);
  const { channel_type: channel, inbox_identifier: identifier } = inbox.body;
  if (channel !== 'Channel::Api' || !identifier)
    return { result: 'done', note: 'the inbox has no public API, so the rating stands in the note alone' };
  const asked = await ask(shared, thread.source, number);
  if ('result' in asked) return asked;
  const csat_survey_response = { rating: stars, feedback_message: storable(feedback ?? '') };
  const visitor = `/public/api/v1/inboxes/${identifier}/contacts/${thread.source}`;
  const rated = await api.ask({
    method: 'PATCH',
    path: `${visitor}/conversations/${number}/messages/${asked.id}`,
    body: { submitted_values: { csat_survey_response } },
    as: 'nobody',
    answer: Anything,
  });
  if (rated.ok) return { result: 'done' };
  const { status, why } = rated;
  // A proxy that lets nobody to the public API must not keep what waits behind this from the desk.
  if (status !== null && status >= 400 && status < 500 && status !== 429)
    return { result: 'done', note: `the desk did not count the rating, which stands in the note alone (${why})` };
  return outcomeOf(rated);
}

/** The question: the one that is there, or a new one. */
async function ask(shared: Shared, thread: string, number: number): Promise<{ id: number } | Outcome> {
  const before = await findQuestion(shared, thread, number);
  if (!before.ok) return outcomeOf(before);
  if (before.body) return { id: before.body.id };
  const source_id = sourceOf(shared.installation, ratingKeyOf(thread));
  const body = { content: question, message_type: 'outgoing', content_type: 'input_csat', source_id };
  const path = `conversations/${number}/messages`;
  const made = await shared.api.ask({ method: 'POST', path, body, as: 'bot', answer: Message });
  if (made.ok) return { id: made.body.id };
  if (made.result !== 'refused' || made.gone) return outcomeOf(made);
  // Chatwoot answers 422 to whatever goes wrong, even after it has kept the message.
  const kept = await findQuestion(shared, thread, number);
  return kept.ok && kept.body ? { id: kept.body.id } : outcomeOf(made);
}

async function findQuestion(
  { api, installation }: Shared,
  thread: string,
  number: number,
): Promise<Answer<Message | undefined>> {
  const rows = await readRange(api, number, 1);
  if (!rows.ok) return rows;
  const source = sourceOf(installation, ratingKeyOf(thread));
  return { ...rows, body: rows.body.find((row) => row.source_id === source) };
}

/** Whether the question has this answer: what became of a rating in doubt. */
export async function findRating(
  shared: Shared,
  { thread, feedback }: Which,
  { stars }: Rate,
  number: number,
): Promise<Outcome | 'absent'> {
  const found = await findQuestion(shared, thread.source, number);
  if (!found.ok) return found.gone ? { result: 'refused', why: found.why, gone: true } : stillUnknown(found);
  const answer = Answered.safeParse(found.body?.content_attributes).data?.submitted_values.csat_survey_response;
  const isSame = answer?.rating === stars && (answer.feedback_message ?? '') === storable(feedback ?? '');
  return isSame ? { result: 'done' } : 'absent';
}
