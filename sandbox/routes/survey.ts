import type { Router } from 'express';
import { endpoint, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Message } from '../model.ts';
import { contact as contactShape } from '../shapes/contact.ts';
import { asObject, asText, iso, isObject } from '../values.ts';

/** The survey, answered without a token by whoever knows the conversation's uuid. @see the recordings of scene 15 */
export function surveys(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const survey = '/public/api/v1/csat_survey/:uuid';
  const surveyOf = (call: Call) => {
    const found = state.all('conversation').find((each) => each.uuid === call.params['uuid']);
    const message = found && state.messagesOf(found.id).find((each) => each.content_type === 'input_csat');
    if (!found || !message) throw refuse.notFound();
    return { conversation: found, message };
  };
  const showSurvey = (call: Call, before?: unknown) => {
    const { conversation, message } = surveyOf(call);
    return {
      id: message.id,
      csat_survey_response: before === undefined ? rating(call, message) : before,
      display_type: 'emoji',
      content: null,
      inbox_avatar_url: '',
      inbox_name: state.get('inbox', conversation.inbox_id)?.name ?? '',
      locale: 'en',
      conversation_id: conversation.id,
      created_at: iso(message.created_at),
    };
  };
  const rate = endpoint(parts, 'anyone', (call) => {
    const { message } = surveyOf(call);
    const before = rating(call, message);
    submit(call, message, asObject(asObject(call.body['message'])['submitted_values']));
    return showSurvey(call, before); // the rating is written by a background job: the answer still shows the old one
  });
  router.get(
    survey,
    endpoint(parts, 'anyone', (call) => showSurvey(call)),
  );
  router.put(survey, rate);
  router.patch(survey, rate);

  const rating = ({ desk: { state } }: Call, message: Message) => {
    const found = state.all('rating').find((each) => each.message_id === message.id);
    if (!found) return null;
    const conversation = state.get('conversation', found.conversation_id);
    return {
      ...found,
      account_id: 1,
      contact_id: conversation?.contact_id ?? null,
      assigned_agent_id: conversation?.assignee_id ?? null,
      created_at: iso(found.created_at),
      updated_at: iso(found.updated_at),
      csat_review_notes: null,
      review_notes_updated_at: null,
      review_notes_updated_by_id: null,
    };
  };
  router.get(
    '/api/v1/accounts/:account/csat_survey_responses',
    endpoint(parts, 'administrator', () =>
      state.all('rating').map((each) => ({
        id: each.id,
        rating: each.rating,
        feedback_message: each.feedback_message,
        account_id: 1,
        message_id: each.message_id,
        csat_review_notes: null,
        review_notes_updated_at: null,
        contact: contactOf(each.conversation_id),
        conversation_id: each.conversation_id,
        created_at: Math.floor(each.created_at / 1000),
      })),
    ),
  );
  const contactOf = (id: number) => {
    const found = state.get('conversation', id);
    return found ? contactShape(desk.contactOf(found)) : null;
  };
}

/** Writes down what a visitor chose or rated. */
export function submit({ desk }: Call, message: Message, submitted: unknown): Message {
  const { state } = desk;
  const content_attributes = { ...message.content_attributes, submitted_values: submitted };
  const answer = isObject(submitted) ? asObject(submitted['csat_survey_response']) : {};
  if (typeof answer['rating'] === 'number') {
    const found = state.all('rating').find((each) => each.message_id === message.id);
    state.put('rating', {
      id: found?.id ?? state.nextId('rating'),
      conversation_id: message.conversation_id,
      message_id: message.id,
      rating: answer['rating'],
      feedback_message: asText(answer['feedback_message']),
      created_at: found?.created_at ?? desk.now(),
      updated_at: desk.now(),
    });
  }
  return desk.updateMessage(message, { content_attributes }, undefined);
}
