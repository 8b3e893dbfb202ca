import { clock, element, initials, paragraphs } from './text.js';

const kinds = { 0: 'visitor', 1: 'agent' };

/** The visitor's name; without one, the number of the conversation. */
export const nameOf = (conversation) => conversation.meta.sender.name || `Visitor ${conversation.id}`;

/** One entry of the list on the left. */
export function entry(conversation, isCurrent) {
  const { meta, id, status } = conversation;
  const waits = status === 'open' && !meta.assignee;
  const since = conversation.waiting_since || conversation.created_at;
  const last = conversation.last_non_activity_message;
  const line = waits ? `Waiting since ${clock(since)}, nobody assigned` : lastWords(last);
  return element(
    'li',
    {},
    element(
      'a',
      { href: `#${id}`, 'aria-current': isCurrent ? 'true' : undefined },
      element('b', {}, nameOf(conversation)),
      element('time', {}, clock(conversation.last_activity_at)),
      ...(meta.team ? [element('span', { class: 'team' }, meta.team.name)] : []),
      element('span', { class: 'last' }, status === 'snoozed' ? `Snoozed. ${line}` : line),
    ),
  );
}

/** In a list, the marks of Markdown only stand in the way. */
const plain = (text) => text.replace(/[*_`>#]+/g, '').trim();

const lastWords = (message) =>
  !message
    ? 'Nothing said yet'
    : `${message.private ? 'Note: ' : ''}${message.content ? plain(message.content) : 'A file'}`;

/** One message as a line of the log; what Chatwoot wrote by itself is a notice. */
export function line(message, me, acts) {
  if (message.message_type === 2)
    return element('p', { class: 'notice' }, `${message.content} · ${clock(message.created_at)}`);
  const from =
    message.message_type === 3
      ? 'template'
      : message.sender?.type === 'agent_bot'
        ? 'bot'
        : kinds[message.message_type];
  const gone = message.content_attributes.deleted === true;
  const name = from === 'template' ? 'Chatwoot' : message.sender?.name || 'Visitor';
  return element(
    'article',
    { class: 'line', 'data-from': from, 'data-kind': message.private ? 'note' : undefined, 'data-gone': gone },
    byline(message, { from, name, gone, me }, acts),
    ...(message.content ? [element('div', { class: 'text' }, ...paragraphs(message.content))] : []),
    ...(message.attachments ?? []).map(file),
  );
}

function byline(message, { from, name, gone, me }, { remove, retry }) {
  const mine = from === 'agent' && message.sender?.id === me.id;
  const role = from === 'agent' ? (mine ? 'you' : 'agent') : from === 'template' ? 'by itself' : from;
  const failed = message.status === 'failed';
  const mayDelete = !gone && (mine || from === 'visitor');
  const mark = element('span', {
    class: 'mark',
    'data-kind': from === 'bot' || from === 'template' ? 'bot' : 'person',
    'aria-hidden': 'true',
  });
  if (from === 'agent' || from === 'visitor') mark.append(initials(name));
  const head = message.private
    ? [element('b', {}, 'Private note'), element('span', {}, `from ${mine ? 'you' : name}, only people see this`)]
    : [mark, element('b', {}, name), element('span', {}, role)];
  return element(
    'p',
    { class: 'by' },
    ...head,
    element('time', {}, clock(message.created_at)),
    ...(failed
      ? [element('span', { class: 'bad' }, `Not delivered: ${message.content_attributes.external_error ?? 'unknown'}`)]
      : []),
    ...(failed ? [element('button', { type: 'button', click: () => retry(message) }, 'Retry')] : []),
    ...(mayDelete ? [element('button', { type: 'button', click: () => remove(message) }, 'Delete')] : []),
  );
}

function file({ file_type, data_url }) {
  // links carry the server's own idea of its host; only the path is surely right here
  const { pathname } = new URL(data_url);
  const name = decodeURIComponent(pathname.split('/').at(-1));
  if (file_type === 'image') return element('p', {}, element('img', { src: pathname, alt: name }));
  return element('p', {}, element('a', { href: pathname }, name));
}

/** One notification, newest first. */
export const told = (notification) =>
  element(
    'li',
    {},
    element('a', { href: `#${notification.primary_actor_id}` }, notification.push_message_title),
    element('span', { class: 'hint' }, `${notification.push_message_body} · ${clock(notification.created_at)}`),
  );

/** "Wren is typing", with three dots. */
export const typing = (name) => [
  element('span', {}, `${name} is typing`),
  element('i', {}),
  element('i', {}),
  element('i', {}),
];

/**
 * Makes a list of nodes what it should be, and leaves alone what has not changed, so that a screen reader hears only news.
 * @param {HTMLElement} parent
 * @param {{ key: string, data: unknown, draw: () => Node }[]} wanted
 */
export function keep(parent, wanted) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const nodes = wanted.map(({ key, data, draw }) => {
    const seen = JSON.stringify(data);
    const found = known.get(key);
    if (found?.dataset.seen === seen) return found;
    const made = draw();
    made.dataset.key = key;
    made.dataset.seen = seen;
    return made;
  });
  const held = document.activeElement;
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  while (parent.children.length > nodes.length) parent.lastElementChild.remove();
  // an entry that moved keeps the focus it had
  if (held !== document.activeElement && held?.isConnected) held.focus();
}
