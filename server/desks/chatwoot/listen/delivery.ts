import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { isSameSecret } from '../../../same-secret.ts';
import { aboutConversation, aboutTyping, ConversationData, isNoteToPeople, Typing, type About } from './frames.ts';

export type Headers = Record<string, string | string[] | undefined>;

/** A delivery as far as it is of use: it is a hint, and what it says is read again. */
interface Delivery {
  event: string;
  inbox: number;
  about: About;
}

/** A signature older than this is none, milliseconds; the same the other way, for clocks differ. */
const toleranceMs = 300_000;

const MessageDelivery = z.object({
  event: z.string(),
  id: z.number().int(),
  message_type: z.union([z.string(), z.number()]).nullish(),
  private: z.boolean().nullish(),
  source_id: z.string().nullish(),
  content: z.string().nullish().catch(null),
  conversation: ConversationData,
});

const Event = z.object({ event: z.string() });

/**
 * Reads one webhook delivery.
 * @returns `garbage` where it is no JSON at all; undefined for events that are not followed
 */
export function readDelivery(raw: Buffer): Delivery | 'garbage' | undefined {
  let json: unknown;
  try {
    json = JSON.parse(raw.toString('utf8'));
  } catch {
    return 'garbage';
  }
  const event = Event.safeParse(json).data?.event;
  if (event === 'message_created' || event === 'message_updated') {
    const message = MessageDelivery.safeParse(json).data;
    if (!message) return undefined;
    const hidden = isNoteToPeople(message) || message.message_type === 'activity' || message.message_type === 2;
    const shown = hidden ? null : { id: message.id, source: message.source_id ?? null };
    const about = { ...aboutConversation(message.conversation), message: shown };
    return { event, inbox: message.conversation.inbox_id, about };
  }
  if (event === 'conversation_typing_on' || event === 'conversation_typing_off') {
    const typing = Typing.safeParse(json).data;
    return typing && { event, inbox: typing.conversation.inbox_id, about: aboutTyping(typing, event) };
  }
  if (event === 'conversation_created' || event === 'conversation_updated' || event === 'conversation_status_changed') {
    const conversation = ConversationData.safeParse(json).data;
    return conversation && { event, inbox: conversation.inbox_id, about: aboutConversation(conversation) };
  }
  return undefined;
}

/**
 * Whether the desk signed these bytes, not long ago.
 * @param raw the body as it came: the signature covers these bytes
 * @param now milliseconds since 1970
 * @see chatwoot/chatwoot#13573: the signed text is `${timestamp}.${body}`; servers before 4.13 do not sign
 */
export function isSigned(raw: Buffer, headers: Headers, secret: string, now: number): boolean {
  const timestamp = one(headers['x-chatwoot-timestamp']);
  const signature = one(headers['x-chatwoot-signature']);
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp) * 1_000) > toleranceMs) return false;
  const hmac = createHmac('sha256', secret).update(`${timestamp}.`).update(raw).digest('hex');
  return isSameSecret(`sha256=${hmac}`, signature);
}

const one = (header: string | string[] | undefined): string => (Array.isArray(header) ? header[0] : header) ?? '';
