import { z } from 'zod';
import { readBotNote } from '../../bot-note.ts';
import { Message, Someone } from '../http/shapes.ts';

/** What comes over the websocket, as far as it is of use. */
export type Frame =
  | { type: 'welcome' | 'confirmed' | 'rejected' | 'other' }
  | { type: 'event'; event: string; inbox: number; about: About; message?: Message };

/** What a frame or a delivery is about. */
export interface About {
  /** The contact inbox's source: which thread. */
  source: string | null;
  /** The conversation's number. */
  number: number;
  /** The message, if it is one that visitors may see, or a note to us. */
  message: { id: number; source: string | null } | null;
  typing: { person: z.infer<typeof Someone>; on: boolean } | null;
  /** For events of conversations: status, assignee and team in one text, and since when that is so (seconds since 1970). */
  ownership: { who: string; at: number } | null;
}

const id = z.number().int();
/** Seconds since 1970, until 2100: one beyond would make all that follow look old. */
const time = z.number().max(4_102_444_800).nullish().catch(null);
const contactInbox = z.object({ source_id: z.string().nullish() }).nullish();

/** Conversation data, as in events of conversations and inside of others. */
export const ConversationData = z.object({
  id,
  inbox_id: id,
  contact_inbox: contactInbox,
  status: z.string().nullish(),
  updated_at: time,
  meta: z
    .object({ assignee: z.object({ id: z.number() }).nullish(), team: z.object({ id: z.number() }).nullish() })
    .nullish(),
});
export type ConversationData = z.infer<typeof ConversationData>;

const PushedMessage = z.object({
  id,
  inbox_id: id,
  conversation_id: id,
  message_type: z.number(),
  private: z.boolean().nullish(),
  source_id: z.string().nullish(),
  content: z.string().nullish().catch(null),
  conversation: z.object({ contact_inbox: contactInbox }).nullish(),
});

export const Typing = z.object({
  conversation: ConversationData,
  user: Someone.nullish(),
  is_private: z.boolean().nullish(),
});

/** A ping's `message` is a time. */
const Envelope = z.object({ type: z.string().nullish(), message: z.unknown().optional() });
const Told = z.object({ event: z.string(), data: z.unknown().optional() });

/** @returns undefined for what is no frame */
export function readFrame(text: string): Frame | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const envelope = Envelope.safeParse(json).data;
  if (!envelope) return undefined;
  if (envelope.type === 'welcome') return { type: 'welcome' };
  if (envelope.type === 'confirm_subscription') return { type: 'confirmed' };
  if (envelope.type === 'reject_subscription' || envelope.type === 'disconnect') return { type: 'rejected' };
  const told = Told.safeParse(envelope.message).data;
  return (told && readEvent(told.event, told.data)) ?? { type: 'other' };
}

function readEvent(event: string, data: unknown): Frame | undefined {
  if (event === 'message.created' || event === 'message.updated') {
    const message = PushedMessage.safeParse(data).data;
    if (!message) return undefined;
    const hidden = isNoteToPeople(message) || message.message_type === 2;
    const source = message.conversation?.contact_inbox?.source_id ?? null;
    const shown = hidden ? null : { id: message.id, source: message.source_id ?? null };
    const about = { source, number: message.conversation_id, message: shown, typing: null, ownership: null };
    const whole = shown && Message.safeParse(data).data;
    return { type: 'event', event, inbox: message.inbox_id, about, ...(whole ? { message: whole } : {}) };
  }
  if (event === 'conversation.typing_on' || event === 'conversation.typing_off') {
    const typing = Typing.safeParse(data).data;
    return typing && { type: 'event', event, inbox: typing.conversation.inbox_id, about: aboutTyping(typing, event) };
  }
  if (/^(conversation\.(created|updated|status_changed)|assignee\.changed|team\.changed)$/.test(event)) {
    const conversation = ConversationData.safeParse(data).data;
    return (
      conversation && { type: 'event', event, inbox: conversation.inbox_id, about: aboutConversation(conversation) }
    );
  }
  return undefined;
}

/** A note of people to each other. */
export const isNoteToPeople = (message: {
  private?: boolean | null | undefined;
  content?: string | null | undefined;
}) => message.private === true && readBotNote(message.content ?? '') === undefined;

export function aboutConversation(conversation: ConversationData): About {
  const source = conversation.contact_inbox?.source_id ?? null;
  const { status, meta, updated_at } = conversation;
  const who = `${status} ${meta?.assignee?.id} ${meta?.team?.id}`;
  return { source, number: conversation.id, message: null, typing: null, ownership: { who, at: updated_at ?? 0 } };
}

/** A person's typing; not a note's, and neither the visitor's nor a bot's. */
export function aboutTyping({ conversation, user, is_private }: z.infer<typeof Typing>, event: string): About {
  const seen = is_private === false && user?.type === 'user';
  return { ...aboutConversation(conversation), typing: seen ? { person: user, on: event.endsWith('on') } : null };
}
