import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Desk } from './desk.ts';
import type { News } from './news.ts';
import type { Target } from './payload.ts';
import { post } from './post.ts';
import { botFailedText } from './words.ts';

/* How often a delivery is tried, and what a delivery that failed for good does. */

/** A bot's of 4.14, where the receiver says 429 or 500. Everything else is tried once. */
const botTries = 3;

/** @returns what went wrong, in Chatwoot's words; undefined where it was taken */
export async function tryToPost(desk: Desk, { url, secret, to }: Target, body: string): Promise<string | undefined> {
  const { switches } = desk;
  const id = randomUUID(); // of the delivery, the same in every try of it
  for (let tried = 1; ; tried++) {
    const error = await post(desk, url, body, secret, id);
    const again = to === 'bot' && switches.chatwoot === '4.14' && tried < botTries && /^(429|500)\b/.test(error ?? '');
    if (!again) return error;
    await wait(switches.retryMs, undefined, { ref: false });
  }
}

/**
 * An inbox's own webhook marks the message. A bot's opens the conversation if it is the bot's, for any message, even one of
 * the bot's own. @see the recordings of scenes 08 and 24
 */
export function afterFailure(desk: Desk, { to }: Target, news: News, error: string): void {
  const message = 'message' in news ? desk.state.get('message', news.message) : undefined;
  if (!message || to === 'account') return;
  if (to === 'inbox') {
    const content_attributes = { ...message.content_attributes, external_error: error };
    desk.updateMessage(message, { status: 'failed', content_attributes }, undefined);
  } else {
    const conversation = desk.state.get('conversation', message.conversation_id);
    if (conversation?.status !== 'pending') return;
    desk.change(conversation, { status: 'open' }, undefined);
    desk.addActivity(conversation, botFailedText);
  }
  desk.commit();
}
