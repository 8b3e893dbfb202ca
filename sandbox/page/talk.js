import { facts } from './facts.js';
import { element } from './text.js';
import { types } from './typing.js';
import { keep, line, nameOf, typing } from './view.js';

/* The conversation that is open: its bar, its log, and what is known of the visitor. */

const at = (id) => document.getElementById(id);

/**
 * @param {any} conversation as the list has it
 * @param {any[]} messages all of them, oldest first
 * @param {{ me: any, all: any[], teams: any[], definitions: any[], act: Function }} desk
 */
export function drawTalk(conversation, messages, desk) {
  drawBar(conversation, desk);
  drawLog(conversation, messages, desk);
  drawFacts(conversation, desk);
}

function drawBar(conversation, { me, teams }) {
  const { meta, status, id } = conversation;
  const isMine = meta.assignee?.id === me.id && meta.assignee_type !== 'AgentBot';
  const whose = isMine ? 'yours' : meta.assignee ? `assigned to ${meta.assignee.name}` : 'nobody assigned';
  at('name').textContent = nameOf(conversation);
  at('about').textContent = `${id}, ${status}, ${whose}`;
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
  // Others find it by its name, so it stays; pressed, it offers nothing any more.
  at('assign').setAttribute('aria-pressed', String(isMine));
  at('unassign').hidden = !meta.assignee;
  at('move').textContent = status === 'open' ? 'Pending' : 'Open';
  at('move').hidden = status === 'resolved';
  at('finish').textContent = status === 'resolved' ? 'Reopen' : 'Resolve';
}

function drawLog(conversation, messages, { me, act }) {
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
  drawTyping(conversation);
}

function drawFacts(conversation, { all, definitions }) {
  const { id, meta } = conversation;
  const earlier = all.filter((one) => one.meta.sender.id === meta.sender.id && one.id < id).sort((a, b) => b.id - a.id);
  keep(at('facts'), facts(conversation, definitions, earlier));
}

const isAtEnd = () => at('log').scrollHeight - at('log').scrollTop - at('log').clientHeight < 80;
export const toTheEnd = () => void (at('log').scrollTop = at('log').scrollHeight);

/** Whether the visitor types; undefined where no conversation is open. */
export function drawTyping(conversation) {
  const shown = conversation && types(conversation.id);
  const follow = isAtEnd();
  at('typing').replaceChildren(...(shown ? typing(nameOf(conversation)) : []));
  if (follow) toTheEnd();
}
