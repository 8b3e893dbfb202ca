import type { Stars } from '../../shared/handoff.ts';
import type { Choice } from '../../shared/message.ts';
import type { Answer, BotEvent, BotMistake } from '../bots/bot.ts';
import type { ConversationState } from '../stores/conversation-state.ts';
import type { Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import { addSteps, stepsAhead } from './desk-steps.ts';
import type { Draft } from './draft.ts';
import { inLanguage } from '../words.ts';
import { apply, mayRate, requestHandoff, tellAsBot } from './handoff-effects.ts';
import type { TimerName } from './handoff-event.ts';
import { isForPeople, isOver } from './handoff.ts';
import { forgetMessage, retry, takeUndelivered } from './messages.ts';
import { noAnswer } from './own-words.ts';
import { liveRound } from './rounds.ts';
import { askBot, eventFailed, isCurrentTurn, takeTurn } from './turns.ts';
import { defaultRoute, routeOf } from './wish.ts';

/*
 * What happens when the visitor or the bot speaks, or a timer is due. Each function takes one decision: it changes a draft
 * and does nothing else; `conversations.ts` commits the draft and only then acts. The desk's side is in
 * `desk-answers.ts` and `desk-read.ts`.
 */

/** The first words of a conversation are the greeting: configuration until now, history from here on. */
export function greet(draft: Draft, context: Context): void {
  const { text, choices } = context.greeting(draft.state.language);
  const id = context.newId();
  liveRound(draft, context);
  draft.say({ id, author: { kind: 'bot' }, text, at: draft.at, ...(choices?.length ? { choices } : {}) });
}

interface Written {
  id: string;
  text: string;
  hash: string;
  choice?: Choice | undefined;
}

export function visitorWrote(draft: Draft, context: Context, { id, text, hash, choice }: Written): void {
  if (isOver(draft.seen.handoff)) apply(draft, context, { kind: 'wrote', route: defaultRoute(draft, context) });
  liveRound(draft, context);
  draft.say({ id, author: { kind: 'visitor' }, text, at: draft.at, ...(choice ? { choices: [choice] } : {}) });
  draft.receipt(id, hash);
  const { phase } = draft.seen.handoff;
  if (phase === 'bot') askBot(draft, context);
  if (phase !== 'asking') return;
  const { handoff } = draft.state;
  const topic = handoff.phase === 'asking' ? context.matchTopic(text, handoff.topics) : undefined;
  if (topic) choose(draft, context, topic.id);
  else apply(draft, context, { kind: 'wrote', route: defaultRoute(draft, context) });
}

/** "Talk to a person". Asking twice is asking once. */
export function visitorAsked(draft: Draft, context: Context, request: { id: string; hash: string }): void {
  draft.receipt(request.id, request.hash);
  requestHandoff(draft, context, { by: 'visitor', reason: 'visitor_asked' });
}

/**
 * Where the visitor is, before the words that come from there. People who have them, or are to have them, see it when it
 * changes; until then nobody looks, and a handover tells it.
 */
export function visitorIsAt(draft: Draft, context: Context, page: ConversationState['page']): void {
  const before = draft.seen.page;
  if (page?.url === before?.url && page?.title === before?.title) return;
  const { state } = draft;
  state.page = page;
  if (!page?.url || page.url === before?.url || !isForPeople(state.handoff) || state.round === 0) return;
  addSteps(draft, context, state.round, { do: 'describe', attributes: { page: page.url } });
}

/** The answer to "What is it about?". */
export function choose(draft: Draft, context: Context, topic: string | null): void {
  const { handoff } = draft.state;
  if (handoff.phase !== 'asking') return;
  const found = handoff.topics.find((one) => one.id === topic);
  const route = routeOf(draft, context, found?.id ?? null);
  apply(draft, context, { kind: 'chose', route, chosen: found?.label ?? null });
}

/** "Cancel", "Back to the assistant", "End the chat", "Keep waiting" and "Leave a message". */
export function visitorDecided(
  draft: Draft,
  context: Context,
  kind: 'cancelled' | 'back' | 'ended' | 'keptWaiting' | 'left',
): void {
  if (kind === 'ended') apply(draft, context, { kind, mayRate: mayRate(draft, context) });
  else if (kind === 'left') apply(draft, context, { kind, byMail: false });
  else apply(draft, context, { kind });
}

/** "Did it help?" A second answer changes nothing. */
export function visitorRated(
  draft: Draft,
  context: Context,
  { stars, text }: { stars: Stars | null; text: string },
): void {
  apply(draft, context, { kind: 'rated', stars, text, at: draft.at });
}

/** "Retry" under a message that the desk refused: it is said once more, to those who answer now. */
export function retryMessage(draft: Draft, context: Context, message: string): void {
  const found = takeUndelivered(draft, message);
  if (!found) return;
  const { state } = draft;
  if (isOver(state.handoff)) apply(draft, context, { kind: 'wrote', route: defaultRoute(draft, context) });
  retry(draft, context, message);
  if (found.heard) return;
  if (!state.alsoOpen.includes(message)) state.alsoOpen.push(message);
  askBot(draft, context);
}

/** "Delete" under such a message: its words are gone for good. */
export function deleteMessage(draft: Draft, context: Context, message: string): void {
  if (takeUndelivered(draft, message)) forgetMessage(draft, context, message);
}

/** @returns what of the answer came to nothing: it is logged, and the bot is told with the next turn */
export function botAnswered(draft: Draft, context: Context, row: Work, answer: Answer): readonly BotMistake[] {
  const asked = takeTurn(draft, row);
  if (!asked) return [];
  const { bot } = draft.state;
  bot.context = answer.context;
  bot.skills = answer.skills;
  bot.missed = [];
  bot.mistakes = [...(answer.mistakes ?? [])];
  if (!asked.event) {
    bot.turns += 1;
    bot.fallbacks = answer.fallback ? bot.fallbacks + 1 : 0;
  }
  answer.messages.forEach(({ text, choices }, index) => {
    // The same turn answered twice makes the same ids; but a turn that was accepted is no longer there to answer.
    const id = `${asked.turn}.${index}`;
    liveRound(draft, context);
    draft.say({ id, author: { kind: 'bot' }, text, at: draft.at, ...(choices?.length ? { choices } : {}) });
  });
  follow(draft, context, asked.event, answer);
  return draft.state.bot.mistakes;
}

/** What follows from an answer, once its words are said. */
function follow(draft: Draft, context: Context, event: BotEvent | undefined, { handoff, close }: Answer): void {
  const { bot } = draft.state;
  // A handoff that came to nothing is not asked for again at once, for ever: the visitor speaks first.
  const mayPassOn = !event || event.type.startsWith('session.');
  if (handoff && mayPassOn) {
    const { reason, summary, attributes, name, ...named } = handoff;
    const wanted = { ...named, ...(name === undefined ? {} : { handoff: name }) };
    const more = attributes ? { attributes } : {};
    return requestHandoff(draft, context, { by: 'bot', reason, summary: summary ?? null, wanted, ...more });
  }
  if (handoff) bot.mistakes.push({ code: 'handoff_not_now' });
  if (close) return apply(draft, context, { kind: 'botClosed', ...close });
  if (!event && context.mostFallbacks > 0 && bot.fallbacks >= context.mostFallbacks) {
    return noHelp(draft, context, 'bot_did_not_help');
  }
  askBot(draft, context);
}

/** The bot is of no help to this visitor, who is offered a person, or handed over. */
function noHelp(draft: Draft, context: Context, reason: 'bot_failed' | 'bot_did_not_help'): void {
  draft.state.bot.fallbacks = 0;
  if (context.isAlone) {
    // One that answered in vain has said so itself.
    if (reason === 'bot_failed') tellAsBot(draft, context, inLanguage(noAnswer, draft.seen.language) ?? '');
    return askBot(draft, context);
  }
  if (context.onBotFailure === 'handoff') return requestHandoff(draft, context, { by: 'relay', reason });
  draft.append({ kind: 'botFailed', at: draft.at });
  askBot(draft, context);
}

/** The bot failed or was late. It is asked once more where that may help; then the visitor is offered a person, or handed over. */
export function botFailed(draft: Draft, context: Context, row: Work, { mayRetry }: { mayRetry: boolean }): void {
  if (row.task.lane === 'bot' && row.task.event) return eventFailed(draft, row, mayRetry);
  if (mayRetry && row.attempts < 1 && isCurrentTurn(draft, row)) {
    draft.change(row.id, { attempts: row.attempts + 1, notBefore: draft.at + 250 });
    return;
  }
  if (!takeTurn(draft, row)) return;
  noHelp(draft, context, 'bot_failed');
}

/** All that was said in a turn lost its words before the bot heard them. */
export function nothingToAsk(draft: Draft, context: Context, row: Work): void {
  if (takeTurn(draft, row)) askBot(draft, context);
}

export function timerDue(draft: Draft, context: Context, row: Work): void {
  // What it was for may have ended while it waited for its turn.
  if (!draft.work.some((known) => known.id === row.id)) return;
  draft.drop((known) => known.id === row.id);
  if (row.task.lane !== 'timer' || row.task.epoch !== draft.state.handoff.epoch) return;
  // It was saved by this program, or by one before it.
  switch (row.task.timer as TimerName) {
    case 'askedTooLong':
      return apply(draft, context, { kind: 'askedTooLong', route: defaultRoute(draft, context) });
    case 'transferTooLong': {
      // The handoff's time begins with its first step: while the words before it leave, it has not begun.
      const ahead = stepsAhead(draft);
      const leaves = ahead < (row.task.ahead ?? 0);
      if (!leaves) return apply(draft, context, { kind: 'transferTooLong' });
      return draft.add(context.newId(), { ...row.task, ahead }, { notBefore: draft.at + context.transferMs });
    }
    case 'waitedTooLong':
      return apply(draft, context, { kind: 'waitedTooLong', ms: context.waitingMs });
    case 'ratingOver':
      return apply(draft, context, { kind: 'ratingOver', at: draft.at });
  }
}
