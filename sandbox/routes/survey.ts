import type { Router } from 'express';
import { endpoint, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Json, Message, Rating } from '../model.ts';
import { ratingOf, submit, surveyOf } from '../ratings.ts';
import { contact as contactShape } from '../shapes/contact.ts';
import { agent } from '../shapes/people.ts';
import { asId, asObject, iso, seconds } from '../values.ts';

const perPage = 25;

/** The survey, answered without a token by whoever knows the conversation's uuid. @see the recordings of scenes 15 and 27 */
export function surveys(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const path = '/public/api/v1/csat_survey/:uuid';
  /** The first question of a conversation; the others are rated by their own id. */
  const surveyIn = (call: Call) => {
    const found = state.all('conversation').find((each) => each.uuid === call.params['uuid']);
    const message = found && state.messagesOf(found.id).find((each) => each.content_type === 'input_csat');
    const inbox = state.get('inbox', found?.inbox_id);
    if (!found || !message || !inbox) throw refuse.publicNotFound();
    return { conversation: found, message, inbox };
  };
  const show = (call: Call, rated: Json | null) => {
    const { conversation, message, inbox } = surveyIn(call);
    const { display_type, message: content } = surveyOf(inbox);
    return {
      id: message.id,
      csat_survey_response: rated,
      display_type,
      content,
      inbox_avatar_url: '',
      inbox_name: inbox.name,
      locale: 'en',
      conversation_id: conversation.id,
      created_at: iso(message.created_at),
    };
  };
  const rated = (message: Message): Json | null => {
    const found = ratingOf(state.all('rating'), message);
    return found ? raw(found, state.get('conversation', found.conversation_id)?.contact_id ?? null) : null;
  };
  const rate = endpoint(parts, 'anyone', (call) => {
    const { message } = surveyIn(call);
    const before = rated(message);
    submit(desk, message, asObject(asObject(call.body['message'])['submitted_values']));
    return show(call, before); // the rating is written by a background job: the answer still shows the old one
  });
  router.get(
    path,
    endpoint(parts, 'anyone', (call) => show(call, rated(surveyIn(call).message))),
  );
  router.put(path, rate);
  router.patch(path, rate);
}

/** The record with all its columns. */
const raw = ({ created_at, updated_at, ...found }: Rating, contact_id: number | null): Json => ({
  ...found,
  account_id: 1,
  contact_id,
  created_at: iso(created_at),
  updated_at: iso(updated_at),
  csat_review_notes: null,
  review_notes_updated_at: null,
  review_notes_updated_by_id: null,
});

/** What the administrators read of it. @see the recordings of scenes 27 and 35 */
export function surveyReports(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const path = '/api/v1/accounts/:account/csat_survey_responses';
  const row = (found: Rating): Json => {
    const conversation = state.get('conversation', found.conversation_id);
    const user = state.get('user', found.assigned_agent_id);
    return {
      id: found.id,
      rating: found.rating,
      feedback_message: found.feedback_message,
      account_id: 1,
      message_id: found.message_id,
      csat_review_notes: null,
      review_notes_updated_at: null,
      contact: conversation ? contactShape(desk.contactOf(conversation)) : null,
      conversation_id: found.conversation_id,
      ...(user ? { assigned_agent: agent(user, desk.statusOf(user), desk.baseUrl()) } : {}),
      created_at: seconds(found.created_at),
    };
  };
  const select = ({ query }: Call): Rating[] => {
    const users = query.getAll('user_ids[]').map(asId);
    const is = (name: string, value: number | null | undefined) => {
      const wanted = asId(query.get(name));
      return wanted === undefined || wanted === value;
    };
    const within = ({ created_at }: Rating) =>
      created_at / 1000 >= Number(query.get('since') ?? 0) &&
      created_at / 1000 <= Number(query.get('until') ?? Infinity);
    return state.all('rating').filter((one) => {
      const conversation = state.get('conversation', one.conversation_id);
      const mine = users.length === 0 || users.includes(one.assigned_agent_id ?? undefined);
      const here = is('inbox_id', conversation?.inbox_id) && is('team_id', conversation?.team_id);
      return mine && here && is('rating', one.rating) && within(one);
    });
  };

  router.get(
    path,
    endpoint(parts, 'administrator', (call) => {
      const page = asId(call.query.get('page')) ?? 1;
      return select(call)
        .slice((page - 1) * perPage, page * perPage)
        .map(row);
    }),
  );
  router.get(
    `${path}/metrics`,
    endpoint(parts, 'administrator', (call) => {
      const found = select(call);
      const ratings_count: Record<string, number> = {};
      for (const { rating } of found) ratings_count[rating] = (ratings_count[rating] ?? 0) + 1;
      const sent = state.all('message').filter((one) => one.content_type === 'input_csat');
      return { total_count: found.length, ratings_count, total_sent_messages_count: sent.length };
    }),
  );
  router.get(
    `${path}/download`,
    endpoint(parts, 'administrator', (call) => {
      if (call.query.get('since') === null || call.query.get('until') === null) throw refuse.crash();
      return table([columns, ...select(call).map((found) => line(row(found)))]);
    }),
  );

  const line = (found: Json): string[] => {
    const contact = asObject(found['contact']);
    const person = asObject(found['assigned_agent']);
    const link = `${desk.baseUrl()}/app/accounts/1/conversations/${String(found['conversation_id'])}`;
    const recorded = iso(Number(found['created_at']) * 1000)
      .replace('T', ' ')
      .replace('.000Z', ' UTC');
    const said = [
      found['rating'],
      found['feedback_message'],
      contact['name'],
      contact['email'],
      contact['phone_number'],
    ];
    const name = person['name'] === undefined ? '' : `${String(person['name'])} (${String(person['email'])})`;
    return [name, ...said.map((one) => String(one ?? '')), link, recorded, ''];
  };
}

const columns = [
  'Agent Name',
  'Rating',
  'Feedback Comment',
  'Contact Name',
  'Contact Email Address',
  'Contact Phone Number',
  'Link to the conversation',
  'Recorded date',
  'Review Notes',
];

const table = (rows: string[][]): string =>
  rows
    .map((cells) => `${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join()}\n`)
    .join('');
