import { lastWords } from './last-words.js';
import { clock, element, initials, paragraphs } from './text.js';
import { waitingSince, waits } from './waiting.js';

const kinds = { 0: 'visitor', 1: 'agent' };

/** The visitor's name; without one, the number of the conversation. */
export const nameOf = (conversation) => conversation.meta.sender.name || `Visitor ${conversation.id}`;

/** What an entry of the list shows: it is drawn anew where this changes. */
export function entryOf(conversation, isCurrent, me) {
  const { meta, status, unread_count, last_activity_at } = conversation;
  const since = waitingSince(conversation);
  const isMine = meta.assignee?.id === me.id && meta.assignee_type !== 'AgentBot';
  const words = lastWords(conversation) || 'Nothing said yet';
  return {
    id: conversation.id,
    sender: meta.sender.id,
    name: nameOf(conversation),
    isCurrent,
    wait: since === undefined ? undefined : waits(since),
    time: clock(last_activity_at),
    last: status === 'snoozed' ? `Snoozed. ${words}` : words,
    team: [meta.team?.name, isMine && 'you'].filter(Boolean).join(', '),
    // Nobody has to read along what the bot answers.
    unread: status === 'open' && !isCurrent ? unread_count : 0,
  };
}

/** One entry of the list on the left. */
export const entry = ({ id, sender, name, isCurrent, wait, time, last, team, unread }) =>
  element(
    'li',
    {},
    element(
      'a',
      { href: `#${id}`, 'aria-current': isCurrent ? 'true' : undefined, 'data-unread': unread > 0 },
      mark('person', sender, name),
      element('b', {}, name),
      wait ? element('span', { class: 'wait' }, wait) : element('time', {}, time),
      element('span', { class: 'last', dir: 'auto' }, last),
      element('span', { class: 'team' }, team),
      ...(unread > 0 ? [element('span', { class: 'count', 'aria-label': `${unread} unread` }, String(unread))] : []),
    ),
  );

/** A circle with initials, or their picture, on one of six colours; for the bot a square. */
function mark(kind, id, name, picture) {
  const made = element('span', {
    class: 'mark',
    'data-kind': kind,
    'data-hue': kind === 'person' ? (((id ?? 1) - 1) % 6) + 1 : undefined,
    'aria-hidden': 'true',
  });
  if (kind === 'bot') made.append(document.getElementById('bot-mark').content.cloneNode(true));
  else made.append(picture ? element('img', { src: picture, alt: '' }) : initials(name));
  return made;
}

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
  const { id, thumbnail, avatar_url } = message.sender ?? {};
  const isPerson = from === 'agent' || from === 'visitor';
  const head = message.private
    ? [element('b', {}, 'Private note'), element('span', {}, `from ${mine ? 'you' : name}, only people see this`)]
    : [
        mark(isPerson ? 'person' : 'bot', id, name, thumbnail || avatar_url),
        element('b', {}, name),
        element('span', {}, role),
      ];
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
