import type { Desk } from './desk.ts';
import { isOpenAt, readHours } from './hours.ts';
import { evaluate, liquidNames } from './liquid.ts';
import type { Conversation, Inbox } from './model.ts';
import { asText } from './values.ts';
import { emailQuestion, emailRequest } from './words.ts';

/* What Chatwoot says by itself when a visitor writes. @see the recordings of scenes 24 and 26 */

/** A person or a bot who spoke so lately is there, whatever the hours say. */
const attendedMs = 5 * 60_000;

export function answerByItself(desk: Desk, conversation: Conversation): void {
  const inbox = desk.state.get('inbox', conversation.inbox_id);
  if (!inbox) return;
  const say = (content: string, content_type = 'text') =>
    desk.addMessage({ content, content_type, conversation, message_type: 'template', sender: null }, undefined);
  const text = (name: string) => {
    const words = asText(inbox.settings[name]);
    return words === null ? null : evaluate(words, liquidNames(desk, conversation, null));
  };

  const absence = text('out_of_office_message');
  if (absence !== null && isMissed(desk, conversation, inbox)) say(absence);
  const greeting = inbox.settings['greeting_enabled'] === true ? text('greeting_message') : null;
  const said = desk.state.messagesOf(conversation.id);
  const isFirst = !said.some(({ message_type }) => message_type === 'outgoing' || message_type === 'template');
  if (greeting !== null && isFirst) say(greeting);
  const wantsEmail = inbox.website !== undefined && inbox.settings['enable_email_collect'] === true;
  const asked = said.some(({ content_type }) => content_type === 'input_email');
  if (!wantsEmail || asked || desk.contactOf(conversation).email !== null) return;
  say(emailRequest);
  say(emailQuestion, 'input_email');
}

/** Outside the hours, once a day, and not where somebody spoke just now; a note counts for nothing. */
function isMissed(desk: Desk, conversation: Conversation, inbox: Inbox): boolean {
  const now = desk.now();
  if (isOpenAt(readHours(inbox.settings), now)) return false;
  const today = new Date(now).toISOString().slice(0, 10);
  return !desk.state.messagesOf(conversation.id).some((one) => {
    if (one.message_type === 'template') return new Date(one.created_at).toISOString().startsWith(today);
    return one.message_type === 'outgoing' && !one.private && one.created_at > now - attendedMs;
  });
}
