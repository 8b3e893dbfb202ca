import type { Router } from 'express';
import { conversationOf, endpoint, refuse } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Message, MessageStatus } from '../model.ts';
import { messageList } from '../shapes/conversation.ts';
import { message as shape } from '../shapes/message.ts';
import { asId, asText } from '../values.ts';
import { deletedText } from '../words.ts';
import { createMessage } from './new-message.ts';

/** Messages of conversations. @see the recordings of scenes 03 and 05 */
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
  const update = endpoint(parts, 'person', (call) => {
    const found = messageOf(call);
    const status = call.body['status'];
    if (!isStatus(status) || (found.status === 'read' && status === 'delivered')) return shape(desk, found);
    const external_error = status === 'failed' ? asText(call.body['external_error']) : null;
    return shape(desk, desk.updateMessage(found, { status, ...errorOf(found, external_error) }, call.actor));
  });
  router.patch(`${path}/:message`, update);
  router.put(`${path}/:message`, update);
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
