import type { BotEvent } from '../bots/bot.ts';
import type { Task, Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';

/*
 * A turn is one question to the bot, with all that the visitor said since the one before; or it tells the bot of an event.
 * Turns are rows of one lane: what happened before the visitor spoke is told before.
 */

type BotTask = Extract<Task, { lane: 'bot' }>;

/** A turn with the visitor's words. */
export const isQuestion = ({ task }: Pick<Work, 'task'>): boolean => task.lane === 'bot' && !task.event;
const isEvent = ({ task }: Pick<Work, 'task'>): boolean => task.lane === 'bot' && task.event !== undefined;

/** An event that was tried so often holds up nobody's words any more. */
const mostTries = 2;
/** An event that holds up nobody is tried again as often, each time after four times as long: for some minutes. */
const mostPatientTries = 7;
const longestDelayMs = 60_000;
/** What could not be told is kept for the next turn; of more than this, the oldest are forgotten. */
const mostMissed = 20;

/** One turn at a time: what is said meanwhile goes into the next. */
export function askBot(draft: Draft, context: Context): void {
  const { handoff, answered: from, alsoOpen } = draft.seen;
  const { spoke: upTo } = draft.marks;
  const isBeingAsked = draft.work.some(isQuestion);
  if (handoff.phase !== 'bot' || isBeingAsked || (upTo <= from && alsoOpen.length === 0)) return;
  beginSession(draft, context);
  for (const row of draft.work) if (isEvent(row) && row.attempts >= mostTries) missed(draft, row);
  draft.add(context.newId(), {
    lane: 'bot',
    turn: context.newId(),
    epoch: handoff.epoch,
    from,
    upTo,
    also: [...alsoOpen],
  });
}

/** The bot is told that a session begins, once, before anything else of it. */
export function beginSession(draft: Draft, context: Context): void {
  const { bot, handoff } = draft.seen;
  if (bot.isBegun || bot.turns > 0 || handoff.phase !== 'bot') return;
  const isAfterPeople = bot.previous && (bot.previous.people || bot.previous.instruction);
  const type = isAfterPeople ? 'session.resume' : 'session.start';
  if (!context.botHears(type)) return;
  draft.state.bot.isBegun = true;
  tellBot(draft, context, { type, at: draft.at });
}

/** An event becomes a turn of its own, where the bot wants to hear of it. */
export function tellBot(draft: Draft, context: Context, event: BotEvent): void {
  if (!context.botHears(event.type)) return;
  const { bot, handoff } = draft.seen;
  const turn = context.newId();
  draft.add(context.newId(), {
    lane: 'bot',
    turn,
    epoch: handoff.epoch,
    from: 0,
    upTo: 0,
    also: [],
    event,
    session: bot.session,
  });
}

/** What the bot is being asked is not listened to, for it knows what it should not; events are told once more. */
export function askAnew(draft: Draft, context: Context): void {
  const events = draft.work.filter(isEvent);
  draft.drop(({ task }) => task.lane === 'bot');
  for (const { task } of events) draft.add(context.newId(), task);
}

/** Ends a turn that has its answer. @returns undefined where the answer comes too late to count, or none was wanted */
export function takeTurn(draft: Draft, row: Work): BotTask | undefined {
  const current = isCurrentTurn(draft, row);
  draft.drop((known) => known.id === row.id);
  if (!current || row.task.lane !== 'bot') return undefined;
  const { state } = draft;
  if (row.task.event) return row.task;
  const { upTo, also } = row.task;
  state.answered = Math.max(state.answered, upTo);
  state.alsoOpen = state.alsoOpen.filter((id) => !also.includes(id));
  return row.task;
}

/** Whether the bot may still answer it: an answer that was asked for under an older epoch is not accepted. */
export function isCurrentTurn(draft: Draft, row: Work): boolean {
  const { handoff, bot } = draft.seen;
  const { task } = row;
  return (
    task.lane === 'bot' &&
    (!task.event || (mayBeAnswered(task.event) && task.session === bot.session)) &&
    handoff.phase === 'bot' &&
    handoff.epoch === task.epoch &&
    draft.work.some((known) => known.id === row.id)
  );
}

/** People have the visitor after the one, and the other is followed by an event of its own. */
const mayBeAnswered = ({ type }: BotEvent): boolean => type !== 'handoff.accepted' && type !== 'handoff.ended';

/** An event could not be told: it is tried again, or told with the next turn. */
export function eventFailed(draft: Draft, row: Work, mayRetry: boolean): void {
  const known = draft.work.find(({ id }) => id === row.id);
  if (!known) return;
  const attempts = known.attempts + 1;
  const isHoldingUp = draft.work.some(isQuestion);
  if (!mayRetry || attempts >= (isHoldingUp ? mostTries : mostPatientTries)) return missed(draft, known);
  const delayMs = isHoldingUp ? 250 : Math.min(longestDelayMs, 250 * 4 ** (attempts - 1));
  draft.change(known.id, { attempts, notBefore: draft.at + delayMs });
}

function missed(draft: Draft, { id, task }: Work): void {
  draft.drop((row) => row.id === id);
  const { bot } = draft.state;
  if (task.lane === 'bot' && task.event) bot.missed = [...bot.missed.slice(1 - mostMissed), task.event];
}
