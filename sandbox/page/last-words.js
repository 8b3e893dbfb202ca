import { call } from './api.js';

/*
 * What the visitor said last, for the list on the left. Chatwoot's list names the last message alone, which may be a
 * note or the bot's, so the visitor's is looked up once for each last message.
 */

const known = new Map(); // conversation → { last: the id of its last message, text }

const isVisitors = (message) => message?.message_type === 0;
const textOf = (message) => (isVisitors(message) ? message.content || 'A file' : '');

/**
 * @param {{ id: number, last_non_activity_message?: any }} conversation as the list has it
 * @returns {string} empty while it is not known, and where the visitor has said nothing
 */
export function lastWords({ id, last_non_activity_message: last }) {
  return isVisitors(last) ? textOf(last) : (known.get(id)?.text ?? '');
}

/**
 * Looks up what is not known yet of these.
 * @returns {Promise<boolean>} whether anything was new
 */
export async function lookUp(conversations) {
  const unknown = conversations.filter(
    ({ id, last_non_activity_message: last }) => last && !isVisitors(last) && known.get(id)?.last !== last.id,
  );
  for (const { id, last_non_activity_message: last } of unknown) {
    const { payload } = await call('GET', `/conversations/${id}/messages`);
    known.set(id, { last: last.id, text: textOf(payload.findLast(isVisitors)) });
  }
  return unknown.length > 0;
}
