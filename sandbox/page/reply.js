import { toTheEnd } from './talk.js';
import { stopTyping, tellTyping } from './typing.js';
import { nameOf } from './view.js';

/* The field below a conversation: a reply, or a private note. */

const at = (id) => document.getElementById(id);
const form = at('reply');
const field = at('field');
const touch = matchMedia('(pointer: coarse)');

/** What the keys do, where there are keys. */
export const keys = () => (touch.matches ? '' : 'Enter sends, Shift and Enter breaks the line');

/**
 * @param {() => any} current the conversation that is open
 * @param {(content: string, isNote: boolean) => Promise<void>} send
 */
export function setUpReply(current, send) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const content = field.value.trim();
    if (content === '') return;
    const note = form.hasAttribute('data-note');
    field.value = '';
    stopTyping();
    await send(content, note);
    toTheEnd();
  });
  field.addEventListener('keydown', (event) => {
    // A key that ends a word of Japanese or Chinese sends nothing, and on glass Enter is the only way to a new line.
    if (event.key !== 'Enter' || event.isComposing || event.shiftKey) return;
    if (touch.matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    form.requestSubmit();
  });
  at('note').addEventListener('click', () => {
    stopTyping();
    form.toggleAttribute('data-note');
    drawForm(current());
  });
  field.addEventListener('input', () => {
    const conversation = current();
    if (!conversation || field.value === '') stopTyping();
    else tellTyping(conversation.id, form.hasAttribute('data-note'));
  });
  field.addEventListener('blur', stopTyping);
}

// A note looks like a note before a word of it is written.
export function drawForm(conversation) {
  const note = form.hasAttribute('data-note');
  at('note').setAttribute('aria-pressed', String(note));
  at('send').textContent = note ? 'Save note' : 'Reply';
  field.setAttribute('aria-label', note ? 'Private note' : 'Reply');
  const reader = conversation ? nameOf(conversation) : 'The visitor';
  field.placeholder = note ? 'Only people at the desk read this' : `${reader} reads this`;
}

// What was begun for one visitor stays with that one, and a note stays a note.
const drafts = new Map();
let writingTo = location.hash;
export function changeDraft() {
  stopTyping();
  drafts.set(writingTo, { text: field.value, note: form.hasAttribute('data-note') });
  writingTo = location.hash;
  const { text, note } = drafts.get(writingTo) ?? { text: '', note: false };
  field.value = text;
  form.toggleAttribute('data-note', note);
}
