import { call } from './api.js';

/* Typing, both ways: what the agent types is told while it goes on, and a visitor's is shown until it ends. */

const pauseMs = 3_000;
const visitorsLastsMs = 30_000;

let told; // { id, isPrivate, timer } while "on" stands at the desk

const send = (typing_status, id, is_private) =>
  void call('POST', `/conversations/${id}/toggle_typing_status`, { typing_status, is_private }).catch(() => {});

/** The agent has changed what stands in the field. */
export function tellTyping(id, isPrivate) {
  clearTimeout(told?.timer);
  if (!told) send('on', id, isPrivate);
  told = { id, isPrivate, timer: setTimeout(stopTyping, pauseMs) };
}

export function stopTyping() {
  if (!told) return;
  clearTimeout(told.timer);
  send('off', told.id, told.isPrivate);
  told = undefined;
}

let typist; // { conversation, timer }

/** Whether this conversation's visitor types. */
export const types = (conversation) => typist?.conversation === conversation;

/**
 * A visitor began or ended typing.
 * @param {() => void} changed draws it anew
 */
export function hearTyping(isOn, { conversation, user }, changed) {
  if (isOn && user?.type !== 'contact') return;
  clearTimeout(typist?.timer);
  typist = isOn
    ? { conversation: conversation.id, timer: setTimeout(() => hearTyping(false, {}, changed), visitorsLastsMs) }
    : undefined;
  changed();
}
