import type { Router } from 'express';
import { endpoint, refuse, sees } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Conversation, Json, Message } from '../model.ts';
import { channelOf } from '../shapes/inbox.ts';
import { message as messageShape } from '../shapes/message.ts';
import { seconds } from '../values.ts';
import { matches } from './contact-search.ts';

/** What agents find by words. @see the recordings of scene 35 */
export function search(router: Router, parts: Parts): void {
  const { desk } = parts;
  const { state } = desk;
  const path = '/api/v1/accounts/:account/search';

  const conversations = (call: Call): Json[] => {
    const words = wordsOf(call);
    const found = state.all('conversation').filter((one) => sees(desk, call.actor, one));
    return found
      .filter((one) => String(one.id) === words || matches(desk.contactOf(one), words))
      .map((one) => conversation(one));
  };
  const conversation = (found: Conversation): Json => {
    const [message] = state.messagesOf(found.id);
    if (!message) throw refuse.crash(); // one without any message breaks the whole answer: so it does
    const { email, id, name, phone_number, identifier, additional_attributes, last_activity_at } =
      desk.contactOf(found);
    const contact = { email, id, name, phone_number, identifier, additional_attributes };
    const inbox = state.get('inbox', found.inbox_id);
    return {
      id: found.id,
      account_id: 1,
      created_at: seconds(found.created_at),
      message: messageShape(desk, message),
      contact: { ...contact, last_activity_at: seconds(last_activity_at) },
      inbox: inbox && { id: inbox.id, channel_id: inbox.id, name: inbox.name, channel_type: channelOf(inbox) },
      additional_attributes: found.additional_attributes,
    };
  };
  const messages = (call: Call): Json[] => {
    const words = wordsOf(call).toLowerCase();
    const isFound = (one: Message) => one.content?.toLowerCase().includes(words) === true;
    return state
      .all('conversation')
      .filter((one) => sees(desk, call.actor, one))
      .flatMap(({ id }) => state.messagesOf(id).filter(isFound))
      .map((one) => messageShape(desk, one));
  };

  router.get(
    `${path}/conversations`,
    endpoint(parts, 'person', (call) => ({ payload: { conversations: conversations(call) } })),
  );
  router.get(
    `${path}/messages`,
    endpoint(parts, 'person', (call) => ({ payload: { messages: messages(call) } })),
  );
  router.get(
    path,
    endpoint(parts, 'person', (call) => ({
      payload: { conversations: conversations(call), messages: messages(call), contacts: [], articles: [] },
    })),
  );
}

const wordsOf = ({ query }: Call): string => query.get('q') ?? '';
