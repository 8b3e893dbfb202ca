import { call, listen, speakAs } from './api.js';
import { lookUp } from './last-words.js';
import { changeDraft, drawForm, keys, setUpReply } from './reply.js';
import { drawTalk, drawTyping } from './talk.js';
import { element } from './text.js';
import { hearTyping } from './typing.js';
import { entry, entryOf, keep, told } from './view.js';
import { byWait, sound, tell } from './waiting.js';

const at = (id) => document.getElementById(id);
const tabs = [...document.querySelectorAll('[data-tab]')];
const narrow = matchMedia('(max-width: 1080px)');
const saved = (name) => localStorage.getItem(`sandbox ${name}`);

let people = [];
let me;
let tab = 'open';
let all = [];
let teams = [];
let definitions = [];
let connected = false;
let stopListening = () => {};

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
  const [{ data }, notifications, listed, defined] = await Promise.all([
    call('GET', '/conversations?status=all&updated_within=3000000000'),
    call('GET', '/notifications'),
    call('GET', '/teams'),
    call('GET', '/custom_attribute_definitions'),
  ]);
  all = data.payload;
  teams = listed;
  definitions = defined.filter(({ attribute_model }) => attribute_model === 'conversation_attribute');
  drawList();
  drawTold(notifications.data);
  tell(all, at('sound').checked);
  await readTalk();
  if (await lookUp(all.filter(inTab))) drawList();
}

async function readTalk() {
  const conversation = current();
  for (const part of document.querySelectorAll('[data-for="talk"]')) part.hidden = !conversation;
  document.body.toggleAttribute('data-talk', conversation !== undefined);
  at('nothing').hidden = conversation !== undefined;
  if (!conversation) return;
  const { payload } = await call('GET', `/conversations/${conversation.id}/messages?after=0&before=2000000000`);
  if (current()?.id !== conversation.id) return; // another one was chosen meanwhile
  drawTalk(conversation, payload, { me, all, teams, definitions, act });
  drawForm(conversation);
  await markRead(conversation);
}

/** What stands on a screen that is looked at is read. */
async function markRead(conversation) {
  if (conversation.unread_count === 0 || document.visibilityState === 'hidden') return;
  await call('POST', `/conversations/${conversation.id}/update_last_seen`, {});
  conversation.unread_count = 0;
  drawList();
  tell(all, false);
}

// ---- drawing

function drawList() {
  const shown = all.filter(inTab).sort(byWait);
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
      const data = entryOf(one, one.id === id, me);
      return { key: String(one.id), data, draw: () => entry(data) };
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

function say(text) {
  at('hint').textContent = text ?? (connected ? keys() : 'Not connected; reading every 5 seconds');
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

setUpReply(current, (content, isNote) => onTalk('/messages', { content, private: isNote }));

// ---- who and what

tabs.forEach((button, index) => {
  button.addEventListener('click', () => {
    tab = button.dataset.tab;
    drawList();
    void lookUp(all.filter(inTab)).then(drawList, (error) => say(error.message));
  });
  button.addEventListener('keydown', ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const next = tabs.at((index + step) % tabs.length);
    next.focus();
    next.click();
  });
});

addEventListener('hashchange', () => {
  changeDraft();
  at('told').open = false;
  showTab(current()?.status);
  drawList();
  void readTalk().catch((error) => say(error.message));
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && me) void refresh();
});

function showTab(status) {
  if (status) tab = status === 'snoozed' ? 'open' : status;
}

at('version').addEventListener('change', ({ target }) => act('POST', '/sandbox/switches', { chatwoot: target.value }));
at('told-read').addEventListener('click', () => act('POST', '/notifications/read_all', {}));
at('online').addEventListener('change', async ({ target }) => {
  // set by hand: whoever is online here is so without a websocket, too
  await act('POST', '/api/v1/profile/auto_offline', { profile: { account_id: 1, auto_offline: false } });
  const availability = target.checked ? 'online' : 'offline';
  await act('POST', '/api/v1/profile/availability', { profile: { account_id: 1, availability } });
});
at('sound').addEventListener('change', ({ target }) => {
  localStorage.setItem('sandbox sound', target.checked ? 'on' : '');
  if (target.checked) sound();
});
at('person').addEventListener('change', ({ target }) => become(Number(target.value)));
const unfold = () => void (at('known').open = !narrow.matches);
narrow.addEventListener('change', unfold);

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

const showTyping = () => drawTyping(current());

function heard(event, data) {
  if (event === 'presence.update') return;
  if (event.startsWith('conversation.typing')) return hearTyping(event === 'conversation.typing_on', data, showTyping);
  if (event === 'message.created' && data.message_type === 0)
    hearTyping(false, { conversation: { id: data.conversation_id } }, showTyping);
  void refresh();
}

setInterval(() => {
  if (me && !connected) void refresh();
}, 5000);
// Waiting is told in minutes.
setInterval(() => me && drawList(), 20_000);

async function start() {
  unfold();
  at('sound').checked = saved('sound') === 'on';
  people = await call('GET', '/sandbox/people');
  at('person').append(...people.map(({ id, name }) => element('option', { value: id }, name)));
  at('version').value = (await call('GET', '/sandbox/switches')).chatwoot;
  const usual = people.find(({ role }) => role === 'agent') ?? people[0];
  await become(Number(saved('person')) || usual.id);
  showTab(current()?.status);
  drawList();
}

start().catch((error) => say(error.message));
