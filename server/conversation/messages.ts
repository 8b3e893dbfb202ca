import type { Context } from './context.ts';
import { saysIn, waitingIn } from './desk-steps.ts';
import type { Draft } from './draft.ts';
import { mirrorAgain } from './rounds.ts';
import { askAnew, askBot } from './turns.ts';

/* What becomes of a message after it was said: answered, refused by the desk and said again, or deleted. */

/** A person answered: what the desk has is answered with it, and does not begin with the bot should it come back. */
export function clearAnswered(draft: Draft): void {
  const { state } = draft;
  const isRefused = (id: string) => state.undelivered.some((one) => one.id === id);
  const isOnItsWay = (id: string) => draft.work.some(({ task }) => saysIn(task, state.round, [id]));
  const first = waitingIn(draft, state.round).find(({ by, seq }) => by === 'visitor' && seq > state.answered);
  state.answered = first ? first.seq - 1 : draft.seq;
  state.alsoOpen = state.alsoOpen.filter((id) => isRefused(id) || isOnItsWay(id));
}

/** Takes a message off the list of those that the desk refused. */
export function takeUndelivered(draft: Draft, message: string): { heard: boolean } | undefined {
  const { state } = draft;
  const found = state.undelivered.find(({ id }) => id === message);
  if (found) state.undelivered = state.undelivered.filter((one) => one !== found);
  return found;
}

/** A refused message goes to the desk once more, into the live thread. */
export function retry(draft: Draft, context: Context, message: string): void {
  draft.append({ kind: 'retried', id: message, at: draft.at });
  mirrorAgain(draft, context, message);
}

/** A message lost its words: whatever points at it, or was made from it, goes, too. */
export function forgetMessage(draft: Draft, context: Context, message: string): void {
  const { state } = draft;
  state.deleted = [...state.deleted.slice(-199), message];
  draft.blank(message);
  draft.append({ kind: 'deletion', id: message, at: draft.at });
  draft.drop(({ task }) => task.lane === 'desk' && task.op.kind === 'say' && task.op.message === message);
  draft.told(message);
  takeUndelivered(draft, message);
  state.alsoOpen = state.alsoOpen.filter((id) => id !== message);
  // A summary is made of all that was said, and so is what the bot was told.
  if ('wish' in state.handoff) {
    const { wish } = state.handoff;
    wish.summary = null;
    delete wish.attributes;
    delete wish.route?.request?.facts?.attributes;
  }
  for (const { request } of state.wishes ?? []) delete request.facts?.attributes;
  for (const note of Object.values(state.notes)) {
    note.summary = null;
    note.told = '';
  }
  const { bot } = state;
  bot.context = {};
  bot.skills = bot.skills.map((skill) => ({ ...skill, slots: {} }));
  // An answer under way would bring back what the bot knew of it.
  askAnew(draft, context);
  askBot(draft, context);
}
