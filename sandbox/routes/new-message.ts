import { refuse } from '../http.ts';
import type { Call } from '../http.ts';
import type { Desk } from '../desk.ts';
import { evaluate, liquidNames } from '../liquid.ts';
import type { Conversation, Json, Message, MessageType, Sender } from '../model.ts';
import { refusal } from '../rules.ts';
import { asFlag, asId, asObject, asText } from '../values.ts';
import { attachmentsOf } from './files.ts';

/** Writes a message as a request asks for it. @throws ApiError in Chatwoot's words */
export function createMessage(call: Call, conversation: Conversation): Message {
  const { desk, body } = call;
  const message_type = typeOf(body['message_type']);
  const content_attributes = attributesOf(desk, body);
  const said = body['content'];
  const content = typeof said === 'string' ? said : said === null || said === undefined ? null : String(said);
  const content_type = asText(body['content_type']) ?? 'text';
  const lately = desk.state.messagesOf(conversation.id).filter((one) => one.created_at > desk.now() - 60_000).length;
  const problem = refusal({ content, content_type, items: content_attributes['items'] }, lately);
  if (problem !== undefined) throw refuse.error(problem);
  const sender = senderOf(call, conversation, message_type);
  const evaluated = message_type === 'outgoing' || message_type === 'template';
  return desk.addMessage(
    {
      conversation,
      content: content !== null && evaluated ? evaluate(content, liquidNames(desk, conversation, sender)) : content,
      original: content,
      message_type,
      content_type,
      content_attributes,
      private: asFlag(body['private'] ?? false),
      source_id: asText(body['source_id']),
      sender,
      attachments: attachmentsOf(call),
      echoId: asText(body['echo_id']) ?? undefined,
    },
    call.actor,
  );
}

function typeOf(value: unknown): MessageType {
  if (value === undefined || value === null || value === '') return 'outgoing';
  if (value === 'incoming' || value === 'outgoing' || value === 'activity' || value === 'template') return value;
  throw refuse.error(`'${String(value)}' is not a valid message_type`);
}

/** What a reply points at is filled in; a lone `external_created_at` is kept only where nothing else is there. */
function attributesOf({ state }: Desk, body: Json): Json {
  const given = asObject(body['content_attributes']);
  const external = body['external_created_at'];
  if (Object.keys(given).length === 0 && external !== undefined) return { external_created_at: external };
  const answered = state.get('message', asId(given['in_reply_to']));
  return answered ? { ...given, in_reply_to_external_id: answered.source_id } : given;
}

/** Only outgoing words are those of the token's owner, or of a bot a person names; all others are the visitor's. */
function senderOf({ desk, body, actor }: Call, conversation: Conversation, type: MessageType): Sender {
  if (type !== 'outgoing' || actor?.kind === 'contact' || actor === undefined)
    return { type: 'Contact', id: conversation.contact_id };
  if (actor.kind === 'bot') return { type: 'AgentBot', id: actor.bot.id };
  const bot = body['sender_type'] === 'AgentBot' ? desk.state.get('bot', asId(body['sender_id'])) : undefined;
  return bot ? { type: 'AgentBot', id: bot.id } : { type: 'User', id: actor.user.id };
}
