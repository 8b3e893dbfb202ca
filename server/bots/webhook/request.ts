import { createHmac } from 'node:crypto';
import { visible } from '../../words.ts';
import type { BotEvent, Previous, Turn } from '../bot.ts';

/** The most of our choices that a visitor is shown below one message. */
export const mostReplies = 13;

/** A turn as it is posted to a bot (version 1). What is not there is left out, so that older bots are posted what they know. */
export function requestBody(bot: string, turn: Turn): string {
  const { event, session, missed, mistakes, history, visitor } = turn;
  return JSON.stringify({
    v: 1,
    type: event?.type ?? 'message',
    turn: turn.id,
    epoch: turn.epoch,
    deadline_ms: turn.deadlineMs,
    conversation: { id: turn.conversation, bot, tenant: turn.site, channel: 'widget', locale: turn.language },
    session: {
      id: session.id,
      seq: session.seq,
      is_new: session.seq === 1,
      ...(session.previous && { previous: previousIn(session.previous) }),
    },
    ...(visitor && { visitor: { id: visitor.id, name: visitor.name, since: timeOf(visitor.since) } }),
    page: turn.page,
    ...(event ? eventIn(event) : { message: messageIn(turn) }),
    ...(history.length > 0 && { history: history.map((said) => ({ ...said, at: timeOf(said.at) })) }),
    context: { handover_success: turn.handoverSuccess, vars: turn.context },
    skills: { open: turn.skills },
    ...(missed.length > 0 && { missed: missed.map((each) => ({ type: each.type, ...eventIn(each) })) }),
    ...(mistakes.length > 0 && { errors: mistakes }),
    features: {
      handoff: !turn.alone,
      stream: false,
      max_quick_replies: mostReplies,
      cards: false,
      files: false,
      markdown: true,
    },
  });
}

const timeOf = (at: number): string => new Date(at).toISOString();

const messageIn = ({ text, choice, at }: Turn) => ({
  kind: choice ? 'choice' : 'text',
  text: visible(text),
  choice: choice && { title: visible(choice.title), value: visible(choice.value) },
  files: [],
  at: timeOf(at),
});

const previousIn = ({ endReason, briefing, instruction }: Previous) => ({
  end_reason: endReason,
  ...(briefing && { briefing }),
  ...(instruction && { instruction }),
});

function eventIn(event: BotEvent) {
  const at = timeOf(event.at);
  if (!('handoff' in event)) return { at };
  const { id, by, reason, team, agent, endReason, durationMs } = event.handoff;
  const who = { team, agent: agent === null ? null : { name: agent } };
  const handoff = { id, by, reason, ...who, end_reason: endReason, duration_s: Math.round(durationMs / 1_000) };
  return { at, handoff };
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
