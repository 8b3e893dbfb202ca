import { call, listen, speakAs } from './api.js';
import { entry, keep, line, nameOf, told, typing } from './view.js';
import { element } from './text.js';

const at = (id) => document.getElementById(id);
const tabs = [...document.querySelectorAll('[data-tab]')];
const form = at('reply');
const field = at('field');
const typingLastsMs = 30_000;

let people = [];
let me;
let tab = 'open';
let all = [];
let teams = [];
let connected = false;
let stopListening = () => {};
let typist; // { conversation, timer }

const current = () => all.find(({ id }) => String(id) === location.hash.slice(1));
const inTab = ({ status }) => status === tab || (tab === 'open' && status === 'snoozed');

// ---- reading

// One reading at a time; what changes meanwhile is read once more afterwards.
let reading;
let again = false;
function refresh() {
  if (reading) {
    again = true;
    return reading;
  }
  reading = read()
    .catch((error) => say(error.message))
    .finally(() => {
      reading = undefined;
      if (again) {
        again = false;
        void refresh();
      }
    });
  return reading;
}

async function read() {
  // a hundred years: everything, in one answer
  const [{ data }, notifications, listed] = await Promise.all([
    call('GET', '/conversations?status=all&updated_within=3000000000'),
    call('GET', '/notifications'),
    call('GET', '/teams'),
  ]);
  all = data.payload;
  teams = listed;
  drawList();
  drawTold(notifications.data);
  await readTalk();
}

async function readTalk() {
  const conversation = current();
  for (const part of document.querySelectorAll('[data-for="talk"]')) part.hidden = !conversation;
  at('nothing').hidden = conversation !== undefined;
  if (!conversation) return;
  const { payload } = await call('GET', `/conversations/${conversation.id}/messages?after=0&before=2000000000`);
  if (current()?.id !== conversation.id) return; // another one was chosen meanwhile
  drawBar(conversation);
  drawLog(conversation, payload);
}

// ---- drawing

function drawList() {
  const shown = all.filter(inTab);
  for (const button of tabs) {
    const name = button.dataset.tab;
    const count = all.filter(({ status }) => status === name || (name === 'open' && status === 'snoozed')).length;
    const word = name[0].toUpperCase() + name.slice(1);
    button.textContent = count > 0 ? `${word} ${count}` : word;
    button.setAttribute('aria-selected', String(name === tab));
    button.tabIndex = name === tab ? 0 : -1;
  }
  const id = current()?.id;
  keep(
    at('list'),
    shown.map((one) => {
      return { key: String(one.id), data: [one, one.id === id], draw: () => entry(one, one.id === id) };
    }),
  );
  at('list-empty').hidden = shown.length > 0;
  at('list-empty').textContent =
    all.length === 0 ? 'Nobody has written yet. Open the demo page and say hello.' : `No ${tab} conversations.`;
}

function drawTold({ meta, payload }) {
  at('told-count').textContent = String(meta.unread_count);
  at('told-count').toggleAttribute('data-some', meta.unread_count > 0);
  at('told-read').hidden = payload.length === 0;
  keep(
    at('told-list'),
    payload.length > 0
      ? payload.map((one) => ({ key: String(one.id), data: one.id, draw: () => told(one) }))
      : [{ key: 'none', data: '', draw: () => element('li', { class: 'hint' }, `Nothing for ${me.name}.`) }],
  );
}

function drawBar(conversation) {
  const { meta, status, id } = conversation;
  const assignee = meta.assignee ? `assigned to ${meta.assignee.name}` : 'nobody assigned';
  at('name').textContent = nameOf(conversation);
  at('about').textContent = `Conversation ${id}, ${status}, ${assignee}`;
  at('log').setAttribute('aria-label', `Conversation ${id}`);
  const options = [...teams, { id: 0, name: 'None' }];
  keep(
    at('team'),
    options.map((team) => ({
      key: String(team.id),
      data: team.name,
      draw: () => element('option', { value: team.id }, team.name),
    })),
  );
  at('team').value = String(meta.team?.id ?? 0);
  at('unassign').hidden = !meta.assignee;
  at('move').textContent = status === 'open' ? 'Pending' : 'Open';
  at('move').hidden = status === 'resolved';
  at('finish').textContent = status === 'resolved' ? 'Reopen' : 'Resolve';
  drawForm(conversation);
}

function drawLog(conversation, messages) {
  const log = at('log');
  const follow = isAtEnd();
  const other = log.dataset.conversation !== String(conversation.id);
  if (other) log.replaceChildren();
  log.dataset.conversation = conversation.id;
  const acts = {
    remove: (message) => act('DELETE', `/conversations/${conversation.id}/messages/${message.id}`),
    retry: (message) => act('POST', `/conversations/${conversation.id}/messages/${message.id}/retry`),
  };
  keep(
    log,
    messages.map((one) => ({ key: String(one.id), data: [one, me.id], draw: () => line(one, me, acts) })),
  );
  if (other || follow) toTheEnd();
  drawTyping();
}

const isAtEnd = () => at('log').scrollHeight - at('log').scrollTop - at('log').clientHeight < 80;
const toTheEnd = () => void (at('log').scrollTop = at('log').scrollHeight);

function drawTyping() {
  const conversation = current();
  const shown = conversation && typist?.conversation === conversation.id;
  const follow = isAtEnd();
  at('typing').replaceChildren(...(shown ? typing(nameOf(conversation).split(' ')[0]) : []));
  if (follow) toTheEnd();
}

// A note looks like a note before a word of it is written.
function drawForm(conversation) {
  const note = form.hasAttribute('data-note');
  at('note').setAttribute('aria-pressed', String(note));
  at('send').textContent = note ? 'Save note' : 'Reply';
  field.setAttribute('aria-label', note ? 'Private note' : 'Reply');
  const reader = conversation ? nameOf(conversation).split(' ')[0] : 'The visitor';
  field.placeholder = note ? 'Only people at the desk read this' : `${reader} reads this`;
}

function say(text) {
  at('weather').textContent = text ?? (connected ? 'Ctrl and Enter sends' : 'Not connected; reading every 5 seconds');
}

// ---- doing

async function act(method, path, body) {
  try {
    await call(method, path, body);
    say();
  } catch (error) {
    say(error.message);
  }
  await refresh();
}

const onTalk = (path, body) => {
  const conversation = current();
  return conversation && act('POST', `/conversations/${conversation.id}${path}`, body);
};

at('assign').addEventListener('click', () => onTalk('/assignments', { assignee_id: me.id }));
at('unassign').addEventListener('click', () => onTalk('/assignments', { assignee_id: null }));
at('team').addEventListener('change', ({ target }) => onTalk('/assignments', { team_id: Number(target.value) }));
at('move').addEventListener('click', () =>
  onTalk('/toggle_status', { status: current()?.status === 'open' ? 'pending' : 'open' }),
);
at('finish').addEventListener('click', () =>
  onTalk('/toggle_status', { status: current()?.status === 'resolved' ? 'open' : 'resolved' }),
);

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const content = field.value.trim();
  if (content === '') return;
  const note = form.hasAttribute('data-note');
  field.value = '';
  stopTyping();
  await onTalk('/messages', { content, private: note });
  toTheEnd();
});
field.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
at('note').addEventListener('click', () => {
  stopTyping();
  form.toggleAttribute('data-note');
  drawForm(current());
});

let typingIn; // { id, isPrivate, timer }
field.addEventListener('input', () => {
  const conversation = current();
  if (!conversation || field.value === '') return stopTyping();
  clearTimeout(typingIn?.timer);
  if (!typingIn) tellTyping('on', conversation.id, form.hasAttribute('data-note'));
  typingIn = { id: conversation.id, isPrivate: form.hasAttribute('data-note'), timer: setTimeout(stopTyping, 3000) };
});
field.addEventListener('blur', stopTyping);
function stopTyping() {
  if (!typingIn) return;
  clearTimeout(typingIn.timer);
  tellTyping('off', typingIn.id, typingIn.isPrivate);
  typingIn = undefined;
}
function tellTyping(typing_status, id, is_private) {
  call('POST', `/conversations/${id}/toggle_typing_status`, { typing_status, is_private }).catch(() => {});
}

// ---- who and what

tabs.forEach((button, index) => {
  button.addEventListener('click', () => {
    tab = button.dataset.tab;
    drawList();
  });
  button.addEventListener('keydown', ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const next = tabs.at((index + step) % tabs.length);
    next.focus();
    next.click();
  });
});

// What was begun for one visitor stays with that one, and a note stays a note.
const drafts = new Map();
let writingTo = location.hash;
function changeDraft() {
  drafts.set(writingTo, { text: field.value, note: form.hasAttribute('data-note') });
  writingTo = location.hash;
  const { text, note } = drafts.get(writingTo) ?? { text: '', note: false };
  field.value = text;
  form.toggleAttribute('data-note', note);
}

addEventListener('hashchange', () => {
  stopTyping();
  changeDraft();
  at('told').open = false;
  const status = current()?.status;
  if (status) tab = status === 'snoozed' ? 'open' : status;
  drawList();
  void readTalk().catch((error) => say(error.message));
});

at('version').addEventListener('change', ({ target }) => act('POST', '/sandbox/switches', { chatwoot: target.value }));
at('told-read').addEventListener('click', () => act('POST', '/notifications/read_all', {}));
at('online').addEventListener('change', async ({ target }) => {
  // set by hand: whoever is online here is so without a websocket, too
  await act('POST', '/api/v1/profile/auto_offline', { profile: { account_id: 1, auto_offline: false } });
  const availability = target.checked ? 'online' : 'offline';
  await act('POST', '/api/v1/profile/availability', { profile: { account_id: 1, availability } });
});
at('person').addEventListener('change', ({ target }) => become(Number(target.value)));

async function become(id) {
  me = people.find((one) => one.id === id) ?? people[0];
  localStorage.setItem('sandbox person', String(me.id));
  at('person').value = String(me.id);
  speakAs(me.token);
  stopListening();
  stopListening = listen(me, { heard, changed });
  const { accounts } = await call('GET', '/api/v1/profile');
  at('online').checked = accounts[0].availability_status === 'online';
  await refresh();
}

function changed(now) {
  connected = now;
  say();
  if (now) void refresh(); // nothing is repeated for those who were away
}

function heard(event, data) {
  if (event === 'presence.update') return;
  if (event.startsWith('conversation.typing')) return hearTyping(event === 'conversation.typing_on', data);
  if (event === 'message.created' && data.message_type === 0)
    hearTyping(false, { conversation: { id: data.conversation_id } });
  void refresh();
}

function hearTyping(on, { conversation, user }) {
  if (on && user?.type !== 'contact') return;
  clearTimeout(typist?.timer);
  typist = on
    ? { conversation: conversation.id, timer: setTimeout(() => hearTyping(false, {}), typingLastsMs) }
    : undefined;
  drawTyping();
}

setInterval(() => {
  if (me && !connected) void refresh();
}, 5000);

async function start() {
  people = await call('GET', '/sandbox/people');
  at('person').append(...people.map(({ id, name }) => element('option', { value: id }, name)));
  at('version').value = (await call('GET', '/sandbox/switches')).chatwoot;
  const usual = people.find(({ role }) => role === 'agent') ?? people[0];
  await become(Number(localStorage.getItem('sandbox person')) || usual.id);
  const status = current()?.status;
  if (status) {
    tab = status === 'snoozed' ? 'open' : status;
    drawList();
  }
}

start().catch((error) => say(error.message));
