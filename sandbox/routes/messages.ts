import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import type { Router } from 'express';
import { conversationOf, endpoint, refuse } from '../http.ts';
import type { Call, Parts, Upload } from '../http.ts';
import type { Desk } from '../desk.ts';
import { evaluate } from '../liquid.ts';
import type { Attachment, Conversation, Json, Message, MessageStatus, MessageType, Sender } from '../model.ts';
import { refusal } from '../rules.ts';
import { messageList } from '../shapes/conversation.ts';
import { message as shape } from '../shapes/message.ts';
import { asFlag, asId, asObject, asText } from '../values.ts';
import { deletedText } from '../words.ts';

/** Messages, and the files in them. @see the recordings of scenes 03 and 05 */
export function messages(router: Router, parts: Parts): void {
  const { desk } = parts;
  const path = '/api/v1/accounts/:account/conversations/:id/messages';

  router.get(
    path,
    endpoint(parts, 'person', (call) => {
      const found = conversationOf(call);
      return messageList(desk, found, windowOf(desk.state.messagesOf(found.id), call.query));
    }),
  );
  router.post(
    path,
    endpoint(parts, 'bot', (call) => {
      const made = createMessage(call, conversationOf(call));
      const echo = asText(call.body['echo_id']);
      return { ...shape(desk, made), ...(echo === null ? {} : { echo_id: echo }) };
    }),
  );
  router.patch(
    `${path}/:message`,
    endpoint(parts, 'person', (call) => {
      const found = messageOf(call);
      const status = call.body['status'];
      if (!isStatus(status) || (found.status === 'read' && status === 'delivered')) return shape(desk, found);
      const external_error = status === 'failed' ? asText(call.body['external_error']) : null;
      return shape(desk, desk.updateMessage(found, { status, ...errorOf(found, external_error) }, call.actor));
    }),
  );
  router.delete(
    `${path}/:message`,
    endpoint(parts, 'person', (call) => {
      const found = messageOf(call);
      const blanked = {
        content: deletedText,
        original: deletedText,
        content_type: 'text',
        content_attributes: { deleted: true },
        attachments: [],
      };
      for (const { file_id } of found.attachments) desk.state.remove('file', file_id);
      return shape(desk, desk.updateMessage(found, blanked, call.actor));
    }),
  );
  router.post(
    `${path}/:message/retry`,
    endpoint(parts, 'person', (call) => {
      const healed = desk.updateMessage(
        messageOf(call),
        { status: 'sent', ...errorOf(messageOf(call), null) },
        call.actor,
      );
      return shape(desk, desk.updateMessage(healed, { content_attributes: {} }, call.actor));
    }),
  );

  const files = '/rails/active_storage';
  router.get(`${files}/blobs/redirect/:key/:name`, (request, response) => {
    const { key, name } = request.params;
    response
      .status(302)
      .set('location', `${desk.baseUrl()}${files}/disk/${key}/${encodeURIComponent(name)}`)
      .end();
  });
  router.get(`${files}/disk/:key/:name`, (request, response) => {
    const attached = desk.state.all('message').flatMap((one) => one.attachments);
    const found = attached.find((one) => one.key === request.params.key);
    const file = desk.state.get('file', found?.file_id);
    if (!found || !file) return void response.status(404).end();
    // what visitors send is shown to nobody as a page of this origin
    const inline = found.file_type === 'image' && file.content_type !== 'image/svg+xml' ? 'inline' : 'attachment';
    response.set({
      'content-disposition': `${inline}; filename*=UTF-8''${encodeURIComponent(found.name)}`,
      'x-content-type-options': 'nosniff',
    });
    response.type(file.content_type).send(Buffer.from(file.bytes, 'base64'));
  });
}

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
      attachments: call.uploads.map((file) => keepFile(desk, file)),
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

/** What Liquid in a message may name. */
function liquidNames(desk: Desk, conversation: Conversation, sender: Sender): object {
  const contact = desk.contactOf(conversation);
  const agent = sender.type === 'User' ? desk.state.get('user', sender.id) : undefined;
  const [first = '', ...rest] = contact.name.split(' ');
  const { email, phone_number } = contact;
  return {
    contact: {
      name: contact.name,
      first_name: first,
      last_name: rest.length > 0 ? (rest.at(-1) ?? '') : '',
      email,
      phone_number,
      custom_attribute: contact.custom_attributes,
    },
    agent: agent ? { name: agent.name, first_name: agent.name.split(' ')[0], email: agent.email } : {},
    conversation: { display_id: conversation.id, custom_attribute: conversation.custom_attributes },
    inbox: { name: desk.state.get('inbox', conversation.inbox_id)?.name ?? '' },
    account: { name: desk.account().name },
  };
}

function keepFile({ state }: Desk, { name, type, bytes }: Upload): Attachment {
  const file = state.put('file', { id: state.nextId('file'), content_type: type, bytes: bytes.toString('base64') });
  const main = type.split('/')[0];
  return {
    id: state.nextId('attachment'),
    file_type: main === 'image' || main === 'audio' || main === 'video' ? main : 'file',
    content_type: type,
    extension: extname(name).slice(1) || null,
    name,
    file_size: bytes.length,
    file_id: file.id,
    key: randomBytes(24).toString('base64url'),
  };
}

/** The last 20; 20 before an id; 100 after one; 1000 between two. */
function windowOf(all: Message[], query: URLSearchParams): Message[] {
  const internal = query.get('filter_internal_messages');
  const hidden = internal !== null && internal !== '' && internal !== 'false';
  const shown = hidden ? all.filter((one) => !one.private && one.message_type !== 'activity') : all;
  const before = asId(query.get('before'));
  const after = asId(query.get('after'));
  if (after !== undefined && before !== undefined)
    return shown.filter((one) => one.id >= after && one.id < before).slice(0, 1000);
  if (after !== undefined) return shown.filter((one) => one.id > after).slice(0, 100);
  if (before !== undefined) return shown.filter((one) => one.id < before).slice(-20);
  return shown.slice(-20);
}

function messageOf(call: Call): Message {
  const conversation = conversationOf(call);
  const found = call.desk.state.get('message', asId(call.params['message']));
  if (!found || found.conversation_id !== conversation.id) throw refuse.notFound();
  return found;
}

const isStatus = (value: unknown): value is MessageStatus =>
  value === 'sent' || value === 'delivered' || value === 'read' || value === 'failed';

/** A cleared error leaves its key behind, but none appears where none was. */
function errorOf(found: Message, external_error: string | null): Pick<Message, 'content_attributes'> | object {
  const had = found.content_attributes['external_error'] ?? null;
  if (had === external_error) return {};
  return { content_attributes: { ...found.content_attributes, external_error } };
}
