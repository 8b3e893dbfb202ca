import { createHmac } from 'node:crypto';
import { visible } from '../../words.ts';
import type { Turn } from '../bot.ts';

/** The most of our choices that a visitor is shown below one message. */
export const mostReplies = 13;

/** A turn as it is posted to a bot (version 1). */
export function requestBody(bot: string, turn: Turn): string {
  return JSON.stringify({
    v: 1,
    type: 'message',
    turn: turn.id,
    epoch: turn.epoch,
    deadline_ms: turn.deadlineMs,
    conversation: { id: turn.conversation, bot, tenant: turn.site, channel: 'widget', locale: turn.language },
    session: { id: turn.session.id, seq: turn.session.seq, is_new: turn.session.seq === 1 },
    page: turn.page,
    message: {
      kind: turn.choice ? 'choice' : 'text',
      text: visible(turn.text),
      choice: turn.choice && { title: visible(turn.choice.title), value: visible(turn.choice.value) },
      files: [],
      at: new Date(turn.at).toISOString(),
    },
    context: { vars: turn.context },
    skills: { open: turn.skills },
    features: { stream: false, max_quick_replies: mostReplies, cards: false, files: false, markdown: true },
  });
}

/**
 * The headers of a request. The signature is of this very body at this time, so that neither can be taken for another.
 * @param now milliseconds since 1970; told in seconds
 */
export function requestHeaders(turn: string, body: string, secret: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    'idempotency-key': turn,
    'x-handoff-timestamp': timestamp,
    'x-handoff-signature': `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
  };
}
