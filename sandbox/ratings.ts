import type { Desk } from './desk.ts';
import type { Conversation, Inbox, Message, Rating } from './model.ts';
import { asObject, asText } from './values.ts';
import { surveyText } from './words.ts';

/* The question at the end, and what visitors say to it. @see the recordings of scenes 15 and 27 */

/** How an inbox asks. */
export function surveyOf({ settings }: Pick<Inbox, 'settings'>) {
  const config = asObject(settings['csat_config']);
  const rules = asObject(config['survey_rules']);
  return {
    display_type: asText(config['display_type']) ?? 'emoji',
    message: asText(config['message']),
    operator: rules['operator'] === 'does_not_contain' ? ('without' as const) : ('with' as const),
    labels: Array.isArray(rules['values']) ? rules['values'].map(String) : [],
  };
}

/** Asked once in a conversation's life, and not where it was asked by somebody else before. */
export function askForRating(desk: Desk, conversation: Conversation): void {
  const { state } = desk;
  const inbox = state.get('inbox', conversation.inbox_id);
  if (!inbox?.csat_survey_enabled) return;
  if (state.messagesOf(conversation.id).some((one) => one.content_type === 'input_csat')) return;
  const { display_type, message, operator, labels } = surveyOf(inbox);
  const fits = labels.some((label) => conversation.labels.includes(label)) === (operator === 'with');
  if (labels.length > 0 && !fits) return;
  const content_attributes = { display_type };
  const text = { content: message ?? surveyText, content_type: 'input_csat', content_attributes };
  desk.addMessage({ ...text, conversation, message_type: 'template', sender: null }, undefined);
}

/** Writes down what a visitor chose or rated. */
export function submit(desk: Desk, message: Message, submitted: unknown): Message {
  const content_attributes = { ...message.content_attributes, submitted_values: submitted };
  const after = desk.updateMessage(message, { content_attributes }, undefined);
  if (message.content_type === 'input_csat') rate(desk, after);
  return after;
}

/**
 * A job of Chatwoot's writes the rating, later. What is no number from 1 to 5 makes that job fail; nobody is told, and the
 * message keeps the nonsense.
 */
function rate({ state, now }: Desk, message: Message): void {
  const values = asObject(message.content_attributes['submitted_values']);
  const answer = asObject(values['csat_survey_response']);
  const rating = asRating(answer['rating']);
  if (rating === undefined) return;
  const found = ratingOf(state.all('rating'), message);
  state.put('rating', {
    id: found?.id ?? state.nextId('rating'),
    conversation_id: message.conversation_id,
    message_id: message.id,
    rating,
    feedback_message: answer['feedback_message'] === undefined ? null : String(answer['feedback_message']),
    assigned_agent_id: found
      ? found.assigned_agent_id
      : (state.get('conversation', message.conversation_id)?.assignee_id ?? null),
    created_at: found?.created_at ?? now(),
    updated_at: now(),
  });
}

/** The same job of Chatwoot's would tell the webhooks, and stops before it comes to that. */
export function isRatedBadly({ content_type, content_attributes }: Message): boolean {
  const { rating } = asObject(asObject(content_attributes['submitted_values'])['csat_survey_response']);
  return content_type === 'input_csat' && rating !== undefined && rating !== null && asRating(rating) === undefined;
}

function asRating(given: unknown): number | undefined {
  if (typeof given !== 'number' && typeof given !== 'string') return undefined;
  const whole = Math.trunc(Number.parseFloat(String(given)));
  return whole >= 1 && whole <= 5 ? whole : undefined;
}

export const ratingOf = (all: Rating[], message: Message): Rating | undefined =>
  all.find((one) => one.message_id === message.id);
